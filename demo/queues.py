"""Work that takes a thread waits in a line of its own, so that nobody waits for what somebody else asked for."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from lenet.mistake import Mistake

T = TypeVar("T")

_DRAWS_ON = 0.2  # seconds for which one who has drawn counts as drawing
_LONGEST_REST = 0.15  # seconds

# Waits until the caller has gone; set for each call that comes by HTTP.
gone: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("gone", default=None)


class Busy(Mistake):
    """So many wait for this kind of work that no more are let in."""


class CallerGone(Mistake):
    """Nobody is there any more to answer to."""


class Drawing:
    """Whether anybody draws a digit just now, and waits for live answers."""

    def __init__(self) -> None:
        self.until = 0.0

    def noted(self) -> None:
        """Somebody has drawn."""
        self.until = time.monotonic() + _DRAWS_ON

    def __bool__(self) -> bool:
        return time.monotonic() < self.until


DRAWING = Drawing()


class Line:
    """At most `at_once` calls at work, each in a thread, and at most `waiting` behind them.

    rest: after a call while anybody draws, nothing is done for so many times as long as it took, at most 0.15 of a
    second. A process of lower priority would not do: two busy ones are slower than one, even on a processor each.
    """

    def __init__(self, what: str, at_once: int, waiting: int, rest: float = 0.0) -> None:
        self.what, self.most, self.rest = what, at_once + waiting, rest
        self.limiter = anyio.CapacityLimiter(at_once)
        self.inside = 0
        self.rests_until = 0.0

    async def run(self, function: Callable[..., T], *arguments: Any) -> T:
        """What the function returns. Raises Busy when the line is full, and CallerGone when the caller went before it
        was their turn; a call that has begun is finished."""
        if self.inside >= self.most:
            raise Busy(f"Many visitors ask for {self.what} just now. Try again in a few seconds.")
        self.inside += 1
        try:
            return await self._served(function, *arguments)
        finally:
            self.inside -= 1

    async def _served(self, function: Callable[..., T], *arguments: Any) -> T:
        leaving = gone.get()
        if leaving is None:
            return await anyio.to_thread.run_sync(self._rested, function, *arguments, limiter=self.limiter)
        outcome: list[Callable[[], T]] = []
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                await leaving()
                group.cancel_scope.cancel()

            group.start_soon(watch)
            work = anyio.to_thread.run_sync(self._rested, function, *arguments, limiter=self.limiter)
            outcome.append(await _caught(work))
            group.cancel_scope.cancel()
        if not outcome:
            raise CallerGone("The caller has gone.")
        return outcome[0]()

    def _rested(self, function: Callable[..., T], *arguments: Any) -> T:
        time.sleep(max(0.0, self.rests_until - time.monotonic()))
        began = time.monotonic()
        try:
            return function(*arguments)
        finally:
            ended = time.monotonic()
            if self.rest and DRAWING:
                self.rests_until = ended + min(self.rest * (ended - began), _LONGEST_REST)


async def _caught(work: Awaitable[T]) -> Callable[[], T]:
    """What gives the result, or raises what was raised: a task group would wrap it."""
    try:
        result = await work
        return lambda: result
    except Exception as error:
        raised = error

    def again() -> T:
        raise raised

    return again


# A page gives up after five seconds, so that no more wait than can be served by then.
LINES = Line("lines of digits to be read", 1, 9, rest=9.0)
WINDOWS = Line("lines to be read by other networks", 1, 9, rest=9.0)
PHOTOS = Line("photos to be read", 1, 15)
DOWNLOADS = Line("downloads", 1, 20)
INKS = Line("drawings of many points to be read", 2, 60)
NETWORKS = Line("networks to be opened", 1, 9, rest=1.0)
FOLLOWING = Line("news of the file", 1, 60)
LARGE = Line("answers of large networks", 1, 30)
TRIALS = Line("experiments", 1, 12, rest=1.0)
