"""Readers of every kind: screen readers, translators, keyboards, large text, forced colours, paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acting import FLAGS, STORE, Watched, draw, expect_prediction, opened_sum, settled, watch
from tests.browser.conftest import executable
from tests.serving import Server

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
ONE = [[[0.5, 0.15 + 0.1 * i] for i in range(8)]]
# What a page translator does to a text: elements around it, with other words.
TRANSLATE = """() => {
    for (const id of ['verdict', 'status', 'prediction', 'line-verdict', 'line-status', 'line-prediction']) {
        const element = document.querySelector(`[data-testid=${id}]`);
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.textContent = `(${element.textContent})`;
        outer.append(inner);
        element.replaceChildren(outer);
    }
}"""


def words(page: Page, name: str) -> str:
    return page.locator(f"[data-testid={name}]").text_content() or ""


def test_a_translated_page_goes_on_telling(page: Page):
    page.get_by_role("tab", name="Many digits").click()
    page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    page.get_by_role("tab", name="One digit").click()
    draw(page, SEVEN)
    expect_prediction(page, "7")
    settled(page)
    page.evaluate(TRANSLATE)
    assert words(page, "verdict").startswith("(")
    page.click("[data-testid=clear]")
    draw(page, ONE)
    expect_prediction(page, "1")
    expect(page.locator("[data-testid=verdict]")).to_contain_text("Reads it as 1")
    page.get_by_role("tab", name="Many digits").click()
    draw(page, [[[x + 1, y] for x, y in ONE[0]]], "line-pad")
    expect(page.locator("[data-testid=line-prediction]")).to_have_text("1")
    expect(page.locator("[data-testid=line-verdict]")).to_contain_text("1 digit")


def test_the_polite_region_speaks_when_the_pen_lifts_or_rests(page: Page):
    page.evaluate(
        """() => {
            window.said = [];
            const region = document.querySelector('[data-testid=verdict]');
            const note = () => said.push(region.textContent);
            new MutationObserver(note).observe(region, { childList: true, subtree: true, characterData: true });
        }"""
    )
    assert page.get_attribute("[data-testid=verdict]", "aria-live") == "polite"
    box = page.locator("[data-testid=pad]").bounding_box()
    assert box
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN[0]]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=20)
    expect_prediction(page, "7")
    page.mouse.up()
    page.wait_for_function("said.length > 0")
    page.wait_for_timeout(900)
    assert len(page.evaluate("said")) == 1
    assert page.evaluate("said[0]").startswith("Reads it as 7")
    page.evaluate("said.length = 0")
    page.click("[data-testid=example-8]")  # which nobody holds the pen of
    page.wait_for_function("said.at(-1)?.startsWith('Reads it as 8')")
    page.wait_for_timeout(900)
    assert len(page.evaluate("said")) <= 2
    page.evaluate("said.length = 0")
    page.click("[data-testid=clear]")
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=20)
    page.wait_for_function("said.at(-1)?.startsWith('Reads it as 7')")  # the pen rests, and is down
    page.mouse.up()


def test_a_skip_link_and_one_stop_for_each_layer(page: Page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.testid") == "pad"
    page.focus("[data-testid=download-png]")
    stops = []
    for _ in range(14):
        page.keyboard.press("Shift+Tab")
        stops.append(page.evaluate("document.activeElement.closest('.layer')?.classList[1] ?? ''"))
    layers = [stop for stop in stops if stop]
    assert layers == [f"layer-{name}" for name in ("output", "F6", "C5", "S4", "C3", "S2", "C1", "input")]


def test_arrows_go_from_one_map_to_the_next(page: Page):
    page.evaluate("document.querySelector('.layer-S4 .map').focus()")
    focused = "document.activeElement.querySelector('canvas').dataset.testid"
    assert page.evaluate(focused) == "map-S4-0"
    for _ in range(3):  # from the middle of five columns
        page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "map-S4-1"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "map-S4-1"
    page.keyboard.press("Enter")
    opened_sum(page)
    assert "S4 map 1" in page.inner_text("[data-testid=explain-title]")


def test_a_digit_is_drawn_by_keys(page: Page):
    page.focus("[data-testid=pad]")
    page.keyboard.press("ArrowUp")
    assert page.is_visible(".pad-pen")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    strokes = page.evaluate(f"async () => (await import('{STORE}')).state.ink")
    assert [len(stroke) for stroke in strokes] == [5]
    assert [x for x, _ in strokes[0]] == [0.5] * 5
    assert strokes[0][-1][1] - strokes[0][0][1] == pytest.approx(16 / 28, abs=0.001)
    expect_prediction(page, "1")
    expect(page.locator(".pad-frame .voice")).to_contain_text("Pen up, column 15")
    page.keyboard.press("Control+z")
    assert page.evaluate(f"async () => (await import('{STORE}')).state.ink") == []
    page.keyboard.press("Space")
    for _ in range(40):
        page.keyboard.press("ArrowUp")  # the pen stays on the pad, and stands still there
    expect(page.locator(".pad-frame .voice")).to_contain_text("Pen down, column 15, row 0")
    strokes = page.evaluate(f"async () => (await import('{STORE}')).state.ink")
    assert len(strokes[0]) < 30
    down = f"async () => (await import('{STORE}')).state.penDown"
    assert page.evaluate(down)
    page.keyboard.press("Delete")
    assert not page.evaluate(down)
    repeated = "() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', repeat: true }))"
    page.evaluate(repeated)
    assert page.evaluate(f"async () => (await import('{STORE}')).state.ink") == []


@pytest.mark.parametrize("watched", [{"forced_colors": "active"}], indirect=True)
def test_forced_colours_leave_their_meaning(page: Page):
    draw(page, SEVEN)
    expect_prediction(page, "7")
    style = "([what, key]) => getComputedStyle(document.querySelector(what))[key]"
    filled = page.evaluate(style, [".bars .best .bar i", "backgroundColor"])
    assert filled != page.evaluate(style, [".bars .bar", "backgroundColor"])
    assert page.evaluate(style, [".bars .bar", "borderTopWidth"]) == "1px"
    assert "gradient" in page.evaluate(style, [".legend i", "backgroundImage"])
    chosen, other = page.locator("[role=tab]").all()[:2]
    width = "tab => getComputedStyle(tab).borderBottomWidth"
    assert chosen.evaluate(width) != other.evaluate(width)


def test_a_browser_that_darkens_pages_gets_the_dark_one(browser: Browser, server: Server):
    kind = browser.browser_type
    darkening = kind.launch(executable_path=executable(), args=[*FLAGS, "--enable-features=WebContentsForceDark"])
    page = darkening.new_context(color_scheme="light").new_page()
    watch(page, server).open()
    draw(page, SEVEN)
    expect_prediction(page, "7")
    ink, paper = (
        page.evaluate(f"getComputedStyle(document.querySelector('.pad')).{key}")
        for key in ("color", "backgroundColor")
    )
    assert contrast(ink, paper) > 4.5
    assert page.evaluate("document.body.classList.contains('dark')")
    darkening.close()


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours as a browser tells them."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("watched", [{"color_scheme": "dark"}], indirect=True)
def test_a_dark_page_prints_light_on_one_sheet(page: Page):
    draw(page, SEVEN)
    expect_prediction(page, "7")
    settled(page)
    # What stands there while it is printed.
    page.evaluate(
        """() => addEventListener('beforeprint', () => {
            const pad = document.querySelector('[data-testid=pad]');
            const { data } = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height);
            const solid = [...data.keys()].filter((i) => i % 4 === 3 && data[i] === 255);
            window.printed = { ink: data[solid[0] - 3], dark: document.body.classList.contains('dark') };
        })"""
    )
    sheet = page.pdf(format="A4")
    assert page.evaluate("printed.dark") is False
    assert page.evaluate("printed.ink") < 60
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    assert page.evaluate("document.body.classList.contains('dark')")


@pytest.mark.parametrize("watched", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_narrow_and_enlarged_nothing_overlaps(watched: Watched):
    page = watched.page
    draw(page, SEVEN)
    expect_prediction(page, "7")
    overlapping = """() => {
        const parts = '.layer header > *, .verdict, .bars li span, .tools > *, .controls > *';
        const boxes = [...document.querySelectorAll(parts)]
            .map((element) => [element, element.getBoundingClientRect()])
            .filter(([, { width, height }]) => width > 0 && height > 0);
        const both = [];
        for (const [a, p] of boxes) for (const [b, q] of boxes) {
            const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
            const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
            const within = a.contains(b) || b.contains(a);
            if (!within && across > 1 && down > 1) both.push([a.outerHTML, b.outerHTML]);
        }
        return both;
    }"""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(overlapping) == []
