"""The log: short, and each thing once a minute."""

import logging

import pytest

from demo import logs
from demo.logs import Sparing, spare


@pytest.fixture
def written(monkeypatch):
    """A logger whose lines are kept, and a clock that the test turns."""
    clock = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: clock[0])

    class Kept(logging.Handler):
        def __init__(self):
            super().__init__()
            self.lines = []

        def emit(self, record):
            self.lines.append(self.format(record))

    def made(brief):
        logger, handler = logging.Logger("test"), Kept()
        logger.addHandler(handler)
        logger.addFilter(Sparing(brief))
        return logger, handler.lines

    return made, clock


def fail(text):
    raise ValueError(text)


def test_what_repeats_is_written_once_a_minute_with_its_number(written):
    made, clock = written
    logger, lines = made(True)
    for _ in range(50):
        logger.error("Invalid HTTP request received.")
    logger.error("Something else.")
    clock[0] += 61
    logger.error("Invalid HTTP request received.")
    assert lines == ["Invalid HTTP request received.", "Something else.", "Invalid HTTP request received. (49 more)"]


def test_a_traceback_is_one_line_of_at_most_300_bytes(written):
    made, _ = written
    logger, lines = made(True)
    try:
        fail("x" * 5_000)
    except ValueError:
        logger.exception("Exception in ASGI application\n")
    assert lines[0].startswith("Exception in ASGI application: ValueError: xxx")
    assert "\n" not in lines[0]
    assert len(lines[0].encode()) <= 300


def test_lines_are_cut_by_their_bytes_and_numbers_make_no_other_kind(written):
    made, _ = written
    logger, lines = made(True)
    logger.error("é" * 400)
    for number in range(5):
        logger.error("Task-%s failed", number)
    assert [len(line.encode()) <= 300 for line in lines] == [True, True]


def test_of_a_fault_of_ours_the_whole_way_is_written(written):
    made, _ = written
    logger, lines = made(False)
    for _ in range(3):
        try:
            fail("our own")
        except ValueError:
            logger.exception("a call failed")
    assert len(lines) == 1
    assert "Traceback" in lines[0]
    assert "in fail" in lines[0]


def test_old_kinds_are_forgotten(written):
    made, clock = written
    logger, _ = made(True)
    (sparing,) = logger.filters
    logger.error("once")
    clock[0] += 601
    logger.error("later")
    assert len(sparing.last) == 1


def test_the_servers_loggers_are_spared():
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio", "demo.wire")]
    before = [list(each.filters) for each in loggers]
    spare()
    try:
        assert [[each.brief for each in logger.filters if isinstance(each, Sparing)][-1] for logger in loggers] == [
            True, True, False,
        ]  # fmt: skip
    finally:
        for logger, filters in zip(loggers, before, strict=True):
            logger.filters[:] = filters
