"""Work in threads: how many at once, how many wait, and for whom it is not done."""

import threading

import anyio
import pytest

from demo import digit, queues
from demo.queues import Busy, CallerGone, Line, gone
from demo.wire import refusal
from tests.demo.test_digit import run


class Clock:
    """Stands for the time module: what is slept passes at once, and is noted."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Bench:
    """Work that lasts until it is let go, and notes how much of it is under way."""

    def __init__(self):
        self.begun, self.most, self.now = [], 0, 0
        self.lock, self.release = threading.Lock(), threading.Event()

    def work(self, name):
        with self.lock:
            self.begun.append(name)
            self.now += 1
            self.most = max(self.most, self.now)
        self.release.wait(10)
        with self.lock:
            self.now -= 1
        return f"{name} done"


async def waited(condition):
    with anyio.fail_after(5):
        while not condition():
            await anyio.sleep(0.005)


def test_so_many_at_once_and_the_rest_is_told():
    async def crowd():
        line, bench, answers = Line("lines", 2, 2), Bench(), {}

        async def call(name):
            try:
                answers[name] = await line.run(bench.work, name)
            except Busy as error:
                answers[name] = refusal(error)

        async with anyio.create_task_group() as group:
            for name in range(5):
                group.start_soon(call, name)
                await anyio.sleep(0.01)
            await waited(lambda: 4 in answers)
            assert len(bench.begun) == 2
            bench.release.set()
        return answers, bench.most, bench.begun, line.inside

    answers, most, begun, inside = run(crowd())
    assert {name: answers[name] for name in range(4)} == {name: f"{name} done" for name in range(4)}
    assert answers[4] == {"error": "Many visitors ask for lines just now. Try again in a few seconds.", "busy": True}
    assert (most, sorted(begun[:2]), sorted(begun[2:]), inside) == (2, [0, 1], [2, 3], 0)


@pytest.mark.parametrize(
    ("line", "at_once", "within"),
    # A page gives up after five seconds; the worst call takes a third of one, and a rest half as long.
    [
        (queues.LINES, 1, 10),
        (queues.WINDOWS, 1, 10),
        (queues.PHOTOS, 1, 16),
        (queues.DOWNLOADS, 1, 21),
        (queues.INKS, 2, 62),
    ],
    ids=["lines", "windows", "photos", "downloads", "inks"],
)
def test_little_heavy_work_is_done_at_once_and_few_wait(line, at_once, within):
    assert (line.limiter.total_tokens, line.most) == (at_once, within)


def test_who_came_first_is_served_first():
    async def crowd():
        line, bench = Line("lines", 1, 3), Bench()
        async with anyio.create_task_group() as group:
            for name in range(4):
                group.start_soon(line.run, bench.work, name)
                await anyio.sleep(0.01)
            bench.release.set()
        return bench.begun

    assert run(crowd()) == [0, 1, 2, 3]


def test_who_has_gone_is_not_worked_for():
    async def leave():
        line, bench, left = Line("lines", 1, 5), Bench(), anyio.Event()
        told = []

        async def impatient():
            gone.set(left.wait)
            try:
                told.append(await line.run(bench.work, "impatient"))
            except CallerGone:
                told.append("gone")

        async def patient():
            told.append(await line.run(bench.work, "patient"))

        async with anyio.create_task_group() as group:
            group.start_soon(patient)
            await waited(lambda: bench.begun)
            group.start_soon(impatient)
            await anyio.sleep(0.02)
            left.set()
            await waited(lambda: told)
            bench.release.set()
        return told, bench.begun, line.inside

    assert run(leave()) == (["gone", "patient done"], ["patient"], 0)


@pytest.mark.parametrize("by_http", [False, True])
def test_what_the_work_raises_is_raised_as_it_is(by_http):
    async def failing():
        gone.set(anyio.Event().wait if by_http else None)

        def broken():
            raise ValueError("so it is")

        await Line("lines", 1, 1).run(broken)

    with pytest.raises(ValueError, match="so it is"):
        run(failing())


@pytest.mark.parametrize(
    ("rest", "draws", "pause"), [(1.0, True, 0.05), (2.0, False, 0.0), (0.0, True, 0.0), (9.0, True, 0.15)]
)
def test_lines_rest_while_others_draw_but_not_for_long(monkeypatch, rest, draws, pause):
    clock = Clock()
    monkeypatch.setattr(queues, "time", clock)

    def work():
        clock.now += 0.05
        if draws:
            queues.DRAWING.noted()

    async def calls():
        queues.DRAWING.until = 0.0
        line = Line("lines", 1, 1, rest)
        await line.run(work)
        await line.run(work)

    run(calls())
    queues.DRAWING.until = 0.0
    assert clock.slept == pytest.approx([0.0, pause])


def test_who_has_drawn_draws_for_a_fifth_of_a_second(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(queues, "time", clock)
    drawing = queues.Drawing()
    assert not drawing
    drawing.noted()
    clock.now += 0.19
    assert drawing
    clock.now += 0.02
    assert not drawing


def test_every_live_answer_is_noted_as_drawing():
    queues.DRAWING.until = 0.0
    run(digit.see({"ink": []}))
    assert queues.DRAWING
    assert (queues.LINES.rest, queues.PHOTOS.rest) == (9.0, 0.0)


def test_work_for_one_who_is_still_there_is_answered():
    async def there():
        gone.set(anyio.Event().wait)
        return await Line("lines", 1, 0).run(lambda a, b: a + b, 2, 3)

    assert run(there()) == 5
