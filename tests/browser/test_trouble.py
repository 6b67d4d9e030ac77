"""The server goes away and comes back, or a call is lost; the drawing stays, and the newest ink wins."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.acting import (
    STORE,
    UP_TO_DATE,
    digit_on_pad,
    draw,
    expect_prediction,
    pixels,
    store_of,
    until,
    watch,
)
from tests.browser.test_photos import seven
from tests.lenet.own.test_network import FORMS
from tests.serving import Server

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
# What the browser says of calls that are lost, or answered by something else.
HARMLESS = ("net::ERR_FAILED", "status of 404 (Not Found)", "status of 405 (Method Not Allowed)")


def asked(route: Route) -> dict[str, Any]:
    """What the page sends: fn_name, and data for it."""
    sent = json.loads(route.request.post_data or "{}")
    return {"fn_name": route.request.url.rsplit("/", 1)[1], "data": sent} if "/live/" in route.request.url else sent


class Wire:
    """What travels between page and server, so that a test can hold, lose or answer single calls."""

    def __init__(self, page: Page) -> None:
        self.held: list[Route] = []
        self.holding = 0
        self.calls = 0
        page.route(re.compile("component_server|/live/"), self.take)

    def take(self, route: Route) -> None:
        if asked(route)["fn_name"] not in ("see", "scan"):
            route.continue_()
            return
        self.calls += 1
        if self.holding:
            self.holding -= 1
            self.held.append(route)
        else:
            route.continue_()

    def refuse(self, route: Route, error: str) -> None:
        route.fulfill(json={"sequence": asked(route)["data"]["sequence"], "error": error})


@pytest.fixture
def lossy(browser: Browser, server: Server) -> Iterator[tuple[Page, Wire]]:
    """A page whose calls may fail; the browser's complaints about that are no fault of the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    seen = watch(context.new_page(), server)
    seen.open()
    yield seen.page, Wire(seen.page)
    context.close()
    assert [each for each in seen.complaints if not any(said in each for said in HARMLESS)] == []


def in_order(page: Page) -> bool:
    sequences = page.evaluate("painted.map(p => p.sequence)")
    return sequences == sorted(set(sequences))


def test_a_lost_early_call_is_not_painted_over_newer_ink(lossy: tuple[Page, Wire]):
    page, wire = lossy
    wire.holding = 1
    draw(page, SEVEN)
    expect_prediction(page, "7")
    until(page, UP_TO_DATE)
    page.wait_for_timeout(1_000)
    calls = wire.calls
    before = page.evaluate("painted.length")
    wire.held[0].abort()
    page.wait_for_timeout(1_000)
    assert wire.calls == calls  # a lost message costs one answer
    assert page.evaluate("painted.length") == before
    assert in_order(page)
    assert page.get_attribute("[data-testid=status]", "data-kind") == "ready"


def test_the_newest_ink_is_asked_again_once_it_is_lost(lossy: tuple[Page, Wire]):
    page, wire = lossy
    wire.holding = 1_000
    draw(page, SEVEN)
    page.wait_for_timeout(300)
    assert len(wire.held) >= 3  # with the pen long gone on
    wire.holding = 0
    for route in wire.held:
        route.abort()
    expect_prediction(page, "7")
    until(page, UP_TO_DATE)
    page.wait_for_timeout(1_000)
    assert wire.calls == len(wire.held) + 1
    assert page.evaluate("painted.length") == 2  # the blank pad, and this
    assert page.inner_text("[data-testid=status]") == "Live"


def test_after_a_long_pause_the_newest_ink_is_answered(lossy: tuple[Page, Wire]):
    page, wire = lossy
    page.evaluate(
        f"() => import('{STORE}').then(({{ state }}) => {{"
        " window.told = []; state.on(['status'], () => told.push(state.status.kind)); })"
    )
    wire.holding = 1_000
    draw(page, SEVEN)
    page.wait_for_function("() => told.includes('lost')")
    wire.holding = 0
    expect_prediction(page, "7")
    until(page, UP_TO_DATE)
    for route in wire.held:  # and then the server answers what it had been asked before
        route.continue_()
    page.wait_for_timeout(500)
    assert in_order(page)
    assert store_of(page).evaluate(UP_TO_DATE)
    assert page.inner_text("[data-testid=status]") == "Live"


def test_one_lost_message_is_made_up_for_at_once(lossy: tuple[Page, Wire]):
    page, wire = lossy
    draw(page, SEVEN[:1])
    expect_prediction(page, "7")
    wire.holding = 1
    page.click("[data-testid=clear]")  # one question, whose answer does not come
    expect_prediction(page, "–")
    assert len(wire.held) == 1
    assert page.inner_text("[data-testid=status]") == "Live"


