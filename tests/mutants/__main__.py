"""Puts small faults into what the page loads, one at a time, and counts how many of them the unit tests find.

    python -m tests.mutants                     everything; goes on where it was interrupted
    python -m tests.mutants lenet/ink.py ...    these files alone
    python -m tests.mutants --survivors         only what the tests have not found so far (after writing a test)
    python -m tests.mutants --list              the table of what is known, without running anything

Needs tests/requirements-mutants.txt. Everything takes about half an hour of one core. Faults are put into a copy of
the repository; what was found is remembered in .mutants_cache until a file or its tests change. Faults that change
nothing anybody could notice are named, with the reason, in equivalent.txt.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import gc
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.operators import mutants

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ROOT / ".mutants_cache" / "found.jsonl"
EQUIVALENT = Path(__file__).with_name("equivalent.txt")

# A file is judged by the test file that mirrors it, and by these where others know more of it.
_ALSO = {
    "lenet/__init__.py": ["lenet/test_recognize.py"],
    "lenet/mistake.py": ["lenet/test_ink.py"],
    "lenet/recognize.py": ["lenet/test_weights.py"],
    "lenet/ledger.py": ["lenet/test_explain.py"],
    "lenet/snippet.py": ["lenet/test_explain.py"],
    "lenet/specks.py": ["lenet/test_ink.py"],
    "lenet/line/strip.py": ["lenet/line/test_detect.py"],
    "lenet/line/views.py": ["lenet/line/test_detect.py"],
    "lenet/line/segment.py": ["lenet/line/test_detect.py"],
    "demo/part.py": ["demo/test_app.py"],
    "demo/wire.py": ["demo/test_digit.py", "demo/test_line.py"],
    "demo/digit.py": ["demo/test_line.py"],
    "demo/doors.py": ["demo/test_gate.py"],
    "demo/endpoints.py": ["demo/test_gate.py"],
    "demo/files.py": ["demo/test_gate.py"],
    "demo/gate.py": ["demo/test_gate_alone.py", "demo/test_live.py"],
    "demo/limits.py": ["demo/test_gate.py"],
    "demo/live.py": ["demo/test_gate.py"],
}
_PASSED = (0, 5)  # pytest's status for no failure, and for no test that needs little enough
# These need a running server, a browser, or data that is not part of the project.
_TOO_MUCH = {"server", "own_server", "page", "browser", "mnist_folder", "pens_file"}
_SLACK = 2.0  # seconds of work that a test may take more than three times the usual, before its mutant counts as found


@dataclass(frozen=True)
class Mutant:
    """One fault: where, and the changed lines before and after."""

    file: str
    line: int
    name: str  # by content, so that it stays the same when lines move: file and function, - before, + after
    source: str


def mutants_of(file: str, root: Path = ROOT) -> list[Mutant]:
    """All faults that are put into a file."""
    return _mutants_of(file, (root / file).read_text("utf-8"))


@functools.cache
def _mutants_of(file: str, source: str) -> list[Mutant]:
    lines = source.splitlines()
    found: dict[str, Mutant] = {}
    for line, function, changed in mutants(source):
        difference = list(difflib.unified_diff(lines, changed.splitlines(), lineterm="", n=0))[2:]
        before, after = (
            " ".join(" ".join(row[1:].split()) for row in difference if row.startswith(sign)) for sign in "-+"
        )
        name = f"{file} {function}\n- {before}\n+ {after}".replace(" \n", "\n").rstrip()
        same = sum(each == name or each.startswith(f"{name} (again ") for each in found)
        name += f" (again {same})" if same else ""
        found[name] = Mutant(file, line, name, changed)
    return list(found.values())


def loaded_files() -> list[str]:
    """The files of ours that the page loads."""
    modules = _in_child(lambda: (importlib.import_module("demo.app"), _own_modules())[1])
    return sorted(str(Path(path).relative_to(ROOT)) for path in modules)


def _own_modules() -> list[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return [
        file for file in files if file and any(Path(file).is_relative_to(ROOT / part) for part in ("lenet", "demo"))
    ]


def tests_of(file: str, root: Path) -> list[list[str]]:
    """The test files that judge a file: its mirror, then those that are asked only when that finds nothing."""
    part = Path(file)
    mirror = f"tests/{part.parent}/test_{part.name}"
    near = [mirror] if (root / mirror).exists() else []
    far = [f"tests/{each}" for each in _ALSO.get(file, ())]
    if part.parts[0] == "lenet":
        far.append("tests/lenet/test_frozen.py")
    return [near, far] if near and far else [near or far] if near or far else []


def _in_child(work: Callable[[], Any], seconds: float | None = None) -> Any:
    """What `work` returns in a forked process, as JSON; None when it dies or takes longer."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.setpgid(0, 0)
        try:
            result = work()
        except BaseException as error:
            result = None
            print(repr(error), file=sys.stderr)
        with os.fdopen(write, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(write)
    began = time.monotonic()
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if seconds is not None and time.monotonic() - began > seconds:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
        time.sleep(0.005)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    return json.loads(text) if text else None


class _Chosen:
    """A pytest plugin: leaves out what needs too much, runs first what finds most in least time, and notes how long
    each test took and which one failed."""

    def __init__(self, seconds: dict[str, float], found: Counter[str]) -> None:
        self.seconds = seconds
        self.found = found
        self.noted: dict[str, float] = {}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if not _TOO_MUCH & set(item.fixturenames)]
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0) / (self.found[item.nodeid] + 0.2))

    def pytest_runtest_setup(self, item: Any) -> None:
        if self.seconds:  # a test that takes far longer than it does ends the process, which counts as found
            signal.setitimer(signal.ITIMER_PROF, _SLACK + 3 * self.seconds.get(item.nodeid, _SLACK))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed = report.nodeid
        self.noted[report.nodeid] = self.noted.get(report.nodeid, 0.0) + report.duration


