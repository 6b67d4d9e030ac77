"""`python -m tests.count`: lines of Python in lenet, all of them and those that the page loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.serving import ROOT

_LOADED = """
import json, sys, demo.app
print(json.dumps({name: module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "lenet"}))
"""


def loaded_by_the_page() -> dict[str, Path]:
    """The modules of lenet that are loaded once the page is built, and where each lies."""
    done = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name: Path(file) for name, file in json.loads(done.stdout.splitlines()[-1]).items()}


def lines_of(files: list[Path]) -> int:
    """Lines of Python files, blank ones and comments included."""
    return sum(len(file.read_text("utf-8").splitlines()) for file in files)


def counts() -> dict[str, int]:
    """What the command prints."""
    return {
        "lenet_lines_the_page_loads": lines_of(list(loaded_by_the_page().values())),
        "lenet_lines": lines_of(list((ROOT / "lenet").rglob("*.py"))),
    }


if __name__ == "__main__":
    print(json.dumps(counts()))
