"""Starts the app as a Space does: `python demo/app.py` from the repository's root."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that serves the app on 127.0.0.1; can be stopped and started again on the same port."""

    def __init__(self, command: Sequence[str] = ("demo/app.py",), folder: Path = ROOT, **environment: str) -> None:
        self.command, self.folder = command, folder
        self.port = free_port()
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.log = tempfile.NamedTemporaryFile(suffix=".log")  # noqa: SIM115 - closed by stop()
        self.url = f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        environment = {
            **os.environ,
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": str(self.port),
            "no_proxy": "127.0.0.1",
            **self.environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            cwd=self.folder, env=environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        give_up = time.monotonic() + 90
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(f"the app did not start:\n{self.logged()}")

    def logged(self) -> str:
        return Path(self.log.name).read_text("utf-8", "replace")

    def children(self) -> list[int]:
        """The processes that the server has started and that have not ended."""
        assert self.process
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]

    def memory(self, key: str = "VmRSS") -> float:
        """Of the process and those that it started, in MB; VmHWM is the most there was."""
        assert self.process
        return sum(_memory(process, key) for process in (self.process.pid, *self.children()))

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        if self.process:
            with suppress(ProcessLookupError):  # and whatever it has started and left behind
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()
        self.log.close()


def _memory(process: int, key: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the server is gone")
