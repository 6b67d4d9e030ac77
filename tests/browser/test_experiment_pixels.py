"""The pixels of the drawing, changed one by one and by search."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import STORE, Watched, pixels, tried

PICTURE = f"import('{STORE}').then(({{ state }}) => state.picture)"


def said(page: Page):
    return page.get_by_test_id("experiment-pixels-said")


def test_pixels_are_drawn_by_pointer_and_undone(unopened: Watched):
    page = tried(unopened, "pixels")
    board = page.get_by_test_id("pixels-board")
    board.scroll_into_view_if_needed()
    before = pixels(page, "pixels-board")
    box = board.bounding_box()
    assert box
    pixel = box["width"] / 28
    page.mouse.move(box["x"] + 3.5 * pixel, box["y"] + 25.5 * pixel)
    page.mouse.down()
    page.mouse.move(box["x"] + 8.5 * pixel, box["y"] + 25.5 * pixel)
    page.mouse.up()
    expect(said(page)).to_have_text(re.compile("^6 pixels changed: read as .* before, as 7, with"))
    picture = page.evaluate(PICTURE)
    assert picture[2 * (25 * 28 + 3) :][:12] == "ff" * 6
    assert pixels(page, "pixels-board") != before
    page.get_by_test_id("pixels-undo").click()
    expect(said(page)).to_have_text(re.compile("^Read as 7"))
    assert page.evaluate(PICTURE) is None


def test_pixels_are_changed_by_keys(unopened: Watched):
    page = tried(unopened, "pixels")
    page.get_by_test_id("pixels-grey").click()
    page.get_by_test_id("pixels-board").focus()
    for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "ArrowUp", " "):
        page.keyboard.press(key)
    expect(page.locator(".experiment-pixels p.told")).to_have_text("Row 13, column 6: 0.50 of full ink.")
    expect(said(page)).to_have_text(re.compile("^1 pixel changed"))
    assert page.evaluate(PICTURE)[2 * (13 * 28 + 6) :][:2] == "80"


def test_pixels_that_turn_the_answer_are_found_marked_and_taken_over(unopened: Watched):
    page = tried(unopened, "pixels")
    page.get_by_test_id("pixels-target").select_option(label="1")
    expect(said(page)).to_have_text(re.compile(r"\d pixels make it 1 \(\d+ inked, \d+ wiped; found greedily"))
    marks = page.locator(".experiment-pixels .change").count()
    assert f"{marks} pixels make it 1" in said(page).inner_text()
    page.get_by_test_id("pixels-take").click()
    expect(said(page)).to_have_text(re.compile(f"^{marks} pixels changed: read as 1, with .* before, as 7"))
    expect(page.locator(".experiment-pixels .change")).to_have_count(0)
