"""Opening a network of one's own on the page: every part of it is right for other shapes than the bundled one's."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

import lenet
from demo import networks
from lenet.ledger import ledger
from lenet.model import Trace, Traceable
from lenet.own.conventions import open_network
from lenet.recognize import traced_by
from tests.browser.acting import STORE, Watched, as_sent, digit_on_pad, draw, settled
from tests.lenet.own.test_network import FORMS, weights_of
from tests.serving import Server

SEVEN = digit_on_pad(7, 4)
READS = re.compile("reads")


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "mine.pth"
    torch.save(FORMS[request.param][2], path)
    return path


def said(page: Page):
    return page.locator("[data-testid=network-said]")


def opened(page: Page, file: Path) -> None:
    page.set_input_files("[data-testid=network-file]", file)
    expect(said(page)).to_have_text(re.compile(rf"^{file.name}: .*reads"))
    settled(page)


def canvases(page: Page) -> dict[str, list[int]]:
    """Every map by its test id: width and height."""
    return page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.map canvas')].map("
        "(map) => [map.dataset.testid, [map.width, map.height]]))"
    )


def expected_canvases(model: Traceable) -> dict[str, list[int]]:
    found = {}
    for layer in model.layers:
        if layer.name in ("input", "output"):
            found[layer.name] = [layer.width, layer.height] if layer.height > 1 else [layer.maps, 1]
        elif layer.height > 1:
            found |= {f"map-{layer.name}-{i}": [layer.width, layer.height] for i in range(layer.maps)}
        else:
            found[f"units-{layer.name}"] = [layer.maps, 1]
    return found


def values(page: Page) -> dict[str, np.ndarray]:
    """What the page holds of every layer."""
    found = page.evaluate(
        "async (store) => { const { state } = await import(store);"
        " return Object.fromEntries(Object.entries(state.answer.layers).map(([k, v]) => [k, [...v]])); }",
        STORE,
    )
    return {name: np.array(each) for name, each in found.items()}


def traced(page: Page, model: Traceable) -> Trace:
    """What the network makes of the ink as the server gets it."""
    return traced_by(model, lenet.rasterize(as_sent(page)))


@pytest.mark.parametrize("file", ["8-16-128-64-10", "10-20-50-10, pooled before"], indirect=True)
def test_every_part_of_the_page_is_right_for_another_network(page: Page, file: Path):
    draw(page, SEVEN)
    settled(page)
    opened(page, file)
    model = open_network(file.read_bytes()).network
    assert canvases(page) == expected_canvases(model)
    trace = traced(page, model)
    seen = values(page)
    for layer in model.layers:
        true = trace.output[layer.name][0].flatten().numpy()
        assert np.abs(seen[layer.name] - true).max() <= max(np.abs(true).max() / 60, 2e-3), layer.name
    assert page.inner_text("[data-testid=prediction]") == str(int(trace.logits.argmax()))
    assert page.locator(".bars li").count() == 10
    # A cell of every layer with its sum, what it sees, and a snippet that loads the file
    for layer in model.layers[1:]:
        at = f"{layer.name}/{layer.maps - 1}" + ("/1/2" if layer.height > 1 else "")
        cell = (0, layer.maps - 1, 1, 2) if layer.height > 1 else (0, layer.maps - 1)
        page.locator(".map").nth(1).focus()
        page.keyboard.press("Enter")
        page.fill("[data-testid=address]", at)
        page.press("[data-testid=address]", "Enter")
        wanted = float(trace.output[layer.name][cell])
        shown = page.locator("[data-testid=explain-value]").first
        expect(shown).to_have_text(re.compile(r"^[−\d.]+$"))
        page.wait_for_function(
            "at => document.querySelector('[data-testid=explain-title]').textContent.startsWith(at)",
            arg=f"{layer.name} " if layer.name != "output" else "output",
        )
        settled(page)
        assert float(shown.inner_text().replace("−", "-")) == pytest.approx(wanted, abs=2e-3), at
        words = page.inner_text("[data-testid=explain-terms]")
        if layer.kind == "pooling":
            assert ("max" if model.architecture.pooling == "max" else "mean") in words
        elif layer.name != "output":
            assert f"→ {model.architecture.activation} →" in words
        page.keyboard.press("Escape")
    # The tables and sentences
    rows = page.locator("[data-testid=ledger] tbody tr")
    assert [row.split("\t")[1] for row in rows.all_inner_texts()] == [
        f"{row['parameters']:,}" for row in ledger(model.layers)
    ]
    assert page.locator("[data-testid=kernels] button").count() == sum(
        layer.maps for layer in model.layers if layer.kind == "convolution"
    )
    facts = page.locator(".ideas").first.inner_text()
    c1 = model.layers[1]
    assert f"at all {c1.height * c1.width} places of a C1 map" in facts
    assert f"C5 weighs all {model.layers[4].units} values of S4" in facts
    assert page.inner_text("[data-testid=activation]") == model.architecture.activation
    assert page.locator(".quality-own").is_visible()


def test_what_is_no_network_is_told_and_what_is_shown_stays(page: Page, tmp_path: Path):
    draw(page, SEVEN)
    settled(page)
    before = canvases(page)
    wrong = tmp_path / "resnet.pth"
    torch.save({"conv1.weight": torch.zeros(64, 3, 7, 7)}, wrong)
    page.set_input_files("[data-testid=network-file]", wrong)
    expect(said(page)).to_have_text(re.compile("convolution"))
    assert said(page).get_attribute("data-kind") == "error"
    (tmp_path / "large.pth").write_bytes(bytes(4_000_001))
    page.set_input_files("[data-testid=network-file]", tmp_path / "large.pth")
    expect(said(page)).to_have_text("large.pth has 4.0 MB; at most 4 MB can be opened.")
    assert canvases(page) == before
    assert page.inner_text("[data-testid=prediction]") == "7"


def dropped(page: Page, place: str, name: str, content: bytes) -> None:
    page.evaluate(
        """([place, name, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], name));
          for (const type of ['dragover', 'drop'])
            document.querySelector(place).dispatchEvent(
              new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        [place, name, list(content)],
    )


