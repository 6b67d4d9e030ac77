"""`pip install .` gives the library with its weights."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from lenet.ink import rasterize
from tests.gallery import sheet
from tests.serving import ROOT

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("hatchling") is None, reason="needs hatchling, from tests/requirements.txt, to build"
)

READS = """
import json, lenet, lenet.weights
digit = lenet.recognize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]).digit
line = lenet.load("scan")
print(json.dumps([lenet.__file__, str(lenet.weights.FOLDER), digit, lenet.card()["parameters"]]))
"""

DRAWS = "import json, numpy; from lenet.synthetic.junk import letter; print(len(letter(numpy.random.default_rng(1))))"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    before = sorted(ROOT.iterdir())
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*install, "--target", str(folder), str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(ROOT.iterdir()) == before  # building leaves nothing in the checkout
    return folder


def run(installed, *arguments):
    """Run Python where there is no checkout, with what was installed."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, *arguments], cwd=installed.parent, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout.splitlines()[-1])


def test_it_reads_with_its_own_weights(installed):
    package, weights, digit, parameters = run(installed, "-c", READS)
    assert package == str(installed / "lenet" / "__init__.py")
    assert weights == str(installed / "lenet" / "bundled")
    assert (digit, parameters) == (7, 61_706)


def test_its_commands_run(installed):
    picture, ink = installed.parent / "seven.png", installed.parent / "ink.json"
    strokes = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
    sheet([(rasterize(strokes), "")], columns=1, zoom=8).save(picture)
    ink.write_text(json.dumps([{"digit": 7, "strokes": strokes}]))
    assert "predictions" in run(installed, "-m", "lenet", "predict", str(picture))
    assert run(installed, "-m", "lenet", "evaluate", "--ink", str(ink))["accuracy_percent"] == 100
    assert run(installed, "-c", DRAWS) > 0


def test_nothing_but_the_library_is_installed(installed):
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names - {"__pycache__", "bin"} == {"lenet"}
    assert {path.name for path in (installed / "lenet" / "bundled").iterdir()} == {
        path.name for path in (ROOT / "weights").iterdir()
    }