def _judge(
    copy: Path, tests: list[str], seconds: dict[str, float], found: Counter[str]
) -> tuple[int, dict[str, float], str]:
    """Run tests in the copy until one fails; to be called in a child. Returns pytest's status, how long each test
    took, and the one that failed."""
    import pytest

    os.chdir(copy)
    sys.path[:] = [str(copy), *(each for each in sys.path if each not in ("", str(ROOT)))]
    for name in [name for name in sys.modules if name.split(".")[0] in ("lenet", "demo", "tests")]:
        del sys.modules[name]
    most = 6_000_000_000 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    chosen = _Chosen(seconds, found)
    quick = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
    status = pytest.main([*quick, *tests], plugins=[chosen])
    return int(status), chosen.noted, chosen.failed


class _Judge:
    """Some test files, and how long each of their tests takes and what it has found."""

    def __init__(self, copy: Path, tests: list[str]) -> None:
        self.copy, self.tests = copy, tests
        self.found: Counter[str] = Counter()
        began = time.monotonic()
        usual: Any = _in_child(lambda: _judge(copy, tests, {}, self.found), 600)
        if usual is None or usual[0] not in _PASSED:
            raise SystemExit(f"Tests fail without any fault: {usual[2] if usual else ', '.join(tests)}.")
        self.seconds: dict[str, float] = usual[1]
        self.limit = 5 * (time.monotonic() - began) + 60  # for one that sleeps for ever
        self.holds_without_fault()

    def holds_without_fault(self) -> None:
        """Raise SystemExit where tests fail in the order that finds faults soonest: some may need what others left."""
        if self.finds_fault():
            raise SystemExit(f"Tests fail without any fault, in another order: {', '.join(self.tests)}.")

    def finds_fault(self) -> bool:
        """Whether a test fails, or takes far too long, on the copy as it is."""
        judged: Any = _in_child(lambda: _judge(self.copy, self.tests, self.seconds, self.found), self.limit)
        found = judged is None or judged[0] not in _PASSED
        if found and judged:
            self.found[judged[2]] += 1
        return found