def test_a_dropped_file_opens_and_reload_menu_and_ways_bring_it_back(page: Page, server):
    file = io.BytesIO()
    torch.save(FORMS["odd sizes"][2], file)
    draw(page, SEVEN)
    settled(page)
    dropped(page, "[data-testid=pad]", "dropped.pth", file.getvalue())
    expect(said(page)).to_have_text(re.compile(r"^dropped.pth: .*reads"))
    settled(page)
    model = open_network(file.getvalue()).network
    assert canvases(page) == expected_canvases(model)
    page.reload()
    expect(said(page)).to_have_text(re.compile(r"^dropped.pth: .*reads"))
    settled(page)
    assert canvases(page) == expected_canvases(model)
    # Another way to run it
    way = page.locator("[data-testid=network-way] option", has_text="sigmoid, average, pixels 0 to 1:").first
    page.select_option("[data-testid=network-way]", way.get_attribute("value"))
    expect(page.locator("[data-testid=activation]")).to_have_text("sigmoid")
    settled(page)
    # And the bundled one, which has no such menu
    page.select_option("[data-testid=network]", "")
    expect(page.locator("[data-testid=activation]")).to_have_text("ReLU")
    settled(page)
    assert canvases(page) == expected_canvases(lenet.load())
    assert not page.locator("[data-testid=network-way]").is_visible()
    expect(said(page)).to_have_text("")
    page.select_option("[data-testid=network]", label="dropped.pth")
    expect(page.locator("[data-testid=activation]")).to_have_text("sigmoid")


@pytest.mark.parametrize("file", ["textbook"], indirect=True)
def test_a_server_that_forgot_the_network_is_brought_it_again(page: Page, file: Path):
    opened(page, file)
    forgotten: list[str] = []

    def forgets(route) -> None:
        """The first call of each kind meets a server that has just started."""
        body = route.request.post_data or ""
        known = re.search(r'"network":"([0-9a-f.]+)"', body)
        if known and "file" not in body and len(forgotten) < 2:
            forgotten.append(known[1])
            route.fulfill(json={"error": networks.FORGOTTEN, "unknown": True})
        else:
            route.continue_()

    page.route("**/gradio_api/live/see", forgets)
    draw(page, SEVEN)
    settled(page)
    assert len(forgotten) == 2
    model = open_network(file.read_bytes()).network
    trace = traced(page, model)
    assert page.inner_text("[data-testid=prediction]") == str(int(trace.logits.argmax()))
    assert page.locator("[data-testid=status]").get_attribute("data-kind") == "ready"


