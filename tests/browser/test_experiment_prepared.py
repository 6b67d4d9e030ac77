"""What if it is not prepared as MNIST was? A switch changes the picture, the answer and the sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acting import PHONE, Watched, pixels, tried

SAID = "experiment-prepared-said"


def test_a_switch_changes_the_picture_and_the_sentence(unopened: Watched):
    page = tried(unopened, "prepared")
    said = page.get_by_test_id(SAID)
    expect(said).to_contain_text("Prepared as MNIST was, it is read as 7, with ")
    assert pixels(page, "prepared-switched") == pixels(page, "prepared-mnist")
    page.get_by_test_id("prepared-inverted").focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text("With ink and paper the other way round it is read as")
    expect(page.get_by_test_id("prepared-switched")).to_have_attribute(
        "aria-label", re.compile("^as switched: .*, not 7")
    )
    assert pixels(page, "prepared-switched") == pixels(page, "prepared-without-inverted")
    page.get_by_test_id("prepared-shrunk").check()
    expect(page.get_by_test_id("prepared-crop")).to_be_disabled()


@pytest.mark.parametrize("unopened", [PHONE], indirect=True)
def test_a_link_restores_the_switches_and_garbage_does_no_harm(unopened: Watched):
    page = tried(unopened, "prepared", '{"centre":false,"crop":"no","line":7}')
    expect(page.get_by_test_id(SAID)).to_contain_text("Without centring it is")
    states = [page.get_by_test_id(f"prepared-{name}").is_checked() for name in ("crop", "scale", "line", "centre")]
    assert states == [True, True, True, False]
