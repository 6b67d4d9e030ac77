"""What every training run needs: worker processes, a name for its recipe, and what the card says of the run."""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from ..arguments import output

_PACKAGE = Path(__file__).resolve().parent.parent
# The code that a network depends on: whatever of it changes, what was trained before is of another recipe.
_CODE = ("model.py", "ink.py", "specks.py", "line/strip.py", "line/sweep.py", "synthetic/*.py", "training/*.py")


def processes(workers: int) -> ProcessPoolExecutor:
    """A pool of processes. spawn, not fork: forking a process that has used torch's threads can hang."""
    # glibc gives a batch's memory back to the system and asks for it again, thousands of times: a sixth of the time.
    for setting in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"):
        os.environ.setdefault(setting, str(2**30))
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def fingerprint(recipe: Any, *more: Any) -> str:
    """A sum over a recipe (a dataclass), the code that follows it, and whatever else a result depends on."""
    total = hashlib.sha256(json.dumps([asdict(recipe), *more, torch.__version__], default=str).encode())
    for pattern in _CODE:
        for file in sorted(_PACKAGE.glob(pattern)):
            total.update(file.read_bytes())
    return total.hexdigest()


def circumstances(seconds: float) -> dict[str, Any]:
    """Where and how long a run took: seconds, the kind of machine, and the commit, if the code lies in a checkout."""
    return {
        "seconds": round(seconds),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {torch.backends.cpu.get_cpu_capability()}",
        "commit": _commit(),
    }


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line says of either training."""
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=output(".pt"), required=True, metavar="FILE.pt", help="weights to write")
    parser.add_argument("--device", choices=("cpu", "cuda", "mps"), default="cpu")
    parser.add_argument("--quick", action="store_true", help="a worse network in about three minutes")


def command(options: argparse.Namespace) -> str:
    """The command of a run with all its options, for the card; of files just the names."""
    said = ["python -m lenet", options.command, "--mnist DIR", "--out", options.out.name]
    for name, value in vars(options).items():
        if name in ("command", "mnist", "out") or value is False:
            continue
        values = value if isinstance(value, list) else [] if value is True else [value]
        said += [f"--{name}", *map(str, values)]
    return " ".join(said)


def _commit() -> str | None:
    """The commit of the code, with a "+" when files that git keeps were changed since."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(_PACKAGE), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no", ".") else "")
    except (OSError, subprocess.CalledProcessError):
        return None
