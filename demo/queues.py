"""Work that takes a thread waits in a line of its own, so that nobody waits for what somebody else asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from lenet.mistake import Mistake

T = TypeVar("T")

# Waits until the caller has gone; set for each call that comes by HTTP.
gone: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("gone", default=None)


class Busy(Mistake):
    """So many wait for this kind of work that no more are let in."""


class CallerGone(Mistake):
    """Nobody is there any more to answer to."""


class Line:
    """At most `at_once` calls at work, each in a thread, and at most `waiting` behind them."""

    def __init__(self, what: str, at_once: int, waiting: int) -> None:
        self.what, self.most = what, at_once + waiting
        self.limiter = anyio.CapacityLimiter(at_once)
        self.inside = 0

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
            return await anyio.to_thread.run_sync(function, *arguments, limiter=self.limiter)
        outcome: list[Callable[[], T]] = []
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                await leaving()
                group.cancel_scope.cancel()

            group.start_soon(watch)
            outcome.append(await _caught(anyio.to_thread.run_sync(function, *arguments, limiter=self.limiter)))
            group.cancel_scope.cancel()
        if not outcome:
            raise CallerGone("The caller has gone.")
        return outcome[0]()


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
LINES = Line("lines of digits to be read", 1, 15)
PHOTOS = Line("photos to be read", 1, 15)
DOWNLOADS = Line("downloads", 1, 20)
INKS = Line("drawings of many points to be read", 2, 60)
