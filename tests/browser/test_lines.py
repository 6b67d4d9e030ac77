"""The second tab: write several digits, see them found, look at the score map, open one in the explorer."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from demo import examples, networks
from demo.wire import fields_of
from lenet.line.detect import read_line
from lenet.line.windows import read_windows
from lenet.own.conventions import open_network
from tests.browser.acting import LINE_STORE, PHONE, Watched, draw, expect_prediction, pixels, settled, thinned
from tests.lenet.own.test_network import FORMS, weights_of

# Every third point: a mouse takes its time.
LINE = thinned(examples.LINES[0]["strokes"], 3)


@pytest.fixture
def tab(watched: Watched) -> Page:
    watched.page.get_by_role("tab", name="Many digits").click()
    watched.page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    return watched.page


def expect_line(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('[data-testid=line-prediction]').textContent === text", arg=text
    )


def test_a_number_is_read_while_it_is_written(tab: Page):
    tab.evaluate("""() => {
        window.readings = []; window.up = 0;
        document.addEventListener('lenet:scanned', (e) => readings.push([e.detail.text, up]));
        addEventListener('pointerup', () => (up += 1), true);
    }""")
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    readings = tab.evaluate("readings")
    assert any(text for text, up in readings if up < len(LINE))  # something was read before the last pen-up
    assert tab.locator(".line-box").count() == 4


def test_a_box_stays_while_answers_come(tab: Page):
    """So that who is about to press one does not lose it."""
    draw(tab, [*LINE, [[3.6, 0.3], [3.6, 0.7]]], "line-pad")
    expect_line(tab, "20261")
    tab.focus("[data-testid=box-1]")
    tab.evaluate("window.kept = document.activeElement")
    tab.keyboard.press("Control+z")
    expect_line(tab, "2026")
    assert tab.evaluate("document.activeElement === kept && kept.isConnected && kept.dataset.testid === 'box-1'")


def test_boxes_lie_around_their_digits(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    settled(tab, LINE_STORE)
    pad = tab.locator("[data-testid=line-pad]").bounding_box()
    assert pad
    for i, found in enumerate(read_line(LINE).detections):
        box = tab.locator(".line-box").nth(i).bounding_box()
        assert box
        left, top, right, bottom = (edge * pad["height"] for edge in found.box)
        seen = [box["x"] - pad["x"], box["y"] - pad["y"], box["width"], box["height"]]
        np.testing.assert_allclose(seen, [left, top, right - left, bottom - top], atol=14)


def test_a_box_opens_in_the_explorer(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    tab.click("[data-testid=box-3]")
    expect_prediction(tab, "6")
    assert tab.locator("[data-testid=map-C1-0]").is_visible()
    tab.get_by_role("tab", name="Many digits").click()
    expect_line(tab, "2026")  # and nothing is lost


def test_undo_redo_and_clear_are_the_lines_own(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    tab.click("[data-testid=line-undo]")
    expect_line(tab, "202")
    tab.click("[data-testid=line-redo]")
    expect_line(tab, "2026")
    tab.keyboard.press("Delete")
    expect_line(tab, "–")
    assert tab.locator(".line-box").count() == 0
    tab.keyboard.press("Control+z")
    expect_line(tab, "2026")


def test_the_score_map_is_aligned_and_explains_itself(tab: Page):
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.post_data or "") if "/live/scan" in request.url else None)
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    tab.wait_for_timeout(1_000)  # until the last points are answered too
    assert len(set(pixels(tab, "score-canvas"))) > 20
    # The very ink that the page sent: a pixel more or less may make another size of the line the surest one.
    reading = read_line(fields_of(json.loads(asked[-1]))["ink"])
    pad = tab.locator("[data-testid=line-pad]").bounding_box()
    canvas = tab.locator("[data-testid=score-canvas]").bounding_box()
    assert pad
    assert canvas
    # The middle of the first column is the middle of the first window.
    wanted = (14 - reading.strip.offset[0]) / reading.strip.scale * pad["height"] + pad["x"]
    column = canvas["width"] / reading.logits.shape[1]
    assert canvas["x"] + column / 2 == pytest.approx(wanted, abs=2)
    best = int(reading.logits[6].argmax())
    tab.mouse.move(canvas["x"] + (best + 0.5) * column, canvas["y"] + 20)
    tab.wait_for_function("() => document.querySelector('[data-testid=score-words]').textContent.includes('for 6')")
    said = re.search(r"best score is ([\d.]+), for 6", tab.inner_text("[data-testid=score-words]"))
    assert said
    assert float(said[1]) == pytest.approx(reading.logits[6, best], abs=0.02)  # sent in half precision
    assert tab.locator(".line-window").is_visible()


def test_the_score_map_shows_probabilities_and_marks_the_surest_digits(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    settled(tab, LINE_STORE)
    reading = read_line(LINE)
    columns = reading.logits.shape[1]
    with_none = np.concatenate([reading.logits, np.zeros((1, columns))])
    surest = with_none.argmax(0)
    marks = tab.evaluate(
        "[...document.querySelectorAll('.score-path i')].map(({ style }) => [style.left, style.top].map(parseFloat))"
    )
    rows = [round(top / 100 * 11) for _, top in marks]
    assert "".join(map(str, (row for row, _ in itertools.groupby(rows)))) == "2026"
    assert len(marks) == pytest.approx((surest < 10).sum(), abs=2)  # the strokes' points are rounded on the pad
    # In either theme the digits found stand out most from the paper.
    height, size = 11, len(pixels(tab, "score-canvas")) // 4
    for theme in ("light", "dark"):
        tab.evaluate(f"document.body.classList.toggle('dark', {str(theme == 'dark').lower()})")
        tab.wait_for_timeout(100)
        image = np.array(pixels(tab, "score-canvas"), float).reshape(height, size // height, 4)[..., :3]
        away = np.abs(image - image[0, 0]).sum(2)  # no digit is a 0 in the first window
        row, column = np.unravel_index(away.argmax(), away.shape)
        assert row in (0, 2, 6)
        assert away[10].max() < 0.75 * away[row, column]
    tab.locator("[data-testid=score-map]").focus()
    assert "2 at window" in (tab.get_attribute("[data-testid=score-map]", "aria-label") or "")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert "Window 2 of" in tab.inner_text("[data-testid=score-words]")
    before = pixels(tab, "score-canvas")
    tab.check("[data-testid=score-logits]")
    assert pixels(tab, "score-canvas") != before
    assert "−" in tab.inner_text(".score-head .legend")


def test_ways_to_read(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    for method in ("swept", "grouped", "best"):
        tab.evaluate(
            "() => { window.next = new Promise((done) => document.addEventListener('lenet:scanned',"
            " (e) => done(e.detail.text), { once: true })); }"
        )
        tab.select_option("[data-testid=method]", method)
        assert tab.evaluate("next") == read_line(LINE, method).text


def test_the_window_slides_and_stops(tab: Page):
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    tab.click("[data-testid=line-slide]")
    tab.wait_for_function("() => !document.querySelector('.line-window').hidden")
    first = tab.inner_text("[data-testid=score-words]")
    tab.wait_for_function(
        "first => document.querySelector('[data-testid=score-words]').textContent !== first", arg=first
    )
    tab.click("[data-testid=line-slide]")
    assert tab.locator(".line-window").is_hidden()


def test_a_photo_of_a_line(tab: Page, tmp_path):
    import base64

    from tests.demo.test_line import photo

    file = tmp_path / "line.png"
    file.write_bytes(base64.b64decode(photo()))
    tab.set_input_files("[data-testid=line-photo]", file)
    expect_line(tab, "2026")
    tab.click("[data-testid=box-0]")
    expect_prediction(tab, "2")


def test_a_file_that_is_no_picture(tab: Page, tmp_path):
    file = tmp_path / "line.png"
    file.write_bytes(b"not a picture")
    tab.set_input_files("[data-testid=line-photo]", file)
    tab.wait_for_selector("[data-testid=line-status][data-kind=error]")
    assert "no picture" in tab.inner_text("[data-testid=line-status]")


def test_examples_are_replayed(tab: Page):
    tab.click("[data-testid=example-2026]")
    expect_line(tab, "2026")


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_on_a_phone(tab: Page):
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.tap("[data-testid=example-2026]")
    expect_line(tab, "2026")
    box = tab.locator("[data-testid=line-pad]").bounding_box()
    assert box
    assert box["width"] >= 340


def chosen_on_the_first_tab(page: Page, files: list[Path]) -> None:
    page.get_by_role("tab", name="One digit").click()
    page.set_input_files("[data-testid=network-file]", files)
    expect(page.locator("[data-testid=network-said]")).to_have_text(re.compile(rf"^{files[0].name}: "))
    page.get_by_role("tab", name="Many digits").click()


def last_scan(page: Page) -> list[dict[str, Any]]:
    """What the page asks about lines from now on."""
    asked: list[dict[str, Any]] = []
    page.on(
        "request",
        lambda request: asked.append(json.loads(request.post_data or "{}")) if "/live/scan" in request.url else None,
    )
    return asked


def test_the_network_of_the_first_tab_reads_lines_too(tab: Page, tmp_path: Path):
    file = tmp_path / "mine.pth"
    torch.save(FORMS["8-16-128-64-10"][2], file)
    method = tab.locator("[data-testid=method]")
    assert method.locator("option").count() == 3
    asked = last_scan(tab)
    draw(tab, LINE, "line-pad")
    expect_line(tab, "2026")
    chosen_on_the_first_tab(tab, [file])
    expect(method).to_have_value("best")  # until it is asked for
    method.select_option("mine.pth, swept")
    model = open_network(file.read_bytes()).network
    settled(tab, LINE_STORE)
    assert asked[-1]["method"] == "chosen"
    reading = read_windows(model, read_line(fields_of(asked[-1])["ink"], "swept"))
    expect_line(tab, reading.text)
    assert tab.locator(".line-box").count() == len(reading.detections)
    # The score map is its own.
    map_ = tab.locator("[data-testid=score-map]")
    map_.focus()
    for column in range(5):
        tab.keyboard.press("ArrowRight")
        row = int(reading.logits[:, column].argmax())
        words = tab.inner_text("[data-testid=score-words]")
        assert f"for {row};" in words
        seen = float(re.findall(r"best score is (\S+),", words)[0].replace("−", "-"))
        assert seen == pytest.approx(reading.logits[row, column], abs=0.02)
    # It follows the pen, and another network that is chosen.
    tab.keyboard.press("Control+z")
    settled(tab, LINE_STORE)
    tab.keyboard.press("Control+Shift+z")
    tab.get_by_role("tab", name="One digit").click()
    tab.select_option("[data-testid=network]", "textbook")
    tab.get_by_role("tab", name="Many digits").click()
    expect(method.locator("option:checked")).to_have_text("LeNet of textbooks, swept")
    expect_line(tab, "2026")
    assert asked[-1]["network"] == "textbook"
    # With the bundled one again, the best way reads.
    tab.get_by_role("tab", name="One digit").click()
    tab.select_option("[data-testid=network]", "")
    tab.get_by_role("tab", name="Many digits").click()
    expect(method).to_have_value("best")
    assert method.locator("option").count() == 3
    settled(tab, LINE_STORE)
    assert (asked[-1]["method"], asked[-1].get("network")) == ("best", None)


def test_outputs_with_labels_have_their_names_on_lines_too(tab: Page, tmp_path: Path):
    file, names = tmp_path / "clothes.pth", tmp_path / "labels.json"
    labels = ["shirt", "bag", "boot", "dress", "coat"]
    torch.save(weights_of((4, 1, 5, 5), (8, 4, 5, 5), (5, 128)), file)
    names.write_text(json.dumps({"labels": labels}))
    chosen_on_the_first_tab(tab, [file, names])
    tab.select_option("[data-testid=method]", "chosen")
    asked = last_scan(tab)
    draw(tab, LINE, "line-pad")
    settled(tab, LINE_STORE)
    model = open_network(file.read_bytes(), tuple(labels)).network
    reading = read_windows(model, read_line(fields_of(asked[-1])["ink"], "swept"))
    read = [labels[each.digit] for each in reading.detections]
    assert len(read) > 1
    expect_line(tab, ", ".join(read))
    assert tab.locator(".score-digits span").all_inner_texts() == [*labels, "none"]
    assert tab.evaluate("document.querySelector('[data-testid=score-canvas]').height") == 6
    assert (tab.locator("[data-testid=box-0]").get_attribute("aria-label") or "").startswith(f"{read[0]}, ")


def test_a_server_that_forgot_the_network_is_brought_it_for_a_line(tab: Page, tmp_path: Path):
    file = tmp_path / "mine.pth"
    torch.save(FORMS["8-16-128-64-10"][2], file)
    chosen_on_the_first_tab(tab, [file])
    forgotten: list[str] = []

    def forgets(route) -> None:
        if not forgotten:
            forgotten.append(route.request.url)
            route.fulfill(json={"error": networks.FORGOTTEN, "unknown": True})
        else:
            route.continue_()

    tab.route("**/gradio_api/live/scan", forgets)
    tab.select_option("[data-testid=method]", "chosen")
    tab.click("[data-testid=example-2026]")
    model = open_network(file.read_bytes()).network
    expect_line(tab, read_windows(model, read_line(examples.LINES[0]["strokes"], "swept")).text)
    assert forgotten