def test_the_page_follows_a_file_that_a_training_script_saves(unopened: Watched, tmp_path: Path):
    file, page = tmp_path / "learning.pth", unopened.page
    with Server(["-m", "demo", "--network", str(file)]) as own:
        unopened.server = own
        unopened.open()
        draw(page, SEVEN)
        expect(said(page)).to_have_text(re.compile("not there yet"))
        assert f"{file.name} is not there yet" in own.logged()
        weights = FORMS["8-16-128-64-10"][2]
        for saved, factor in ((1, 1.0), (2, 0.5), (3, 2.0)):
            kept = {name: each * factor for name, each in weights.items()}
            torch.save(kept, tmp_path / "next")
            whole = (tmp_path / "next").read_bytes()
            file.write_bytes(whole[: len(whole) // 2])
            page.wait_for_timeout(500)
            file.write_bytes(whole)
            expect(said(page)).to_have_text(re.compile(rf"\(saved {saved} time"))
            settled(page)
            model = open_network(whole).network
            true = traced(page, model).logits[0].numpy()
            np.testing.assert_allclose(values(page)["output"], true, rtol=2e-3, atol=1e-2)
        # Who looks at another one meanwhile is left alone.
        page.select_option("[data-testid=network]", "")
        expect(page.locator("[data-testid=prediction]")).to_have_text("7")
        torch.save(weights, file)
        page.wait_for_timeout(1500)
        assert canvases(page) == expected_canvases(lenet.load())
        page.select_option("[data-testid=network]", label="learning.pth")
        expect(said(page)).to_have_text(re.compile(r"\(saved 4 times"))
        page.goto("about:blank")


def test_a_network_for_something_else_shows_its_own_names(page: Page, tmp_path: Path):
    letters = [f"letter {chr(ord('A') + i)}" for i in range(26)]
    file, names = tmp_path / "letters.pth", tmp_path / "labels.json"
    torch.save(weights_of((4, 1, 5, 5), (8, 4, 5, 5), (26, 128)), file)
    names.write_text(json.dumps({"labels": letters}))
    draw(page, SEVEN)
    settled(page)
    page.set_input_files("[data-testid=network-file]", file)
    expect(said(page)).to_have_text(re.compile("26 outputs, where 10 are expected"))
    page.set_input_files("[data-testid=network-file]", [file, names])
    expect(said(page)).to_have_text(re.compile("have labels, so no digits can tell how it is to be run"))
    settled(page)
    model = open_network(file.read_bytes(), tuple(letters)).network
    said_now = letters[int(traced(page, model).logits.argmax())]
    expect(page.locator("[data-testid=prediction]")).to_have_text(said_now)
    assert page.locator(".bar-digit").all_inner_texts() == letters
    assert page.locator(".output-digits span").all_inner_texts() == letters
    page.locator(".map").nth(1).click()
    page.fill("[data-testid=address]", "output/3")
    page.press("[data-testid=address]", "Enter")
    expect(page.locator("[data-testid=explain-title]")).to_have_text(re.compile("^output for letter D = "))
    expect(page.locator("[data-testid=explain-terms] h3")).to_have_text(re.compile("^Why letter D and not letter "))
    # Labels for the one that is shown, which is run as it was, and what are none
    page.select_option("[data-testid=network-way]", index=3)
    settled(page)
    way = page.locator("[data-testid=network-way] option:checked").inner_text()
    names.write_text(json.dumps({"labels": [f"sign {i}" for i in range(26)]}))
    page.set_input_files("[data-testid=network-file]", names)
    expect(page.locator(".bar-digit").first).to_have_text("sign 0")
    expect(page.locator("[data-testid=network-way] option:checked")).to_have_text(way)
    assert page.locator("[data-testid=network] option", has_text="letters.pth").count() == 1
    names.write_text("[")
    page.set_input_files("[data-testid=network-file]", names)
    expect(said(page)).to_have_text(re.compile("labels.json holds no labels"))


@pytest.mark.parametrize("tab", ["One digit", "Many digits"])
def test_a_file_can_be_dropped_anywhere_and_nothing_leaves_the_page(page: Page, tmp_path: Path, tab: str):
    draw(page, SEVEN)
    page.get_by_role("tab", name=tab).click()
    drop = """([name, base64]) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
        const event = new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true });
        document.querySelector('.masthead').dispatchEvent(event);
        return event.defaultPrevented;
    }"""
    assert page.evaluate(drop, ["notes.txt", "YQ=="])
    expect(said(page)).to_have_text("notes.txt is no file of weights. A picture can be dropped on the pad.")
    torch.save(FORMS["textbook"][2], tmp_path / "mine.pth")
    assert page.evaluate(drop, ["mine.pth", base64.b64encode((tmp_path / "mine.pth").read_bytes()).decode()])
    expect(said(page)).to_be_visible()
    expect(said(page)).to_have_text(re.compile("^mine.pth: .*reads"))
    assert page.evaluate(drop, ["broken.pth", "YQ=="])
    expect(said(page)).to_have_text(re.compile("^broken.pth: This file holds no weights"))


def test_a_way_that_was_hardly_tried_is_not_said_to_read_nothing(page: Page, tmp_path: Path):
    draw(page, SEVEN)
    torch.save(lenet.load().state_dict(), tmp_path / "mine.pth")
    opened(page, tmp_path / "mine.pth")
    last = page.locator("[data-testid=network-way] option").last
    assert not READS.search(last.inner_text())
    page.select_option("[data-testid=network-way]", last.get_attribute("value"))
    expect(said(page)).to_have_text(
        re.compile(r"How many digits it reads so was not counted; run with ReLU, max, pixels 0 to 1 it reads \d\d")
    )