def _sum(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def run(file: str, copy: Path, known: dict[str, dict[str, Any]], survivors_only: bool) -> None:
    """Judge all mutants of a file that are not known yet; notes every one in `known` and on disk."""
    stages = tests_of(file, copy)
    tests = _sum(copy / test for stage in stages for test in stage)
    sums = {"source": _sum([copy / file]), "tests": tests}
    todo = []
    for mutant in mutants_of(file, copy):
        was = known.get(mutant.name)
        fresh = was and was["source"] == sums["source"] and was["tests"] == sums["tests"]
        if not (fresh or (survivors_only and was and was["killed"])):
            todo.append(mutant)
    if not todo:
        return
    began = time.monotonic()
    judges = [_Judge(copy, stage) for stage in stages]
    place = copy / file
    original = place.read_text("utf-8")
    with KNOWN.open("a", encoding="utf-8") as notes:
        for number, mutant in enumerate(todo):
            place.write_text(mutant.source, "utf-8")
            # Compiled files are told apart by seconds.
            os.utime(place, (number + 1, number + 1))
            note = {"name": mutant.name, **sums, "killed": any(judge.finds_fault() for judge in judges)}
            known[mutant.name] = note
            notes.write(json.dumps(note) + "\n")
            notes.flush()
            print(f"\r{file}: {number + 1} of {len(todo)}", end="", file=sys.stderr, flush=True)
    place.write_text(original, "utf-8")
    for judge in judges:
        judge.holds_without_fault()
    print(f"\r{file}: {len(todo)} mutants in {time.monotonic() - began:.0f} s", file=sys.stderr)


def remembered() -> dict[str, dict[str, Any]]:
    """What earlier runs found, by the mutant's name."""
    if not KNOWN.exists():
        return {}
    notes = (json.loads(line) for line in KNOWN.read_text("utf-8").splitlines())
    return {note["name"]: note for note in notes}


def equivalent() -> dict[str, str]:
    """The mutants that change nothing one could notice, and why: file and function, -, +, = reason; a blank line."""
    named = {}
    for block in EQUIVALENT.read_text("utf-8").split("\n\n"):
        if block.strip() and not block.startswith("#"):
            name, _, reason = block.strip().partition("\n= ")
            named[name] = reason
    return named


def table(files: list[str], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What was found, file by file, then where the survivors are."""
    excused = equivalent()
    used: set[str] = set()
    yield f"{'file':24}{'mutants':>9}{'equivalent':>12}{'killed':>8}{'survived':>10}{'not run':>9}{'share':>9}"
    total = [0, 0, 0, 0, 0]
    alive: list[Mutant] = []
    for file in files:
        row = [0, 0, 0, 0, 0]
        for mutant in mutants_of(file):
            note = known.get(mutant.name)
            state = 2 if note and note["killed"] else 1 if mutant.name in excused else 3 if note else 4
            used.add(mutant.name)
            row[0] += 1
            row[state] += 1
            if state == 3:
                alive.append(mutant)
        total = [a + b for a, b in zip(total, row, strict=True)]
        if row[0]:
            yield _row(file, row)
    yield _row("all", total)
    for mutant in alive:
        yield f"\n{mutant.name.replace(mutant.file, f'{mutant.file}:{mutant.line}', 1)}"
    for name in excused:
        if name.split(" ")[0] in files and name not in used:
            yield f"\nequivalent.txt names what is there no more:\n{name}"
        elif known.get(name, {}).get("killed"):
            yield f"\nequivalent.txt names what the tests find:\n{name}"


def _row(name: str, row: list[int]) -> str:
    counted, same, killed, survived, unknown = row
    share = 100 * killed / max(1, killed + survived)
    return f"{name:24}{counted:9}{same:12}{killed:8}{survived:10}{unknown:9}{share:8.1f}%"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="of lenet/ or demo/; all that the page loads if none")
    parser.add_argument("--survivors", action="store_true", help="trust what was found under other tests")
    parser.add_argument("--list", action="store_true", help="run nothing")
    options = parser.parse_args()
    KNOWN.parent.mkdir(exist_ok=True)
    # Loaded once; every mutant's tests run in a fork of this process. Threads would not survive the fork.
    os.environ.update(OMP_NUM_THREADS="1", CI="true", GRADIO_ANALYTICS_ENABLED="False")
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    for name in ("torch", "torch.distributed.tensor", "gradio", "gradio_client", "PIL.Image", "hypothesis", "pytest"):
        importlib.import_module(name)
    gc.freeze()
    known = remembered()
    files = options.files or loaded_files()
    if not options.list:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.pyi"))
            for file in files:
                run(file, copy, known, options.survivors)
    print("\n".join(table(files, known)))


if __name__ == "__main__":
    main()
