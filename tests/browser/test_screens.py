"""The page on the screens that people have: a laptop, a phone upright and on its side."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.acting import PHONE, Watched, draw, expect_prediction, opened_sum, tried_all

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
UPRIGHT = PHONE
SIDEWAYS = {**PHONE, "viewport": {"width": 844, "height": 390}}
SMALL_SIDEWAYS = {**PHONE, "viewport": {"width": 667, "height": 375}}
SHALLOW = ("C1", "S2")
SPATIAL = ("C1", "S2", "C3", "S4")
COUNTS = {"C1": 6, "S2": 6, "C3": 16, "S4": 16}


@pytest.mark.parametrize(
    ("watched", "layers"),
    [({}, SPATIAL), (UPRIGHT, SHALLOW), (SIDEWAYS, SPATIAL), (SMALL_SIDEWAYS, SPATIAL)],
    indirect=["watched"],
    ids=["laptop", "upright", "sideways", "small"],
)
def test_pad_answer_and_maps_fit_on_one_screen(watched: Watched, layers):
    page = watched.page
    draw(page, SEVEN)
    expect_prediction(page, "7")
    page.evaluate("scrollTo(0, 0)")
    size = page.viewport_size
    assert size
    maps = [f"map-{name}-{number}" for name in layers for number in range(COUNTS[name])]
    for name in ["pad", "prediction", *maps]:
        box = page.locator(f"[data-testid={name}]").bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"], name
        assert box["x"] + box["width"] <= size["width"], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("watched", [SIDEWAYS, SMALL_SIDEWAYS], indirect=True)
def test_there_is_room_beside_the_pad_for_a_finger_that_scrolls(page: Page):
    pad = page.locator("[data-testid=pad]").bounding_box()
    size = page.viewport_size
    assert pad
    assert size
    assert size["width"] - pad["x"] - pad["width"] > 200
    session = page.context.new_cdp_session(page)
    x = pad["x"] + pad["width"] + 100
    for kind, y in [("touchStart", 330), *(("touchMove", 330 - 15 * step) for step in range(1, 16)), ("touchEnd", 0)]:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(16)
    page.wait_for_function("scrollY > 50")


@pytest.mark.parametrize("unopened", [{}, UPRIGHT, SIDEWAYS], indirect=True, ids=["laptop", "upright", "sideways"])
@pytest.mark.parametrize("cell", ["C1/5/14/14", "C3/7/4/4", "S4/15/2/2", "C5/60", "output/3"])
def test_the_opened_sheet_leaves_its_layer_to_be_seen(unopened: Watched, cell: str):
    unopened.open(f"?ink=300.200_700.200_450.800&cell={cell}")
    page = unopened.page
    opened_sum(page)
    layer = page.locator(f".layer-{cell.split('/')[0]}").bounding_box()
    sheet = page.locator(".explain-open").bounding_box()
    back = page.locator("[data-testid=close]").bounding_box()
    size = page.viewport_size
    assert layer
    assert sheet
    assert back
    assert size
    assert layer["y"] >= 0
    assert layer["y"] + layer["height"] <= sheet["y"]
    assert sheet["height"] >= 0.24 * size["height"]
    if size["width"] < 900:  # where the thumb is
        assert back["y"] + back["height"] > 0.85 * size["height"]
        assert min(back["width"], back["height"]) >= 44


def found_by_axe(page: Page, where: str) -> list[tuple[str, str]]:
    found = Axe().run(page, context=where, options={"runOnly": ["wcag2a", "wcag2aa", "best-practice"]})
    return [(each["id"], each["nodes"][0]["html"][:120]) for each in found.response["violations"]]


@pytest.mark.parametrize(
    ("unopened", "theme"),
    [({}, "light"), ({}, "dark"), (UPRIGHT, "light"), (UPRIGHT, "dark"), (SIDEWAYS, "dark")],
    indirect=["unopened"],
)
@pytest.mark.parametrize("tab", ["One digit", "Many digits", "Experiments"])
def test_axe_finds_nothing(unopened: Watched, theme: str, tab: str):
    unopened.open(f"?__theme={theme}&ink=300.200_700.200_450.800")
    page = unopened.page
    page.get_by_role("tab", name=tab).click()
    if tab == "Many digits":
        page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
        page.click("[data-testid=example-2026]")
        page.wait_for_function("document.querySelector('[data-testid=line-prediction]').textContent === '2026'")
    if tab == "Experiments":
        tried_all(page)
    assert found_by_axe(page, ".gradio-container main") == []
    if tab == "One digit":
        page.click("[data-testid=map-C3-3]")
        opened_sum(page)
        assert found_by_axe(page, ".explain-open") == []


@pytest.mark.parametrize("watched", [UPRIGHT, SIDEWAYS], indirect=True)
def test_the_wide_pad_is_high_enough_to_write_in_and_its_map_moves_along(page: Page):
    page.get_by_role("tab", name="Many digits").click()
    page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    box = page.locator("[data-testid=line-pad]").bounding_box()
    assert box
    assert box["height"] >= 200
    page.tap("[data-testid=example-2026]")
    page.wait_for_function("document.querySelector('[data-testid=line-prediction]').textContent === '2026'")
    page.wait_for_timeout(300)
    pad, columns = ".paper", "[data-testid=score-map]"
    scrolled = "what => document.querySelector(what).scrollLeft"
    is_wider = page.evaluate(
        "document.querySelector('.paper').scrollWidth > document.querySelector('.paper').clientWidth"
    )
    size = page.viewport_size
    assert size
    assert is_wider == (size["width"] < 800)
    if is_wider:
        assert page.evaluate(scrolled, pad) > 0  # it followed the pen that nobody holds
        page.evaluate("document.querySelector('[data-testid=score-map]').scrollLeft = 40")
        page.wait_for_function("Math.abs(document.querySelector('.paper').scrollLeft - 40) < 1.5")
    assert page.evaluate(scrolled, pad) == pytest.approx(page.evaluate(scrolled, columns), abs=1.5)
