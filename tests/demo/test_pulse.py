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


class Clock:
    """An event loop whose time is told, and which is as late as it is told."""

    def __init__(self):
        self.now, self.due = 1_000.0, []

    def time(self):
        return self.now

    def call_later(self, seconds, beat, *arguments):
        self.due.append((self.now + seconds, beat, arguments))

    def run_next(self, late=0.0):
        at, beat, arguments = self.due.pop(0)
        self.now = at + late
        beat(*arguments)


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(pulse.asyncio, "get_running_loop", lambda: found)
    return found


def test_it_beats_ten_times_a_second_as_long_as_calls_come_and_once_more(clock):
    found = Pulse()
    found.crowded()
    found.crowded()
    assert [round(at - clock.now, 6) for at, *_ in clock.due] == [0.1]
    clock.run_next()
    assert [round(at - clock.now, 6) for at, *_ in clock.due] == [0.1]
    clock.run_next()
    assert (clock.due, found.beats) == ([], False)
    found.crowded()
    assert len(clock.due) == 1


@pytest.mark.parametrize(("late", "crowded"), [(0.0, False), (0.055, False), (0.065, True)])
def test_a_beat_60_ms_late_is_a_crowd_for_two_seconds(clock, late, crowded):
    found = Pulse()
    assert not found.crowded()
    clock.run_next(late)
    clock.now += 1.95
    assert found.crowded() is crowded
    clock.now += 0.1
    assert not found.crowded()
