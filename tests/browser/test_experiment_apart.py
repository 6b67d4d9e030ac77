"""Taking the network apart on the page's third tab."""

import re

from playwright.sync_api import Page, expect

import lenet
from tests.browser.acting import Watched, pixels, tried


def said(page: Page):
    return page.locator("[data-testid=experiment-apart-said]")


def test_a_muted_map_is_empty_and_its_cost_is_told(unopened: Watched):
    page = tried(unopened, "apart")
    muted = lenet.card()["measured"]["muted"]
    error, of_unit = (
        re.escape(f"{each:.2f}") for each in (muted["test_error_percent"], muted["with_one_muted"]["C1"][0])
    )
    expect(said(page)).to_have_text(
        re.compile(f"^C1, map 0 muted: read as .*the error is {of_unit}.% instead of {error}.%")
    )
    assert len(set(pixels(page, "apart-now"))) < len(set(pixels(page, "apart-before")))
    page.select_option("[data-testid=apart-layer]", "F6")
    page.select_option("[data-testid=apart-map]", "13")
    expect(said(page)).to_have_text(re.compile(f"^F6, unit 13 muted: .*{muted['with_one_muted']['F6'][13]:.2f}.%"))
    assert not page.locator("[data-testid=apart-now]").is_visible()
    assert page.locator("[data-testid=apart-costs] i").count() == 84
    page.locator("[data-testid=apart-costs] i").nth(15).click()
    expect(said(page)).to_have_text(re.compile(f"^F6, unit 15 muted: .*{muted['with_one_muted']['F6'][15]:.2f}.%"))
    expect(page.locator("[data-testid=apart-map]")).to_have_value("15")


def test_one_place_is_untied_where_it_is_clicked_or_written(unopened: Watched):
    page = tried(unopened, "apart")
    page.select_option("[data-testid=apart-do]", "untie")
    expect(said(page)).to_have_text(re.compile(r"untied at row \d+, column \d+: .*the 783 other places"))
    largest = [page.input_value(f"[data-testid=apart-{each}]") for each in ("row", "column")]
    box = page.locator("[data-testid=apart-before]").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 10.5 / 28, box["y"] + box["height"] * 20.5 / 28)
    expect(said(page)).to_have_text(re.compile("untied at row 20, column 10:"))
    page.fill("[data-testid=apart-row]", "5")
    expect(said(page)).to_have_text(re.compile("untied at row 5, column 10:"))
    page.click("[data-testid=apart-largest]")
    expect(said(page)).to_have_text(re.compile(f"untied at row {largest[0]}, column {largest[1]}:"))


def test_a_link_that_makes_no_sense_shows_what_there_is(unopened: Watched):
    page = tried(unopened, "apart", '{"layer":"X","map":99,"do":[],"row":{}}')
    expect(said(page)).to_have_text(re.compile("^C1, map 0 muted"))
