"""The network of 1998 and the textbook's on the page: chosen from the menu, with their own sums."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

import lenet
from lenet import moments
from lenet.lenet1998 import TABLE
from tests.browser.acting import STORE, Watched, digit_on_pad, draw, settled
from tests.browser.test_own import canvases, expected_canvases, said, traced, values
from tests.lenet.own.test_network import FORMS

SEVEN = digit_on_pad(7, 4)


def chosen(page: Page, name: str) -> None:
    page.select_option("[data-testid=network]", name)
    expect(said(page)).to_have_text(re.compile("misreads"))
    settled(page)


def opened(page: Page, address: str) -> str:
    """The terms of a cell in words."""
    if not page.locator("[data-testid=address]").is_visible():
        page.locator(".map").nth(1).click()
    page.fill("[data-testid=address]", address)
    page.press("[data-testid=address]", "Enter")
    settled(page)
    return page.inner_text("[data-testid=explain-terms]")


@pytest.mark.parametrize("name", ["lenet5-1998", "textbook"])
def test_a_bundled_network_takes_the_standard_ones_place(page: Page, name: str):
    draw(page, SEVEN)
    settled(page)
    chosen(page, name)
    model = lenet.load(name)
    assert canvases(page) == expected_canvases(model)
    trace, seen = traced(page, model), values(page)
    for layer in model.layers:
        true = trace.output[layer.name][0].flatten().numpy()
        assert abs(seen[layer.name] - true).max() <= max(abs(true).max() / 60, 2e-3), layer.name
    error = lenet.card(name)["measured"]["mnist"]["test_error_percent"]
    assert f"{error:.2f} %" in said(page).inner_text()
    assert not page.locator("[data-testid=network-way]").is_visible()
    assert page.inner_text("[data-testid=prediction]") == "7"


def test_the_network_of_1998_shows_its_own_sums(page: Page):
    draw(page, SEVEN)
    settled(page)
    chosen(page, "lenet5-1998")
    assert "gain" in opened(page, "S2/1/5/6")
    words = opened(page, "C3/3/4/4")
    assert {int(each) for each in re.findall(r"S2 map (\d)", words)} == set(TABLE[3])
    marked = page.evaluate(
        "() => [...document.querySelectorAll('.layer-S2 .map')].map((map) => !map.querySelector('.mark').hidden)"
    )
    assert [i for i, each in enumerate(marked) if each] == list(TABLE[3])
    words = opened(page, "output/7")
    assert "the smallest wins" in words
    assert "bitmap of 7" in words
    distances = page.locator(".explain .softmax tbody tr").all_inner_texts()
    least = min(distances, key=lambda row: float(row.split()[1].replace(",", "")))
    assert least.split()[0] == "7"
    for _ in range(4):
        page.keyboard.press("Escape")
    ledger = page.locator("[data-testid=ledger] tbody tr").all_inner_texts()
    assert sum(int(row.split("\t")[3].replace(",", "")) for row in ledger) == 340_908
    assert sum(int(row.split("\t")[1].replace(",", "")) for row in ledger) == 60_000
    rows = page.locator("[data-testid=reads] tbody tr").all_inner_texts()
    assert [row.count("×") for row in rows] == [10] * 6
    page.locator("[data-testid=reads] button").nth(15).click()
    expect(page.locator("[data-testid=explain-title]")).to_have_text(re.compile("^C3 map 15"))
    page.keyboard.press("Escape")
    page.select_option("[data-testid=network]", "")
    settled(page)
    assert not page.locator("[data-testid=reads]").is_visible()


def test_the_network_learns_again_on_ones_own_drawing(page: Page):
    draw(page, SEVEN)
    settled(page)
    page.select_option("[data-testid=network]", "moments")
    slider = page.locator("[data-testid=moments]")
    expect(slider).to_be_visible()
    said_of = page.locator("[data-testid=moments-said]")
    expect(said_of).to_have_text(re.compile("As it is shipped: loss .* test error"))
    networks = moments.networks()
    for moment in (len(networks) - 1, 0, 9):
        slider.fill(str(moment))
        settled(page)
        true = traced(page, networks[moment]).logits[0].numpy()
        assert values(page)["output"] == pytest.approx(true, rel=2e-3, abs=1e-2)
    error = moments.curves()["test_error_percent"][9]
    assert f"test error {error:.{2 if error < 10 else 0}f}\u00a0%" in said_of.inner_text()
    expect(page.locator("[data-testid=kernels] button")).to_have_count(22)
    page.click("[data-testid=moments-play]")
    expect(page.locator("[data-testid=moments-play]")).to_have_text("❚❚ Stop")
    expect(slider).to_have_value(str(len(networks) - 1), timeout=15_000)
    expect(page.locator("[data-testid=moments-play]")).to_have_text("▶ Play its training")
    settled(page)
    assert page.inner_text("[data-testid=prediction]") == "7"
    page.select_option("[data-testid=network]", "")
    expect(slider).to_have_count(0)


def test_two_networks_on_the_same_ink(page: Page):
    draw(page, SEVEN)
    settled(page)
    page.select_option("[data-testid=network-beside]", "lenet5-1998")
    answer = page.locator("[data-testid=other-answer]")
    expect(answer).to_have_text(re.compile(r"LeNet-5 as published in 1998 reads 7, with"))
    model = lenet.load("lenet5-1998")
    for draws_on in (False, True):
        if draws_on:  # and it follows the pen
            draw(page, [[[0.2, 0.8], [0.8, 0.8]]])
            settled(page)
            page.wait_for_timeout(200)
        true = traced(page, model)
        seen = page.evaluate(
            f"import('{STORE}').then(({{ state }}) => Object.fromEntries("
            "Object.entries(state.otherAnswer.layers).map(([k, v]) => [k, [...v]])))"
        )
        for layer in model.layers:
            wanted = true.output[layer.name][0].flatten().numpy()
            assert np.abs(np.array(seen[layer.name]) - wanted).max() <= max(np.abs(wanted).max() / 60, 2e-3)
    rows = page.locator(".other-row")
    assert rows.count() == 7
    assert page.locator(".layer-C3 .other-row canvas").count() == 16
    painted = page.evaluate(
        "() => [...document.querySelectorAll('.other-row canvas')].filter((each) =>"
        " new Set(each.getContext('2d').getImageData(0, 0, each.width, each.height).data).size > 4).length"
    )
    assert painted > 40
    ledger = page.locator("[data-testid=ledger-other] tbody tr").all_inner_texts()
    assert sum(int(row.split("\t")[3].replace(",", "")) for row in ledger) == 340_908
    first = page.locator("[data-testid=ledger] tbody tr").all_inner_texts()
    assert sum(int(row.split("\t")[1].replace(",", "")) for row in first) == 61_706
    # The first one may change under it, and it may go.
    chosen(page, "textbook")
    assert rows.count() == 7
    page.select_option("[data-testid=network-beside]", "none")
    expect(rows).to_have_count(0)
    assert not page.locator("[data-testid=ledger-other]").is_visible()


@pytest.mark.parametrize("name", ["lenet5-1998", "textbook"])
def test_a_link_holds_which_network_is_shown(watched: Watched, name: str):
    page = watched.page
    draw(page, SEVEN)
    settled(page)
    chosen(page, name)
    page.evaluate("document.querySelector('[data-testid=copy-link]').click()")
    link = page.get_attribute("[data-link]", "data-link") or ""
    assert f"network={name}" in link
    page.goto("about:blank")
    page.goto(link)
    expect(said(page)).to_have_text(re.compile("misreads"))
    settled(page)
    expect(page.locator("[data-testid=network]")).to_have_value(name)
    assert values(page)["output"] == pytest.approx(
        traced(page, lenet.load(name)).logits[0].numpy(), rel=2e-3, abs=1e-2
    )
    page.reload()
    expect(said(page)).to_have_text(re.compile("misreads"))


def test_a_link_holds_a_moment_of_the_training(unopened: Watched):
    page = unopened.page
    unopened.open("?ink=300.200_700.200_450.800&network=moment-9&cell=C3/3/4/5")
    expect(page.locator("[data-testid=moments]")).to_have_value("9")
    settled(page)
    true = traced(page, moments.networks()[9]).logits[0].numpy()
    assert values(page)["output"] == pytest.approx(true, rel=2e-3, abs=1e-2)
    expect(page.locator("[data-testid=explain-title]")).to_have_text(re.compile("^C3 map 3, row 4, column 5"))
    page.evaluate("document.querySelector('[data-testid=copy-link]').click()")
    link = page.get_attribute("[data-link]", "data-link") or ""
    assert "network=moment-9" in link
    assert "cell=C3" in link


@pytest.mark.parametrize("name", ["moment-99", "moments", "moment-x", "constructor", "nobody", "0" * 32 + ".1"])
def test_a_link_to_a_network_that_is_not_there_shows_the_bundled_one(unopened: Watched, name: str):
    page = unopened.page
    unopened.open(f"?ink=300.200_700.200_450.800&network={name}")
    settled(page)
    page.wait_for_timeout(300)
    expect(page.locator("[data-testid=network]")).to_have_value("")
    expect(said(page)).to_have_text("")
    assert page.inner_text("[data-testid=prediction]") == "7"


def test_a_link_leaves_out_a_network_of_ones_own(page: Page, tmp_path: Path):
    torch.save(FORMS["textbook"][2], tmp_path / "mine.pth")
    page.set_input_files("[data-testid=network-file]", tmp_path / "mine.pth")
    expect(said(page)).to_have_text(re.compile("^mine.pth: .*parameters"))
    draw(page, SEVEN)
    settled(page)
    page.evaluate("document.querySelector('[data-testid=copy-link]').click()")
    assert "network" not in (page.get_attribute("[data-link]", "data-link") or "network")


def test_reload_brings_the_network_that_was_shown_back(page: Page):
    draw(page, SEVEN)
    for name in ("textbook", "moments"):
        page.select_option("[data-testid=network]", name)
        settled(page)
        page.wait_for_timeout(400)  # until the drawing is kept
        page.reload()
        expect(page.locator("[data-testid=network]")).to_have_value(name)
