"""What every training run needs: worker processes, a name for its recipe, and what the card says of the run."""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from .mnist import SHA256

T = TypeVar("T")
_PACKAGE = Path(__file__).resolve().parent.parent
# The code that a network depends on: whatever of it changes, what was trained before is of another recipe.
_CODE = (
    "architecture.py",
    "model.py",
    "ink.py",
    "specks.py",
    "line/strip.py",
    "line/sweep.py",
    "synthetic/*.*",
    "training/*.py",
)


def processes(workers: int | None = None) -> ProcessPoolExecutor:
    """A pool of processes, one a core if None. spawn: a fork of a process that used torch's threads can hang."""
    # glibc gives a batch's memory back to the system and asks for it again, thousands of times: a sixth of the time.
    for setting in ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"):
        os.environ.setdefault(setting, str(2**30))
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def spread(work: Callable[[range], T], count: int, chunk: int, workers: int | None = None) -> list[T]:
    """What `work` makes of the numbers below `count`, a chunk at a time, in `processes`; of one chunk alone, in this
    one."""
    chunks = [range(count)[start : start + chunk] for start in range(0, count, chunk)]
    if len(chunks) < 2:
        return [work(each) for each in chunks]
    with processes(workers) as pool:
        return list(pool.map(work, chunks))


def fingerprint(recipe: Any, *more: Any) -> str:
    """A sum over a recipe (a dataclass), the code that follows it, and whatever else a result depends on."""
    total = hashlib.sha256(
        json.dumps([asdict(recipe), *more, torch.__version__, np.__version__], default=str).encode()
    )
    for pattern in _CODE:
        for file in sorted(_PACKAGE.glob(pattern)):
            total.update(file.read_bytes())
    return total.hexdigest()


def weights_file(text: str) -> Path:
    """A file of weights that can be written; refused before the work, not after it. A type for argparse."""
    file = Path(text)
    if file.suffix != ".pt":
        raise argparse.ArgumentTypeError(f"{text} must end in .pt")
    if not file.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {file.parent}")
    if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} cannot be written")
    return file


def whole(text: str) -> int:
    """A seed: a whole number from 0. A type for argparse."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 to 999,999,999")
    return int(text)


def device(name: str) -> str:
    """A device that torch can train on here. A type for argparse."""
    here = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not here.get(name):
        raise argparse.ArgumentTypeError(f"torch finds no {name} here; choose {', '.join(n for n in here if here[n])}")
    return name


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line says of either training."""
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="MNIST's four files; downloaded if left out")
    parser.add_argument("--out", type=weights_file, required=True, metavar="FILE.pt", help="weights to write")
    parser.add_argument("--device", type=device, default="cpu", help="cpu (the default), cuda or mps")
    parser.add_argument("--quick", action="store_true", help="a worse network in about three minutes")


def circumstances(command: str, recipe: Any, began: float) -> dict[str, Any]:
    """What a card says of a run that ends now: what was asked for, of which code, where, and how long it took."""
    return {
        "command": command,
        "recipe": asdict(recipe),
        "mnist_sha256": SHA256,
        "seconds": round(time.time() - began),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {torch.backends.cpu.get_cpu_capability()}",
        "commit": _commit(),
    }


def command(options: argparse.Namespace) -> str:
    """The command of a run as it was given, for the card; of files and folders just the names."""
    return shlex.join(["python", "-m", "lenet", *(re.sub("[^=]*/(?=.)", "", each) for each in options.arguments)])


def _commit() -> str | None:
    """The commit of the code, with a "+" when the package was changed since; None outside of a checkout."""
    git = ["git", "-C", str(_PACKAGE)]
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        return head + "+" * bool(subprocess.run([*git, "diff", "--quiet", "HEAD", "."]).returncode)
    except (OSError, subprocess.CalledProcessError):
        return None
