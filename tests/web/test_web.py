"""The page's scripts without a page: unit tests in node, types checked by tsc, style checked by biome.

The unit tests run in the node that Playwright brings along. tsc and biome are npm packages, as package-lock.json pins
them; they are fetched into node_modules/ the first time. To let biome format what has been changed:

    node tests/web/node_modules/@biomejs/biome/bin/biome check --write --config-path=tests/web/style.json \\
        demo/static demo/experiments tests/web
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from demo.files import STATIC
from demo.scripts import bare
from tests.serving import ROOT

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"


def passes(*command: str | Path) -> None:
    """Run a command in the repository's root; what it prints is the failure."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def node() -> str:
    found = compute_driver_executable()
    return str(found[0] if isinstance(found, tuple) else found)


@pytest.fixture(scope="session")
def tools() -> Path:
    """The folder of the npm packages, fetched if this lock's are not there yet."""
    fetched = MODULES / "fetched.lock"
    if fetched.is_file() and fetched.read_text("utf-8") == LOCK.read_text("utf-8"):
        return MODULES
    complaint = _fetch()
    if complaint is None:
        fetched.write_text(LOCK.read_text("utf-8"), "utf-8")
        return MODULES
    sentence = f"needs npm packages that cannot be fetched: {complaint}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def _fetch() -> str | None:
    """Install what package-lock.json says. Returns what went wrong."""
    # The npm of this environment (see tests/requirements.txt), or else the machine's.
    beside = str(Path(sys.executable).parent)
    npm = shutil.which("npm", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if npm is None:
        return "there is no npm"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = os.pathsep.join([beside, os.environ.get("PATH", "")])
    try:
        done = subprocess.run(
            command, cwd=HERE, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=150
        )
    except subprocess.TimeoutExpired:
        return "npm did not come to an end"
    return None if done.returncode == 0 else (done.stderr.strip() or "npm says nothing").splitlines()[0]


def test_units():
    tests = sorted(HERE.glob("*.test.js"))
    assert len(tests) > 8
    # Whether a script is a module, node sees from its text; the page says so where it imports it.
    passes(node(), "--test", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", *tests)


def test_units_of_the_scripts_as_browsers_get_them(tmp_path: Path):
    scripts = sorted(STATIC.rglob("*.js"))
    for script in scripts:
        served = tmp_path / script.relative_to(ROOT)
        served.parent.mkdir(parents=True, exist_ok=True)
        text = bare(script.read_text("utf-8"))
        assert not re.search(r"^\s*(//|/\*)[^/]*$", text, re.M)
        served.write_text(text, "utf-8")
    tests = tmp_path / HERE.relative_to(ROOT)
    shutil.copytree(HERE, tests, ignore=shutil.ignore_patterns("node_modules"))
    passes(node(), "--test", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", *sorted(tests.glob("*.test.js")))


def test_types(tools: Path):
    passes(node(), tools / "typescript" / "bin" / "tsc", "-p", HERE / "tsconfig.json")


def test_style(tools: Path):
    biome = tools / "@biomejs" / "biome" / "bin" / "biome"
    options = ["--error-on-warnings", "--max-diagnostics=50", f"--config-path={HERE / 'style.json'}"]
    passes(node(), biome, "check", *options, "demo/static", "demo/experiments", "tests/web")


def test_the_lock_names_no_place():
    assert "resolved" not in LOCK.read_text("utf-8")
