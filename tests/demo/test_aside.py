"""Work in another process: the same answers, and answers whatever becomes of that process."""

import os
import signal
import sys
import time
from typing import Any

import numpy as np
import pytest

from demo import examples
from demo.aside import Aside
from lenet.ink import InkError
from lenet.line.detect import read_line
from tests.serving import Server

LINE = examples.LINES[0]["strokes"]


def elsewhere(what):
    """A function of this module, as the other process finds it."""
    if what == "fail":
        raise KeyError("inside")
    if what == "print":
        print("no answer")
    return os.getpid()


def started(aside, *arguments):
    aside(*arguments)
    assert aside.ready.wait(40)
    return aside


@pytest.fixture
def here():
    aside = started(Aside(elsewhere), "")
    yield aside
    aside.stop()


@pytest.fixture(scope="module")
def reader():
    aside = started(Aside(read_line), LINE)
    yield aside
    aside.stop()


def test_the_first_call_does_not_wait_for_it():
    aside = Aside(elsewhere)
    assert aside("") == os.getpid()
    aside.stop()


def test_then_another_process_answers_the_same(reader):
    there, here = reader(LINE, "best"), read_line(LINE, "best")
    assert there.detections == here.detections
    np.testing.assert_array_equal(there.logits, here.logits)
    np.testing.assert_array_equal(there.strip.picture, here.strip.picture)


def test_a_mistake_is_the_callers(reader):
    with pytest.raises(InkError, match="finite numbers"):
        reader([[[float("nan"), 0]]])
    assert reader(LINE).text == "2026"


def test_what_is_printed_is_no_answer(here):
    assert here("print") == here.process.pid != os.getpid()


def test_any_other_error_comes_with_where_it_was_and_the_next_call_is_answered(here):
    with pytest.raises(RuntimeError, match="KeyError: 'inside'"):
        here("fail")
    assert here("") == here.process.pid


def test_one_that_was_killed_is_made_up_for_and_started_again(here):
    killed = here.process.pid
    os.kill(killed, signal.SIGKILL)
    assert here("") == os.getpid()
    assert started(here, "").process.pid not in (killed, os.getpid())
    assert here("") == here.process.pid


def nested(depth):
    ink: list[Any] = []
    for _ in range(depth):
        ink = [ink]
    return ink


def test_what_cannot_be_sent_is_told_here_and_leaves_nothing_behind(reader):
    process = reader.process
    for _ in range(3):
        with pytest.raises(InkError):
            reader([["x" * 200_000], nested(20_000)])
    assert reader(LINE).text == "2026"
    assert reader.process is process


def test_where_no_process_can_be_had_all_is_done_here(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    aside = Aside(elsewhere)
    assert [aside(""), aside("")] == [os.getpid()] * 2
    assert not aside.starts


def test_one_that_cannot_start_is_not_tried_again(monkeypatch, tmp_path):
    program = tmp_path / "false"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    aside = Aside(elsewhere)
    assert aside("") == os.getpid()
    tried = aside.process
    assert tried
    tried.wait(10)
    assert aside("") == os.getpid()
    assert aside.process is tried
    aside.stop()


@pytest.fixture
def own_server():
    with Server() as running:
        yield running


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize(("end", "waits"), [(signal.SIGTERM, False), (signal.SIGKILL, True), (signal.SIGINT, True)])
def test_it_ends_with_the_server_and_says_nothing(own_server, end, waits):
    from gradio_client import Client

    client = Client(own_server.url, verbose=False, analytics_enabled=False)
    while not (children := own_server.children()):
        client.predict(ink=LINE, picture=None, api_name="/scan")
    if waits:
        time.sleep(4)  # until it has started; else it ends while it does
    assert own_server.process
    own_server.process.send_signal(end)
    own_server.process.wait(20)
    deadline = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{child}") for child in children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(os.path.exists(f"/proc/{child}") for child in children)
    assert "Traceback" not in own_server.logged()
