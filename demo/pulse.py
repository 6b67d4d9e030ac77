"""How far the server is behind with its work: under a crowd, pages are asked to ask less often."""

from __future__ import annotations

import asyncio

_EVERY = 0.1  # seconds between two beats
_LATE = 0.06  # seconds that a beat may be late; then some hundred calls are waiting
_FOR = 2.0  # seconds for which a late beat counts


class Pulse:
    """Beats as long as calls come, and notes whether it is late: all that wait are before it in the line."""

    def __init__(self) -> None:
        self.calls = 0  # since the last beat
        self.beats = False
        self.late_until = 0.0

    def crowded(self) -> bool:
        """Count a call, and say whether there are too many."""
        loop = asyncio.get_running_loop()
        self.calls += 1
        if not self.beats:
            self.beats = True
            loop.call_later(_EVERY, self._beat, loop.time() + _EVERY)
        return loop.time() < self.late_until

    def _beat(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() - due > _LATE:
            self.late_until = loop.time() + _FOR
        self.beats, self.calls = self.calls > 0, 0
        if self.beats:
            loop.call_later(_EVERY, self._beat, loop.time() + _EVERY)
