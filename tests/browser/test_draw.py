"""Drawing on the real page with real pointer events."""

import pytest
from playwright.sync_api import Page

from lenet.model import LAYERS
from tests.browser.acting import (
    PHONE,
    Watched,
    digit_on_pad,
    draw,
    expect_ink,
    expect_prediction,
    pixels,
    prediction,
    settled,
    touch,
)  # fmt: skip

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
LONG_ONE = [[[0.32, 0.48], [0.56, 0.2], [0.56, 0.8]]]
CROSSED_SEVEN = [[[0.3, 0.22], [0.7, 0.2], [0.45, 0.8]], [[0.38, 0.5], [0.68, 0.48]]]
SCRIBBLE = [[[0.2 + 0.6 * (i % 2), 0.2 + 0.02 * i] for i in range(28)]]


def test_a_blank_pad_makes_no_guess(page: Page):
    assert prediction(page) == "–"
    assert "Nothing drawn yet" in page.inner_text("[data-testid=verdict]")
    assert page.is_visible(".pad-hint")


def test_one_drawing_of_each_digit_is_read(page: Page):
    for label in range(10):
        draw(page, digit_on_pad(label, seed=5))
        expect_prediction(page, str(label))
        assert not page.is_visible(".pad-hint")
        page.click("[data-testid=clear]")
        expect_prediction(page, "–")


def test_the_page_answers_while_the_pen_is_down(page: Page):
    box = page.locator("[data-testid=pad]").bounding_box()
    assert box
    before = pixels(page, "map-C1-0")
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 190, box["y"] + 60, steps=10)
    page.mouse.move(box["x"] + 130, box["y"] + 230, steps=20)
    expect_prediction(page, "7")  # the button has not been let go
    assert pixels(page, "map-C1-0") != before
    assert page.evaluate("painted.length") > 3
    page.mouse.up()


def test_every_layer_is_painted(page: Page):
    names = ["input", "output", "units-C5", "units-F6"]
    names += [f"map-{la.name}-{m}" for la in LAYERS if la.height > 1 and la.name != "input" for m in range(la.maps)]
    assert len(names) == 4 + 6 + 6 + 16 + 16
    before = {name: pixels(page, name) for name in names}
    draw(page, digit_on_pad(3, 4))
    expect_prediction(page, "3")
    dead = [name for name in names if pixels(page, name) == before[name]]
    # A map may stay silent on one drawing, the network's learning decides; most may not.
    assert not {"input", "output", "units-C5", "units-F6"} & set(dead)
    assert len(dead) <= 6, dead


def test_what_people_write_that_others_misread(page: Page):
    for strokes, expected in ((LONG_ONE, "1"), (CROSSED_SEVEN, "7")):
        draw(page, strokes)
        expect_prediction(page, expected)
        page.click("[data-testid=clear]")
        expect_prediction(page, "–")


def test_a_scribble_is_no_digit(page: Page):
    draw(page, SCRIBBLE)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=verdict]').textContent.includes('does not look like a digit')"
    )
    assert prediction(page) == "–"


def test_undo_redo_clear_by_button(page: Page):
    assert page.is_disabled("[data-testid=undo]")
    draw(page, CROSSED_SEVEN)
    expect_prediction(page, "7")
    settled(page)  # the last movement of the pen is painted too
    crossed = pixels(page, "input")
    page.click("[data-testid=undo]")
    page.wait_for_function("before => painted.length > before", arg=page.evaluate("painted.length - 1"))
    settled(page)
    assert pixels(page, "input") != crossed
    page.click("[data-testid=redo]")
    settled(page)
    assert pixels(page, "input") == crossed
    page.click("[data-testid=clear]")
    expect_prediction(page, "–")
    assert page.is_disabled("[data-testid=clear]")
    page.click("[data-testid=undo]")  # clearing can be undone
    expect_prediction(page, "7")
    assert pixels(page, "input") == crossed


def test_undo_redo_clear_by_key(page: Page):
    draw(page, SEVEN)
    expect_prediction(page, "7")
    page.keyboard.press("Control+z")
    expect_prediction(page, "–")
    page.keyboard.press("Control+Shift+Z")
    expect_prediction(page, "7")
    page.keyboard.press("Delete")
    expect_prediction(page, "–")
    page.keyboard.press("Control+z")
    expect_prediction(page, "7")


def test_an_example_is_replayed_as_if_drawn(page: Page):
    page.click("[data-testid=example-4]")
    expect_prediction(page, "4")
    settled(page)
    digits = page.evaluate("new Set(painted.map(p => p.digit)).size")
    assert page.evaluate("painted.length") > 8  # many answers on the way
    assert digits > 1


def test_answers_are_painted_in_order(page: Page):
    draw(page, digit_on_pad(8, 4))
    settled(page)
    sequences = page.evaluate("painted.map(p => p.sequence)")
    assert sequences == sorted(set(sequences))


def test_a_second_button_and_a_click_draw_nothing_strange(page: Page):
    page.click("[data-testid=pad]", button="right")
    settled(page)
    assert prediction(page) == "–"
    page.click("[data-testid=pad]")  # a dot
    settled(page)
    assert prediction(page) == "–"
    assert "does not look like a digit" in page.inner_text("[data-testid=verdict]")


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_a_finger_draws_on_a_phone_and_the_page_stays_put(watched: Watched):
    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    touch(page, digit_on_pad(2, 4))
    expect_prediction(page, "2")
    assert page.evaluate("scrollY") == 0
    for name in ("undo", "redo", "clear"):
        box = page.locator(f"[data-testid={name}]").bounding_box()
        assert box
        assert box["height"] >= 36


@pytest.mark.parametrize("watched", [{"color_scheme": "dark"}], indirect=True)
def test_dark_is_dark(watched: Watched):
    page = watched.page
    draw(page, SEVEN)
    expect_prediction(page, "7")
    corner = pixels(page, "map-C1-0")[:3]
    assert max(corner) < 90


def test_a_misread_digit_opens_in_the_explorer(page: Page):
    first = page.locator("[data-testid=misread] button").first
    read_as = first.inner_text().split()[-1]
    first.click()
    expect_prediction(page, read_as)
    expect_ink(page, "pad")
    page.keyboard.press("Control+z")
    expect_prediction(page, "–")