@pytest.mark.parametrize("there", [404, 405, 200])
def test_without_the_short_way_the_page_takes_gradios(lossy: tuple[Page, Wire], there: int):
    page, _ = lossy
    short: list[Route] = []

    def something_else(route: Route) -> None:
        short.append(route)
        route.fulfill(status=there, content_type="text/html", body="<p>Something else.</p>")

    page.route(re.compile("/live/"), something_else)
    draw(page, SEVEN)
    expect_prediction(page, "7")
    until(page, UP_TO_DATE)
    assert 1 <= len(short) <= 3  # those that were under way when the first came back
    assert page.inner_text("[data-testid=status]") == "Live"


def test_a_late_refusal_does_not_cover_newer_answers(lossy: tuple[Page, Wire]):
    page, wire = lossy
    wire.holding = 1
    draw(page, SEVEN)
    expect_prediction(page, "7")
    wire.refuse(wire.held[0], "too late")
    page.wait_for_timeout(300)
    assert page.inner_text("[data-testid=status]") == "Live"


def test_a_box_opens_what_was_read_though_the_pad_was_cleared_since(lossy: tuple[Page, Wire]):
    page, wire = lossy
    page.get_by_role("tab", name="Many digits").click()
    page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    draw(page, SEVEN, "line-pad")
    page.wait_for_selector("[data-testid=box-0]")
    page.wait_for_timeout(300)
    wire.holding = 1_000
    page.click("[data-testid=line-clear]")
    wire.holding = 0
    page.click("[data-testid=box-0]")
    expect_prediction(page, "7")


def test_server_stops_and_starts_mid_drawing(browser: Browser):
    with Server() as server:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        seen = watch(context.new_page(), server)
        seen.open()
        page = seen.page
        draw(page, [digit_on_pad(7, 5)[0]])
        page.wait_for_function("() => painted.length > 0")
        server.stop()
        draw(page, [[[0.38, 0.5], [0.68, 0.48]]])  # goes on while nobody answers
        page.wait_for_selector("[data-testid=status][data-kind=lost]", timeout=15_000)
        assert "Your drawing is safe" in page.inner_text("[data-testid=status]")
        drawn = pixels(page, "pad")
        assert any(drawn[3::4])
        before = page.evaluate("painted.length")
        server.start()
        page.wait_for_function("before => painted.length > before", arg=before, timeout=30_000)
        page.wait_for_selector("[data-testid=status][data-kind=ready]")
        expect_prediction(page, "7")
        assert pixels(page, "pad") == drawn
        page.click("[data-testid=undo]")
        page.click("[data-testid=undo]")
        expect_prediction(page, "–")
        context.close()


def test_what_comes_late_and_is_lost_is_told_and_comes_at_the_next_try(
    browser: Browser, server: Server, tmp_path: Path
):
    context = browser.new_context()
    page = context.new_page()
    seen = watch(page, server)
    seen.open()
    lost: set[str] = set()

    def once(route: Route) -> None:
        if route.request.url in lost:
            route.continue_()
        else:
            lost.add(route.request.url)
            route.abort()

    for name in ("ink/scaled.js", "ink/sighting.js", "digit/files.js", "digit/words.js"):
        page.route(f"**/{name}*", once)
    photo, weights = tmp_path / "seven.png", tmp_path / "mine.pth"
    photo.write_bytes(base64.b64decode(seven("PNG")))
    torch.save(FORMS["8-16-128-64-10"][2], weights)
    status, said = page.get_by_test_id("status"), page.get_by_test_id("network-said")
    page.set_input_files("[data-testid=photo]", photo)
    expect(status).to_have_text("The server does not answer. Try again in a moment.")
    page.set_input_files("[data-testid=photo]", photo)
    expect_prediction(page, "7")
    page.set_input_files("[data-testid=photo]", photo)
    expect(page.get_by_test_id("photo-seen")).to_be_visible()
    page.set_input_files("[data-testid=network-file]", weights)
    expect(said).to_have_text("The server does not answer. Try again in a moment.")
    page.set_input_files("[data-testid=network-file]", weights)
    expect(said).to_have_text(re.compile("^mine.pth: .*parameters"))
    page.get_by_test_id("map-C1-0").click()
    page.get_by_test_id("map-C1-1").click()
    expect(page.get_by_test_id("explain-words")).to_have_text(re.compile("receptive field"))
    assert len(lost) == 4
    context.close()
