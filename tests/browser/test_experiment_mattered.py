"""Which pixels mattered: another pair of outputs, another square, and the numbers of a pixel."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import Watched, pixels, tried


def said(page: Page):
    return page.get_by_test_id("experiment-mattered-said")


def test_another_output_and_another_square_change_what_is_painted(unopened: Watched):
    page = tried(unopened, "mattered")
    expect(said(page)).to_have_text(re.compile(r"The logit of 7 is [\d.]+ over that of \d\. The square"))
    expect(page.get_by_test_id("mattered-sum")).to_have_text(re.compile(r"pixels [+−]\d.* together \+\d"))
    first = {name: pixels(page, f"mattered-{name}") for name in ("occlusion", "gradient", "split")}
    page.get_by_test_id("mattered-against").select_option(label="2")
    expect(said(page)).to_have_text(re.compile("over that of 2"))
    second = {name: pixels(page, f"mattered-{name}") for name in first}
    assert all(first[name] != second[name] for name in first)
    page.get_by_test_id("mattered-side").press("ArrowRight")
    expect(page.locator(".experiment-mattered figcaption").first).to_contain_text("7×7")
    assert pixels(page, "mattered-occlusion") != second["occlusion"]
    assert pixels(page, "mattered-gradient") == second["gradient"]


def test_a_pixel_tells_its_numbers_by_keys_and_by_pointer(unopened: Watched):
    page = tried(unopened, "mattered")
    expect(said(page)).to_have_text(re.compile("The logit of 7"))
    told = page.locator(".experiment-mattered p.told")
    board = page.get_by_test_id("mattered-split")
    board.focus()
    page.keyboard.press("ArrowUp")
    expect(told).to_have_text(re.compile(r"^Row 13, column 14, ink [\d.]+: lost when covered .*; what its ink adds"))
    assert page.locator(".experiment-mattered .mark.own:visible").count() == 3
    box = board.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 3.5 / 28, box["y"] + box["height"] * 2.5 / 28)
    expect(told).to_have_text(re.compile("^Row 2, column 3, ink 0.00"))
