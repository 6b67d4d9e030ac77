"""Opening cells: outlines, sums, keys, links, downloads."""

import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect

import lenet
from lenet.explain import Cell, explain
from lenet.ledger import ledger
from lenet.model import LAYER, LAYERS
from tests.browser.acting import (
    PHONE,
    STORE,
    Watched,
    as_sent,
    digit_on_pad,
    draw,
    expect_prediction,
    opened_sum,
    pixels,
    settled,
)
from tests.receptive import influence, receptive_field

EIGHT = [[[round(v, 3) for v in point] for point in stroke] for stroke in digit_on_pad(8, 4)]


def map_id(layer, map_):
    if layer.name in ("input", "output"):
        return layer.name
    return f"map-{layer.name}-{map_}" if layer.height > 1 else f"units-{layer.name}"


def place(page: Page, layer, map_=0, row=0, column=0):
    """Where a cell is on the screen."""
    target = page.locator(f"[data-testid={map_id(layer, map_)}]")
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box
    columns, rows = (layer.width, layer.height) if layer.height > 1 else (layer.maps, 1)
    at = (column, row) if layer.height > 1 else (map_, 0)
    return box["x"] + (at[0] + 0.5) / columns * box["width"], box["y"] + (at[1] + 0.5) / rows * box["height"]


def marks(page: Page) -> dict[str, list]:
    """What is outlined: testid -> [kind, top, left, bottom, right] in cells."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.map')].flatMap((map) => {
          const canvas = map.querySelector('canvas'), mark = map.querySelector('.mark');
          if (mark.hidden) return [];
          const part = (name, size) => Math.round(parseFloat(mark.style[name]) * size / 100);
          const [top, left] = [part('top', canvas.height), part('left', canvas.width)];
          return [[canvas.dataset.testid, [mark.classList[1], top, left, top + part('height', canvas.height) - 1,
            left + part('width', canvas.width) - 1]]];
        }))"""
    )


def expected_marks(cell: Cell) -> dict[str, list]:
    found = {}
    fields = [("sees", receptive_field(cell.layer, cell.row, cell.column))]
    fields.append(("reaches", influence(cell.layer, cell.row, cell.column)))
    order = [layer.name for layer in LAYERS]
    for kind, boxes in fields:
        same_map = True
        for name, box in boxes.items():
            layer = LAYER[name]
            # A pooling layer between here and there keeps to its own map; any other mixes all maps.
            crossed = LAYERS[order.index(name) + 1] if kind == "sees" else layer
            same_map = same_map and crossed.kind == "pooling"
            if layer.height == 1:
                found[map_id(layer, 0)] = [kind, 0, 0, 0, layer.maps - 1]
                continue
            for map_ in [cell.map] if same_map else range(layer.maps):
                found[map_id(layer, map_)] = [kind, box.top, box.left, box.bottom, box.right]
    own = LAYER[cell.layer]
    at = (cell.row, cell.column) if own.height > 1 else (0, cell.map)
    found[map_id(own, cell.map)] = ["own", *at, *at]
    return found


def titled(page: Page, beginning: str) -> None:
    page.wait_for_function(
        "text => document.querySelector('[data-testid=explain-title]').textContent.startsWith(text)", arg=beginning
    )


@pytest.fixture
def drawn(page: Page) -> Page:
    draw(page, EIGHT)
    expect_prediction(page, "8")
    settled(page)
    return page


CELLS = [
    Cell("input", 0, 0, 0), Cell("input", 0, 14, 27), Cell("C1", 3, 0, 27), Cell("C1", 5, 13, 13),
    Cell("S2", 2, 13, 6), Cell("C3", 7, 9, 0), Cell("C3", 0, 4, 5), Cell("S4", 15, 0, 4), Cell("C5", 60),
    Cell("F6", 3), Cell("output", 8),
]  # fmt: skip


def test_what_is_sent_draws_what_is_on_the_pad(drawn: Page):
    ink = drawn.evaluate(f"import('{STORE}').then(m => m.state.ink)")
    away = np.abs(lenet.rasterize(ink) - lenet.rasterize(as_sent(drawn)))
    assert away.max() < 0.1  # as much as points a little denser or coarser make
    assert away.mean() < 0.005


def test_pointing_outlines_exactly_what_is_seen_and_reached(drawn: Page):
    for cell in CELLS:
        drawn.mouse.move(*place(drawn, LAYER[cell.layer], cell.map, cell.row, cell.column))
        assert marks(drawn) == expected_marks(cell), cell
        drawn.mouse.move(1, 1)
        assert marks(drawn) == {}


