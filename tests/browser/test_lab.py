"""The third tab: what all experiments have in common."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import PHONE, Watched, draw, expect_prediction, pixels, settled

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
ONE = [[[0.5, 0.2], [0.5, 0.8]]]
LINK = "?ink=300.200_700.200_450.800&experiment=push"


def said(page: Page, name: str = "push"):
    return page.get_by_test_id(f"experiment-{name}-said")


def test_its_scripts_and_styles_come_when_it_is_opened(watched: Watched):
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    watched.open("?ink=300.200_700.200_450.800")
    settled(watched.page)
    theirs = re.compile(r"/(?:lab|experiments)/")
    assert not any(map(theirs.search, asked))
    watched.page.get_by_role("tab", name="Experiments").click()
    expect(said(watched.page)).to_contain_text("Read as 7")
    assert any("/experiments/push/push.js" in url for url in asked)
    assert any("/experiments/push/push.css" in url for url in asked)


def test_cards_follow_the_drawing_and_the_network_and_both_pads_are_one(page: Page):
    page.get_by_role("tab", name="Experiments").click()
    expect(said(page)).to_have_text("Draw a digit first, on the pad of this tab or of the first.")
    draw(page, SEVEN, "lab-pad")
    expect(said(page)).to_contain_text("Read as 7")
    expect(page.get_by_test_id("lab-prediction")).to_have_text("7")
    page.get_by_test_id("lab-undo").click()
    expect(said(page)).to_contain_text("Draw a digit first")
    draw(page, ONE, "lab-pad")
    expect(said(page)).to_contain_text("Read as 1")
    page.get_by_role("tab", name="One digit").click()
    expect_prediction(page, "1")
    before = pixels(page, "pad")
    assert len(set(before)) > 1
    page.select_option("[data-testid=network]", "textbook")
    expect(page.get_by_test_id("network-said")).to_contain_text("textbooks")
    page.get_by_role("tab", name="Experiments").click()
    expect(page.get_by_test_id("lab-network")).to_contain_text("textbooks")
    expect(said(page)).to_contain_text("Read as 1")


def test_a_link_brings_drawing_experiment_and_settings_back(watched: Watched):
    watched.open(LINK)
    page = watched.page
    expect(said(page)).to_contain_text("Read as 7")
    page.get_by_test_id("push-kind").select_option("turn")
    page.get_by_test_id("push-at").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(said(page)).to_contain_text("Turn: 15°")
    page.get_by_test_id("experiment-push-link").click()
    link = page.get_by_test_id("experiment-push").get_attribute("data-link")
    assert link
    watched.open(link.removeprefix(watched.server.url))
    expect(said(page)).to_contain_text("Turn: 15°")
    expect(page.get_by_test_id("experiment-push")).to_be_focused()
    watched.open(LINK + "&settings=[nonsense")
    expect(said(page)).to_contain_text("Shift right: 0 px")
    watched.open(LINK + '&settings={"kind":7,"at":"far"}')
    expect(said(page)).to_contain_text("Shift right: 0 px")


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen_and_a_finger_draws(watched: Watched):
    watched.open(LINK)
    page = watched.page
    expect(said(page)).to_contain_text("Read as 7")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("lab-pad").scroll_into_view_if_needed()
    page.get_by_test_id("lab-clear").tap()
    expect(page.get_by_test_id("lab-prediction")).to_have_text("–")


def test_what_is_wrong_is_said_and_the_next_answer_comes(watched: Watched):
    watched.open(LINK)
    page = watched.page
    expect(said(page)).to_contain_text("Read as 7")
    page.route("**/live/experiment", lambda route: route.abort())
    page.route("**/component_server*", lambda route: route.abort())
    page.get_by_test_id("push-kind").select_option("slant")
    expect(said(page)).to_contain_text("does not answer")
    page.unroute("**/live/experiment")
    page.unroute("**/component_server*")
    expect(said(page)).to_contain_text("Slant: 0")
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]
