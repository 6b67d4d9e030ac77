"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT, Server

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads that wait for each other are slow beside other programs

# MNIST and the pen strokes are not part of the project. They are looked for where LENET_DATA says.
DATA = Path(os.environ.get("LENET_DATA", ROOT.parent / "shared" / "data"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those with a browser last, for its loop goes on in the thread that others want one of their own in; of these the
    files with the most tests first, so that no long one runs alone at the end."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: ("browser" in item.path.parts) * (1_000 - tests[item.path]))


def _data(part: str) -> Path:
    path = DATA / part
    if not path.exists():
        pytest.skip(f"needs {part}, which is not part of the project; set LENET_DATA to the folder that holds it")
    return path


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    return _data("mnist")


@pytest.fixture(scope="session")
def pens_file() -> Path:
    return _data("strokes/digits-39-writers.json.gz")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app as a Space runs it, on a port of its own, for all tests of the session."""
    with Server() as running:
        yield running