def value_of(page: Page, cell: Cell) -> float:
    """What the network has at a cell, of the ink on the page."""
    traced = lenet.trace(lenet.rasterize(as_sent(page)))
    with torch.inference_mode():
        return float(explain(lenet.load(), traced, cell)["value"])


def test_a_click_opens_the_sum_the_server_computed(drawn: Page):
    for cell in CELLS[2:]:
        drawn.mouse.click(*place(drawn, LAYER[cell.layer], cell.map, cell.row, cell.column))
        assert opened_sum(drawn) == pytest.approx(value_of(drawn, cell), abs=6e-4), cell
        drawn.keyboard.press("Escape")
        drawn.wait_for_selector(".explain-open", state="hidden")


def test_the_sum_of_one_cell_never_stands_for_another(drawn: Page):
    held: list = []
    drawn.mouse.click(*place(drawn, LAYER["C1"], 3, 9, 9))
    opened_sum(drawn)
    drawn.route("**/live/see", lambda route: held.append(route))
    drawn.fill("[data-testid=address]", "S4/2/1/3")
    drawn.press("[data-testid=address]", "Enter")
    titled(drawn, "S4 map 2")
    sheet = drawn.locator(".explain-open")
    expect(sheet).to_have_attribute("aria-busy", "true")
    expect(sheet.get_by_test_id("explain-terms")).to_have_css("opacity", "0.4")
    while sheet.is_visible():
        drawn.click("[data-testid=close]")
    drawn.mouse.click(*place(drawn, LAYER["C5"], 7))
    titled(drawn, "C5 unit 7")
    for part in ("explain-terms", "explain-words"):
        assert sheet.get_by_test_id(part).inner_text() == ""
    for each in held:
        each.continue_()
    drawn.unroute("**/live/see")
    assert opened_sum(drawn) == pytest.approx(value_of(drawn, Cell("C5", 7)), abs=6e-4)


def test_the_pinned_cell_stays_live_and_escape_goes_back(drawn: Page):
    drawn.mouse.click(*place(drawn, LAYER["output"], 8))
    before = opened_sum(drawn)
    drawn.click("[data-testid=explain-terms] button[data-cell] >> nth=0")
    titled(drawn, "F6 unit")
    drawn.keyboard.press("Escape")
    titled(drawn, "output")
    draw(drawn, [[[0.2, 0.2], [0.3, 0.5]]])
    settled(drawn)
    assert opened_sum(drawn) != before
    drawn.keyboard.press("Escape")
    assert not drawn.is_visible("[data-testid=explain-title]")


def test_keys_alone_choose_and_open_a_cell(drawn: Page):
    drawn.focus(".layer-C3 .map >> nth=3")
    for _ in range(2):
        drawn.keyboard.press("ArrowRight")
    drawn.keyboard.press("ArrowUp")
    drawn.keyboard.press("Enter")
    opened_sum(drawn)
    assert drawn.input_value("[data-testid=address]") == "C3/3/4/7"
    drawn.fill("[data-testid=address]", "s4/2/1/3")
    drawn.keyboard.press("Enter")
    titled(drawn, "S4 map 2")
    drawn.fill("[data-testid=address]", "C9/1")
    drawn.keyboard.press("Enter")
    assert drawn.get_attribute("[data-testid=address]", "aria-invalid") == "true"


