"""Can it learn your hand: drawings are kept, taught, removed; the taught network is a file that opens again."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

import lenet
from tests.browser.acting import Watched, tried


def said(page: Page):
    found = page.get_by_test_id("experiment-teach-said")
    found.scroll_into_view_if_needed()  # which an experiment waits for
    return found


def test_a_drawing_is_kept_taught_downloaded_and_removed(unopened: Watched, tmp_path: Path):
    page = tried(unopened, "teach")
    expect(said(page)).to_have_text(re.compile("^Your drawing is read as 7"), timeout=30_000)
    expect(page.get_by_test_id("teach-go")).to_be_disabled()
    page.select_option("[data-testid=teach-label]", "1")
    page.get_by_test_id("teach-keep").click()
    page.get_by_test_id("teach-go").focus()
    page.keyboard.press("Enter")
    wanted = "^Taught with 1 drawing: 1 of 1 is now read as you said .0 before.. On MNIST's test set it now misreads "
    expect(said(page)).to_have_text(re.compile(wanted))
    expect(page.locator(".teach-kept")).to_contain_text(
        re.compile("before: read as 7; 1 has .*after: read as 1; 1 has ", re.S)
    )
    with page.expect_download() as coming:
        page.get_by_test_id("teach-download").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.suffix == ".pt"
    assert lenet.recognize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]], file).digit == 1
    page.get_by_test_id("teach-use").click()
    expect(page.get_by_test_id("network-said")).to_have_text(re.compile("^lenet-taught.pt: .*reads"))
    expect(page.get_by_test_id("prediction")).to_have_text("1")
    page.get_by_role("tab", name="Experiments").click()
    page.get_by_test_id("teach-remove-0").click()
    expect(page.get_by_test_id("teach-kept-0")).not_to_be_visible()
    expect(page.get_by_test_id("teach-download")).to_be_disabled()


def test_no_more_than_five_are_kept_and_distances_cannot_learn(unopened: Watched):
    page = tried(unopened, "teach", '{"label":"many"}')
    expect(said(page)).to_have_text(re.compile("^Your drawing is read as 7"), timeout=30_000)
    for _ in range(5):
        page.get_by_test_id("teach-keep").click()
    expect(page.get_by_test_id("teach-keep")).to_be_disabled()
    page.get_by_role("tab", name="One digit").click()
    page.select_option("[data-testid=network]", "lenet5-1998")
    page.get_by_role("tab", name="Experiments").click()
    expect(said(page)).to_have_text(re.compile("distances to fixed bitmaps"), timeout=15_000)
    expect(page.get_by_test_id("teach-keep")).not_to_be_visible()
