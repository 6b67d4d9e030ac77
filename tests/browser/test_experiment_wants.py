"""What does it want to see: menus by pointer and keys, pictures, a sentence, other networks."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acting import Watched, pixels, tried


def said(page: Page):
    return page.locator("[data-testid=experiment-wants-said]")


def test_another_layer_and_map_show_other_pictures(unopened: Watched):
    page = tried(unopened, "wants")
    expect(said(page)).to_have_text(re.compile("^C3, map 0, gives"), timeout=30_000)
    before = pixels(page, "wants-made"), pixels(page, "wants-digit-0")
    frames = page.locator(".experiment-wants .lab-outline:visible")
    expect(frames).to_have_count(6)
    page.get_by_test_id("wants-map").focus()
    page.keyboard.press("ArrowDown")
    expect(said(page)).to_have_text(re.compile("^C3, map 1, gives .*MNIST.*uphill"))
    assert (pixels(page, "wants-made"), pixels(page, "wants-digit-0")) != before
    page.select_option("[data-testid=wants-layer]", "output")
    page.select_option("[data-testid=wants-map]", "7")
    expect(said(page)).to_have_text(re.compile("^The output for 7 gives .*, a 7,"))
    expect(frames).to_have_count(0)
    expect(page.get_by_test_id("wants-digit-0")).to_have_attribute("aria-label", re.compile("^a 7: "))


def test_a_link_of_garbage_and_a_network_without_measured_digits(unopened: Watched):
    page = tried(unopened, "wants", '{"layer":"C9","map":"many"}')
    expect(said(page)).to_have_text(re.compile("^C3, map 0, gives"), timeout=30_000)
    page.get_by_role("tab", name="One digit").click()
    page.select_option("[data-testid=network]", "lenet5-1998")
    page.get_by_role("tab", name="Experiments").click()
    page.get_by_test_id("experiment-wants").scroll_into_view_if_needed()
    expect(page.locator(".experiment-wants p:visible").last).to_have_text(re.compile("bundled network alone"))
    expect(page.get_by_test_id("wants-digit-0")).not_to_be_visible()
