"""When did it change its mind? The slider draws the digit again, and undo brings the whole drawing back."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.acting import STORE, Watched, tried, until

SAID = "experiment-mind-said"


def strokes(page: Page) -> list[list[list[float]]]:
    return page.evaluate(f"import('{STORE}').then(({{ state }}) => state.ink)")


def test_the_slider_shows_a_beginning_and_its_end_or_undo_all_of_it(unopened: Watched):
    page = tried(unopened, "mind")
    said, slider = page.get_by_test_id(SAID), page.get_by_test_id("mind-at")
    told, whole = said.inner_text(), strokes(page)
    asked = []
    page.on("request", lambda made: asked.append(made.post_data) if "/live/experiment" in made.url else None)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("mind-picture")).to_have_attribute("aria-label", re.compile("digit|read as"))
    assert [len(stroke) for stroke in strokes(page)] == [1]
    page.keyboard.press("ArrowRight")
    assert [len(stroke) for stroke in strokes(page)] == [2]
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^point 2 of \d\d: "))
    page.wait_for_timeout(300)
    assert said.inner_text() == told  # still of the whole drawing
    assert not [sent for sent in asked if '"mind"' in (sent or "")]
    page.keyboard.press("End")
    assert strokes(page) == whole
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert strokes(page) != whole
    page.get_by_test_id("lab-undo").click()
    assert strokes(page) == whole
    assert slider.input_value() == slider.get_attribute("max")


def test_a_link_holds_the_whole_drawing_and_the_point(unopened: Watched):
    page = tried(unopened, "mind", '{"at":9}')
    expect(page.get_by_test_id("mind-at")).to_have_attribute("aria-valuetext", re.compile("^point 9 of "))
    assert sum(map(len, strokes(page))) == 9
    page.get_by_test_id("experiment-mind-link").click()
    card = page.get_by_test_id("experiment-mind")
    expect(card).to_have_attribute("data-link", re.compile("settings"))
    query = parse_qs(urlsplit(card.get_attribute("data-link") or "").query)
    assert query["settings"] == ['{"at":9}']
    assert query["ink"][0].endswith("450.800")


def test_playing_ends_with_the_whole_drawing(unopened: Watched):
    page = tried(unopened, "mind")
    whole = strokes(page)
    page.get_by_test_id("mind-play").click()
    until(page, "({ ink }) => ink.flat().length < 9")
    expect(page.get_by_test_id("mind-play")).to_have_text("▶ Play", timeout=10_000)
    assert strokes(page) == whole


def test_reload_in_the_middle_brings_the_whole_drawing_back(unopened: Watched):
    page = tried(unopened, "mind")
    before = strokes(page)
    page.get_by_test_id("mind-at").fill("12")
    page.wait_for_timeout(600)  # until the drawing is kept
    assert strokes(page) != before
    page.reload()
    page.locator("[data-testid=experiment-mind-said][data-kind=ready]").wait_for(timeout=60_000)
    assert strokes(page) == before


def test_what_was_not_drawn_has_no_course_and_that_is_said(unopened: Watched):
    picture = "00" * 300 + "ff" * 60 + "00" * 424
    unopened.page.goto(f"{unopened.server.url}?picture={picture}&experiment=mind")
    said = unopened.page.locator("[data-testid=experiment-mind-said][data-kind=error]")
    expect(said).to_contain_text("the pen's own strokes", timeout=60_000)
    expect(unopened.page.get_by_test_id("mind-at")).not_to_be_visible()
