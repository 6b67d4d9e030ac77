"""A file of weights that is followed: whenever a training script saves it again, the page shows the new ones."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lenet.mistake import Mistake

if TYPE_CHECKING:
    from lenet.own.conventions import Own

_PATIENCE = 1.5  # seconds in which a file that cannot be opened may be half written


class FollowError(Mistake):
    """There is nothing to follow yet, or what is there is no network; the message says which."""


class Followed:
    """The newest network in a file, and how often it was saved since it is followed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.newest: tuple[str, Own] | None = None  # its sum, and the network
        self.saved = 0
        self.stamp: tuple[int, int] | None = None  # of what was looked at
        self.doubted: tuple[tuple[int, int], float] | None = None  # what could not be opened, and since when

    def look(self) -> tuple[str, Own]:
        """The newest network and its sum. Raises FollowError or OwnError where there is none, or another thing.

        A file half written is waited for: until it has stayed as it is for a while, the one before counts.
        """
        from lenet.own.conventions import labels_beside, open_network
        from lenet.own.files import MOST_BYTES, OwnError

        stamp = self._stamped()
        if self.newest and stamp in (self.stamp, None):
            return self.newest
        if stamp is None:
            raise FollowError(f"{self.file.name} is not there yet. It is shown as soon as it is saved.")
        try:
            with self.file.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            own = open_network(content, labels_beside(self.file))
        except (OwnError, OSError, ValueError) as error:
            if self.doubted is None or self.doubted[0] != stamp:
                self.doubted = (stamp, time.monotonic())
            if time.monotonic() - self.doubted[1] > _PATIENCE:
                if isinstance(error, OwnError):
                    raise
                raise FollowError(f"{self.file.name} or the labels beside it cannot be read.") from error
            if self.newest:
                return self.newest
            raise FollowError(f"{self.file.name} cannot be opened yet. It is shown as soon as it is saved.") from error
        self.stamp, self.doubted = stamp, None
        self.newest = hashlib.sha256(content).hexdigest()[:32], own
        self.saved += 1
        return self.newest

    def _stamped(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