def test_nothing_jumps_when_the_sum_opens(drawn: Page):
    names = ["pad", "prediction", "map-C1-0", "map-C3-15", "output"]
    before = [drawn.locator(f"[data-testid={name}]").bounding_box() for name in names]
    drawn.mouse.click(*place(drawn, LAYER["C3"], 3, 4, 4))
    opened_sum(drawn)
    assert [drawn.locator(f"[data-testid={name}]").bounding_box() for name in names] == before


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_a_finger_opens_a_cell_on_a_phone(watched: Watched):
    page = watched.page
    page.tap("[data-testid=example-8]")
    expect_prediction(page, "8")
    x, y = place(page, LAYER["C1"], 2, 14, 14)
    page.touchscreen.tap(x, y)
    opened_sum(page)
    assert page.input_value("[data-testid=address]").startswith("C1/2/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_kernel_slides_and_the_map_fills_up(drawn: Page):
    drawn.mouse.click(*place(drawn, LAYER["C3"], 0, 5, 5))
    opened_sum(drawn)
    whole = pixels(drawn, "map-C3-0")
    for _ in range(3):
        drawn.click("[data-testid=step]")
    assert marks(drawn)["map-C3-0"] == ["own", 0, 2, 0, 2]
    assert pixels(drawn, "map-C3-0") != whole
    drawn.locator("[data-testid=speed]").fill("60")
    drawn.click("[data-testid=play]")
    drawn.wait_for_function(
        "() => document.querySelector('[data-testid=play]').textContent.includes('Slide')", timeout=20_000
    )
    assert pixels(drawn, "map-C3-0") == whole


@pytest.mark.parametrize("watched", [{"reduced_motion": "reduce"}], indirect=True)
def test_whoever_wants_less_motion_gets_none(watched: Watched):
    page = watched.page
    page.click("[data-testid=example-8]")
    expect_prediction(page, "8")
    page.mouse.click(*place(page, LAYER["C1"], 0, 5, 5))
    opened_sum(page)
    assert page.is_visible("[data-testid=step]")
    assert not page.is_visible("[data-testid=play]")


def test_a_tick_is_seen(drawn: Page):
    box = drawn.locator("[data-testid=pre-activation]")
    box.check()
    drawn.mouse.move(1, 1)
    drawn.locator("[data-testid=scale]").focus()
    seen = np.asarray(Image.open(io.BytesIO(box.screenshot())).convert("RGB"), int)
    assert (np.ptp(seen, 2) > 100).mean() > 0.5  # in the page's colour, with the tick on it


def test_sums_before_the_relu_have_signs(drawn: Page):
    assert drawn.inner_text(".layer-C1 .legend-low") == "0"
    drawn.check("[data-testid=pre-activation]")
    drawn.wait_for_function("() => document.querySelector('.layer-C1 .legend-low').textContent.startsWith('−')")
    drawn.select_option("[data-testid=scale]", "map")
    assert drawn.inner_text(".layer-C1 .legend-high") == "max of map"


def test_a_link_restores_drawing_and_selection(drawn: Page, watched: Watched):
    drawn.mouse.click(*place(drawn, LAYER["C3"], 3, 4, 4))
    value = opened_sum(drawn)
    drawn.mouse.move(1, 1)
    drawn.evaluate("document.querySelector('[data-testid=copy-link]').click()")
    link = drawn.evaluate(
        "document.querySelector('.part-controls').dataset.link ?? document.querySelector('[data-link]').dataset.link"
    )
    watched.page.goto(link)
    expect_prediction(drawn, "8")
    assert opened_sum(drawn) == pytest.approx(value, abs=0.05)
    assert drawn.input_value("[data-testid=address]") == "C3/3/4/4"


@pytest.mark.parametrize(
    "query", ["?ink=~~", "?ink=x.y_1", "?ink=1e9.1e9", "?cell=C9/1", "?picture=zz", "?ink=500.200"]
)
def test_a_broken_link_breaks_nothing(unopened: Watched, query: str):
    unopened.open(query)
    draw(unopened.page, EIGHT)
    unopened.page.wait_for_function("() => painted.length > 3")


def test_downloads_open_in_numpy_and_pillow(drawn: Page):
    with drawn.expect_download() as download:
        drawn.click("[data-testid=download-npz]")
    archive = np.load(download.value.path())
    assert archive["C3"].shape == (16, 10, 10)
    assert archive["C1_pre_activation"].min() < 0
    assert int(archive["output"].argmax()) == 8
    with drawn.expect_download() as download:
        drawn.click("[data-testid=download-png]")
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.width > 900
    assert len(np.unique(np.asarray(picture.convert("L")))) > 50


def test_the_snippet_copied_reproduces_the_number(drawn: Page, capsys):
    drawn.mouse.click(*place(drawn, LAYER["C3"], 3, 4, 4))
    shown = opened_sum(drawn)
    drawn.click("[data-testid=copy-code]")
    drawn.wait_for_selector("[data-code]", state="attached")
    exec(drawn.get_attribute("[data-code]", "data-code") or "", {})
    printed = [float(line) for line in capsys.readouterr().out.split()]
    np.testing.assert_allclose(printed, shown, atol=6e-4)


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


COPYING = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize("watched", [COPYING], indirect=True)
@pytest.mark.parametrize(("name", "told"), [("copy-code", "Copied"), ("copy-link", "Link copied")])
def test_a_button_pressed_twice_says_again_what_it_does(drawn: Page, name: str, told: str):
    drawn.mouse.click(*place(drawn, LAYER["C1"], 0, 1, 1))
    opened_sum(drawn)
    button = drawn.locator(f"[data-testid={name}]")
    label = button.inner_text()
    for _ in range(2):
        button.evaluate("button => button.click()")
        drawn.wait_for_function("([b, told]) => b.textContent === told", arg=[button.element_handle(), told])
        drawn.wait_for_timeout(300)
    assert len(clipboard(drawn)) > 20
    drawn.wait_for_function(
        "([b, label]) => b.textContent === label", arg=[button.element_handle(), label], timeout=5_000
    )


@pytest.mark.parametrize("watched", [COPYING], indirect=True)
def test_nothing_is_copied_where_the_server_refuses(drawn: Page):
    drawn.evaluate("navigator.clipboard.writeText('as before')")
    drawn.mouse.click(*place(drawn, LAYER["C1"], 0, 1, 1))
    opened_sum(drawn)

    def answer(route):
        if route.request.post_data_json["fn_name"] == "snippet":
            route.fulfill(json={"error": "There is no such cell."})
        else:
            route.continue_()

    drawn.route(re.compile("component_server"), answer)
    drawn.click("[data-testid=copy-code]")
    drawn.wait_for_function(
        "() => document.querySelector('[data-testid=copy-code]').textContent === 'That did not work; try again'"
    )
    assert clipboard(drawn) == "as before"
    assert drawn.locator("[data-code]").count() == 0


def test_the_scale_of_the_hidden_layers_leaves_picture_and_logits_alone(drawn: Page):
    ink, logits, maps = pixels(drawn, "input"), pixels(drawn, "output"), pixels(drawn, "map-C1-0")
    drawn.select_option("[data-testid=scale]", label="hidden layers")
    assert drawn.inner_text(".layer-C1 .legend-high") == drawn.inner_text(".layer-F6 .legend-high")
    assert drawn.inner_text(".layer-C1 .legend-high") != drawn.inner_text(".layer-output .legend-high")
    assert pixels(drawn, "map-C1-0") != maps
    assert pixels(drawn, "input") == ink
    assert pixels(drawn, "output") == logits


def test_the_other_tab_has_no_hand_in_an_opened_cell(drawn: Page):
    drawn.mouse.click(*place(drawn, LAYER["C3"], 3, 4, 4))
    opened_sum(drawn)
    drawn.mouse.move(1, 1)
    drawn.get_by_role("tab", name="Many digits").click()
    drawn.wait_for_selector("[data-testid=line-pad]")
    drawn.keyboard.press("Escape")
    drawn.locator(".lead").click(position={"x": 2, "y": 2})
    drawn.keyboard.press("Delete")  # which would clear the pad, were it on the screen
    drawn.get_by_role("tab", name="One digit").click()
    assert drawn.is_visible("[data-testid=explain-value]")
    assert drawn.input_value("[data-testid=address]") == "C3/3/4/4"
    expect_prediction(drawn, "8")
    drawn.keyboard.press("Escape")
    assert not drawn.is_visible("[data-testid=explain-title]")


def test_keys_leave_the_hidden_tab_alone(drawn: Page):
    drawn.get_by_role("tab", name="Many digits").click()
    drawn.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    draw(drawn, EIGHT, "line-pad")
    drawn.wait_for_selector("[data-testid=box-0]")
    drawn.get_by_role("tab", name="One digit").click()
    drawn.keyboard.press("Control+z")
    drawn.keyboard.press("Escape")
    drawn.get_by_role("tab", name="Many digits").click()
    assert drawn.locator("[data-testid=box-0]").is_visible()
    assert drawn.is_enabled("[data-testid=line-undo]")
    assert drawn.is_disabled("[data-testid=line-redo]")


def test_kernels_lead_to_where_they_fire_most(drawn: Page):
    buttons = drawn.locator("[data-testid=kernels] button")
    assert buttons.count() == 22
    buttons.nth(2).click()
    opened_sum(drawn)
    assert drawn.input_value("[data-testid=address]").startswith("C1/2/")


def test_the_ledger_is_the_librarys(page: Page):
    text = page.inner_text("[data-testid=ledger]")
    for row in ledger():
        assert f"{row['connections']:,}" in text
    assert "4,821,600" in text


def test_pinned_answers_still_hold_all_layers(drawn: Page):
    lengths = "Object.entries(m.state.answer.layers).map(([name, values]) => [name, values.length])"
    assert drawn.evaluate(f"import('{STORE}').then(m => {lengths})") == [[layer.name, layer.units] for layer in LAYERS]
    assert drawn.evaluate(f"import('{STORE}').then(m => m.state.answer.values instanceof Uint8Array)")  # the short way
