"""Editing a kernel on the page's third tab."""

import json
import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from tests.browser.acting import Watched, pixels, tried


def said(page: Page):
    return page.locator("[data-testid=experiment-kernel-said]")


def cell(page: Page, number: int):
    return page.locator(f"[data-testid=kernel-weights-{number}]")


def test_weights_are_dragged_and_the_map_follows(unopened: Watched):
    page = tried(unopened, "kernel")
    expect(said(page)).to_have_text(re.compile("^C1, map 0 as trained"))
    before = pixels(page, "kernel-now")
    assert before == pixels(page, "kernel-before")
    cell(page, 12).scroll_into_view_if_needed()
    box = cell(page, 12).bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] - 60, steps=4)
    expect(said(page)).to_have_text(re.compile("^C1, map 0 with a kernel of your own"))  # while it is held
    page.mouse.up()
    assert pixels(page, "kernel-now") != before
    # A link holds the weights.
    page.click("[data-testid=experiment-kernel-link]")
    link = page.get_attribute("[data-testid=experiment-kernel]", "data-link") or ""
    weights = json.loads(parse_qs(urlparse(link).query)["settings"][0])["weights"]
    assert weights[12] == float(cell(page, 12).get_attribute("aria-valuenow") or "nan")
    page.click("[data-testid=kernel-reset]")
    expect(said(page)).to_have_text(re.compile("as trained"))
    assert float(cell(page, 12).get_attribute("aria-valuenow") or "nan") != weights[12]


def test_keys_change_a_weight_and_a_menu_takes_a_known_kernel(unopened: Watched):
    page = tried(unopened, "kernel", '{"layer":"C3","map":3,"from":2}')
    at = cell(page, 0)
    expect(at).to_have_attribute("aria-label", "row 0, column 0")
    value = float(at.get_attribute("aria-valuenow") or "nan")
    at.press("ArrowUp")
    expect(said(page)).to_have_text(re.compile("^C3, map 3, over S2, map 2, with a kernel of your own"))
    assert float(at.get_attribute("aria-valuenow") or "nan") > value
    page.select_option("[data-testid=kernel-preset]", "nothing")
    expect(said(page)).to_have_text(re.compile("^C3, map 3, over S2, map 2, with nothing"))
    expect(at).to_have_text("0.00")
    expect(page.locator("[data-testid=kernel-from]")).to_have_value("2")


def test_a_link_that_makes_no_sense_shows_what_there_is(unopened: Watched):
    page = tried(unopened, "kernel", '{"layer":7,"map":"x","from":[],"preset":{},"weights":[1,"2"]}')
    expect(said(page)).to_have_text(re.compile("^C1, map 0 as trained"))
