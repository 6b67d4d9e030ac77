"""Two copies of the app behind nginx, without stickiness: one is killed and comes back, and the page loses nothing."""

import itertools
import json
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.proxy import lacking, nginx
from tests.serving import Server

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]

pytestmark = pytest.mark.skipif(bool(lacking()), reason="nginx is not installed")


@pytest.fixture(scope="module")
def copies():
    """Two copies and the address of what stands before them."""
    with Server() as first, Server() as second, nginx(first, second) as url:
        yield first, second, url


def post(url, call):
    request = urllib.request.Request(url, json.dumps(call).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def component(url):
    with urllib.request.urlopen(url + "config", timeout=10) as answer:
        parts = json.load(answer)["components"]
    return next(part["id"] for part in parts if "see" in (part["props"].get("server_fns") or []))


def test_both_copies_know_the_same_page_and_endpoints_answer_through_either(copies):
    first, second, url = copies
    assert component(first.url) == component(second.url)
    for _ in range(10):
        assert post(url + "gradio_api/run/recognize", {"data": [SEVEN]})["data"][0]["digit"] == 7


def test_a_copy_that_is_killed_and_comes_back_costs_the_page_nothing(copies):
    first, _, url = copies
    number = component(url)
    answered, lost, over = [], [], threading.Event()

    def draw():
        for sequence in itertools.count(1):
            if over.is_set():
                return
            call = {"data": {"ink": SEVEN, "sequence": sequence}, "component_id": number, "fn_name": "see"}
            try:
                assert post(url + "gradio_api/component_server", call)["sequence"] == sequence
                answered.append(time.monotonic())
            except (OSError, urllib.error.HTTPError) as error:
                lost.append(error)

    drawing = threading.Thread(target=draw)
    drawing.start()
    time.sleep(1)
    first.process.kill()
    first.process.wait()
    time.sleep(2)
    while_away = len(answered)
    first.start()
    time.sleep(1)
    over.set()
    drawing.join()
    assert not lost
    assert while_away > 20
    assert max(b - a for a, b in itertools.pairwise(answered)) < 3
