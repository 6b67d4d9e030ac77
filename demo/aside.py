"""Work in a process of its own: in a thread it would hold the interpreter, which every live answer needs.

Until that process has started, and should it be killed, the work is done in the thread that asks.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO, Generic, TypeVar

import torch

from demo.files import ROOT
from lenet.mistake import Mistake

T = TypeVar("T")

_NICENESS = 10  # live answers go first where all processors are busy


class Aside(Generic[T]):
    """A function of a module, called in a process that starts with the first call and ends with this one."""

    def __init__(self, function: Callable[..., T]) -> None:
        self.function = function
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = True  # or it is not tried again
        self.ready = threading.Event()  # it has started
        self.lock = threading.Lock()

    def __call__(self, *arguments: object) -> T:
        """What the function returns; raises the Mistake that it raises, and RuntimeError for anything else."""
        try:
            question = pickle.dumps(arguments)
        except (RecursionError, pickle.PicklingError):  # nested lists without end; the function says what is wrong
            return self.function(*arguments)
        with self.lock:
            if self.process is None and self.starts:
                self._start()
            if not self.ready.is_set():
                return self.function(*arguments)
            try:
                answer = self._asked(question)
            except Exception:  # it was killed; whatever it is, what it might still say belongs to nobody
                self.stop()
                return self.function(*arguments)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _start(self) -> None:
        function = f"{self.function.__module__}:{self.function.__qualname__}"
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, function],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        except OSError:  # no room for another, or no such program
            self.starts = False
            return
        atexit.register(self.stop)
        threading.Thread(target=self._greeted, args=(self.process,), daemon=True).start()

    def _greeted(self, process: subprocess.Popen[bytes]) -> None:
        # One that cannot start is not started again.
        if process.stdout and process.stdout.readline() == b"ready\n":
            self.ready.set()

    def _asked(self, question: bytes) -> T | Exception:
        assert self.process
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(question)
        self.process.stdin.flush()
        answer: T | Exception = pickle.load(self.process.stdout)
        return answer

    def stop(self) -> None:
        """End the process; the next call starts another."""
        atexit.unregister(self.stop)
        process, self.process = self.process, None
        self.ready.clear()
        if process:
            process.kill()
            with contextlib.suppress(OSError, ValueError):
                process.communicate()


def serve(function: Callable[..., object], asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody is there to ask."""
    answers.write(b"ready\n")
    answers.flush()
    answer: object
    while True:
        try:
            arguments = pickle.load(asked)
        except EOFError:
            return
        try:
            answer = function(*arguments)
        except Mistake as error:
            answer = error
        except Exception:
            answer = RuntimeError(traceback.format_exc())
        pickle.dump(answer, answers)
        answers.flush()


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed shall not be taken for an answer
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # nobody is there any more
        module, name = sys.argv[1].split(":")
        function = getattr(importlib.import_module(module), name)
        if hasattr(os, "nice"):
            os.nice(_NICENESS)
        torch.set_num_threads(1)
        gc.freeze()
        serve(function, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
