"""When the server calls itself crowded: when what waits holds up its beat, and for a while after."""

import time

import anyio
import pytest

from demo import pulse
from demo.pulse import Pulse
from tests.demo.test_digit import run


@pytest.mark.parametrize(("held_up", "crowded"), [(0.0, False), (0.3, True)])
def test_late_beats_make_a_crowd(held_up, crowded):
    async def calls():
        found = Pulse()
        assert not found.crowded()
        await anyio.sleep(0.05)
        time.sleep(held_up)
        await anyio.sleep(0.15)
        return found.crowded()

    assert run(calls()) is crowded


def test_a_crowd_is_over_after_a_while_and_the_beat_stops_when_nobody_calls(monkeypatch):
    monkeypatch.setattr(pulse, "_FOR", 0.2)

    async def calls():
        found = Pulse()
        found.crowded()
        await anyio.sleep(0.05)
        time.sleep(0.3)
        await anyio.sleep(0.06)
        during = found.crowded()
        await anyio.sleep(0.5)
        return during, found.crowded(), found.beats, found.calls

    during, after, _, calls_since = run(calls())
    assert (during, after, calls_since) == (True, False, 1)

    async def silence():
        found = Pulse()
        found.crowded()
        await anyio.sleep(0.35)
        return found.beats

    assert run(silence()) is False
