"""The third tab: what all experiments have in common."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.acting import PHONE, Watched, draw, expect_ink, expect_prediction, settled, tried

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
ONE = [[[0.5, 0.2], [0.5, 0.8]]]
LINK = "?ink=300.200_700.200_450.800&experiment=push"


def said(page: Page, name: str = "push"):
    return page.get_by_test_id(f"experiment-{name}-said")


def test_its_scripts_and_styles_come_when_it_is_opened(unopened: Watched):
    asked: list[str] = []
    unopened.page.on("request", lambda request: asked.append(request.url))
    unopened.open("?ink=300.200_700.200_450.800")
    settled(unopened.page)
    theirs = re.compile(r"/(?:lab|experiments)/")
    assert not any(map(theirs.search, asked))
    unopened.page.get_by_role("tab", name="Experiments").click()
    expect(said(unopened.page)).to_contain_text("Read as 7")
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
    expect_ink(page, "pad")  # it is painted when it is seen
    page.select_option("[data-testid=network]", "textbook")
    expect(page.get_by_test_id("network-said")).to_contain_text("textbooks")
    page.get_by_role("tab", name="Experiments").click()
    expect(page.get_by_test_id("lab-network")).to_contain_text("textbooks")
    expect(said(page)).to_contain_text("Read as 1")


def test_a_link_brings_drawing_experiment_and_settings_back(unopened: Watched):
    unopened.open(LINK)
    page = unopened.page
    expect(said(page)).to_contain_text("Read as 7")
    page.get_by_test_id("push-kind").select_option("turn")
    page.get_by_test_id("push-at").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(said(page)).to_contain_text("Turn: 15°")
    page.get_by_test_id("experiment-push-link").click()
    link = page.get_by_test_id("experiment-push").get_attribute("data-link")
    assert link
    unopened.open(link.removeprefix(unopened.server.url))
    expect(said(page)).to_contain_text("Turn: 15°")
    expect(page.get_by_test_id("experiment-push")).to_be_focused()
    unopened.open(LINK + "&settings=[nonsense")
    expect(said(page)).to_contain_text("Shift right: 0 px")
    unopened.open(LINK + '&settings={"kind":7,"at":"far"}')
    expect(said(page)).to_contain_text("Shift right: 0 px")


@pytest.mark.parametrize("unopened", [PHONE], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen_and_a_finger_draws(unopened: Watched):
    unopened.open(LINK)
    page = unopened.page
    expect(said(page)).to_contain_text("Read as 7")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_test_id("lab-pad").scroll_into_view_if_needed()
    page.get_by_test_id("lab-clear").tap()
    expect(page.get_by_test_id("lab-prediction")).to_have_text("–")


def test_what_is_wrong_is_said_and_the_next_answer_comes(unopened: Watched):
    unopened.open(LINK)
    page = unopened.page
    expect(said(page)).to_contain_text("Read as 7")
    page.route("**/live/experiment", lambda route: route.abort())
    page.route("**/component_server*", lambda route: route.abort())
    page.get_by_test_id("push-kind").select_option("slant")
    expect(said(page)).to_contain_text("does not answer")
    page.unroute("**/live/experiment")
    page.unroute("**/component_server*")
    expect(said(page)).to_contain_text("Slant: 0")
    unopened.complaints[:] = [each for each in unopened.complaints if "ERR_FAILED" not in each]


def held(page: Page) -> None:
    """From now on the answers of experiments come late."""

    def late(route: Route) -> None:
        time.sleep(0.6)
        route.continue_()

    page.route("**/live/experiment", late)


def test_an_answer_is_told_by_what_was_asked_not_by_what_is_chosen_since(unopened: Watched):
    page = tried(unopened, "apart", '{"map":1}')
    of_one = said(page, "apart").inner_text()
    assert "map 1 muted" in of_one
    page.select_option("[data-testid=apart-map]", "2")
    expect(said(page, "apart")).to_contain_text("map 2 muted")
    page.evaluate(
        "window.told = []; new MutationObserver(() => told.push("
        "document.querySelector('[data-testid=experiment-apart-said]').textContent)).observe("
        "document.querySelector('[data-testid=experiment-apart-said]'), "
        "{ childList: true, characterData: true, subtree: true })"
    )
    held(page)
    page.select_option("[data-testid=apart-map]", "1")
    page.select_option("[data-testid=apart-layer]", "C3")
    expect(said(page, "apart")).to_contain_text("C3, map 1 muted", timeout=10_000)
    assert {each for each in page.evaluate("told") if each.startswith("C1, map 1")} == {of_one}


def test_what_was_cleared_meanwhile_gets_no_answer(unopened: Watched):
    page = tried(unopened, "push")
    held(page)
    page.get_by_test_id("push-at").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_test_id("lab-clear").click()
    page.wait_for_timeout(1500)
    assert said(page).inner_text().startswith("Draw a digit first")


def test_a_screen_reader_hears_of_the_card_in_use_once_the_hand_rests(unopened: Watched):
    page = tried(unopened, "push")
    voice = page.get_by_test_id("lab-voice")
    page.get_by_test_id("push-at").focus()
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push("
        "document.querySelector('[data-testid=lab-voice]').textContent)).observe("
        "document.querySelector('[data-testid=lab-voice]'), { childList: true, characterData: true, subtree: true })"
    )
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    expect(voice).to_contain_text("Shift right: 5 px")
    assert page.evaluate("heard").count(voice.inner_text()) == len(page.evaluate("heard")) == 1
    assert page.locator(".card [role=status], .card output").count() == 0


def test_the_pad_stays_in_sight_beside_the_last_card(unopened: Watched):
    page = tried(unopened, "teach")
    box = page.get_by_test_id("lab-pad").bounding_box()
    assert box
    assert page.evaluate("scrollY") > 1000
    assert 0 <= box["y"] < 200
    page.keyboard.press("Escape")
    draw(page, ONE, "lab-pad")
    expect(said(page, "teach")).to_contain_text("Your drawing is read as")


@pytest.mark.parametrize("watched", [{**PHONE, "viewport": {"width": 360, "height": 740}}], indirect=True)
def test_all_tabs_are_there_on_a_narrow_phone(watched: Watched):
    for tab in watched.page.get_by_role("tab").all():
        box = tab.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 360
        assert box["width"] > 40
    assert watched.page.get_by_role("tab").count() == 3
