"""Every hand and pen on the real pad: palms, two fingers, an eraser, the pad's edge, other keyboards."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from playwright.sync_api import CDPSession, FloatRect, Page

from tests.browser.acting import PHONE, STORE, UP_TO_DATE, draw, expect_prediction, pixels, settled, until

SEVEN = [[[0.25, 0.2], [0.75, 0.2], [0.6, 0.5], [0.42, 0.85]]]
ONE = [[[0.5, 0.15 + 0.1 * i] for i in range(8)]]
TOUCH = {"has_touch": True}
touching = pytest.mark.parametrize("watched", [TOUCH], indirect=True)


class Hand:
    """Fingers and a pen at places of the pad, in its heights."""

    def __init__(self, page: Page, pad: str = "pad") -> None:
        self.page = page
        box = page.locator(f"[data-testid={pad}]").bounding_box()
        assert box
        self.box: FloatRect = box
        self.session: CDPSession = page.context.new_cdp_session(page)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.box["x"] + x * self.box["height"], self.box["y"] + y * self.box["height"]

    def fingers(self, kind: str, *places: Sequence[float]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(self.at(x, y) for x, y in places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(self, kind: str, x: float, y: float, buttons: int = 1) -> None:
        x, y = self.at(x, y)
        event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1}
        self.session.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen"})

    def write(self, strokes: Sequence[Sequence[Sequence[float]]]) -> None:
        for stroke in strokes:
            (x, y), *others = stroke
            self.pen("mousePressed", x, y)
            for x, y in others:
                self.pen("mouseMoved", x, y)
            self.pen("mouseReleased", x, y, buttons=0)


def ink(page: Page) -> list[list[list[float]]]:
    return page.evaluate(f"async () => (await import('{STORE}')).state.ink")


# A number that grows with every change of the ink.
ASKED = f"""async () => {{
    const {{ state }} = await import('{STORE}');
    window.changes ??= (state.on(['subject'], () => {{ window.changes += 1; }}), 0);
    return window.changes;
}}"""


def pointer(page: Page, kind: str, x: float, y: float, **options: int | str) -> None:
    """One pointer event of the kinds that no browser lets a test make: an eraser's, a pen's of thousands of points."""
    page.evaluate(
        """([kind, x, y, options]) => {
            const pad = document.querySelector('[data-testid=pad]');
            const { left, top, height } = pad.getBoundingClientRect();
            const place = { clientX: left + x * height, clientY: top + y * height };
            const own = { bubbles: true, pointerId: 9, isPrimary: true, ...place, ...options };
            pad.dispatchEvent(new PointerEvent(kind, own));
        }""",
        [kind, x, y, options],
    )


@touching
def test_a_pen_takes_over_from_a_palm_and_takes_back_what_it_drew(page: Page):
    hand = Hand(page)
    hand.fingers("touchStart", (0.85, 0.9))
    assert len(ink(page)) == 1
    hand.write(ONE)
    assert [len(stroke) for stroke in ink(page)] == [8]
    hand.fingers("touchEnd")
    expect_prediction(page, "1")
    page.click("[data-testid=undo]")  # the palm is not in the history either
    assert ink(page) == []
    assert page.is_disabled("[data-testid=undo]")


@touching
def test_a_palm_beside_the_pen_or_right_after_it_draws_nothing(page: Page):
    hand = Hand(page)
    hand.pen("mousePressed", 0.5, 0.2)
    hand.fingers("touchStart", (0.85, 0.9))
    hand.fingers("touchMove", (0.8, 0.8))
    hand.pen("mouseMoved", 0.5, 0.8)
    hand.fingers("touchEnd")
    hand.pen("mouseReleased", 0.5, 0.8, buttons=0)
    hand.fingers("touchStart", (0.2, 0.9))
    hand.fingers("touchEnd")
    assert ink(page) == [[[pytest.approx(0.5, abs=0.01), pytest.approx(y, abs=0.01)] for y in (0.2, 0.8)]]
    page.wait_for_timeout(1100)  # the pen is put away
    hand.fingers("touchStart", (0.2, 0.9))
    hand.fingers("touchEnd")
    assert len(ink(page)) == 2


@pytest.mark.parametrize("watched", [{**PHONE, "viewport": {"width": 390, "height": 600}}], indirect=True)
def test_two_fingers_scroll_the_page_and_draw_nothing(page: Page):
    draw(page, ONE)
    before = ink(page)
    page.evaluate("scrollTo(0, 0)")
    hand = Hand(page)
    places = [(0.3, 0.8), (0.7, 0.8)]
    hand.fingers("touchStart", places[0])
    page.wait_for_timeout(500)  # the second finger takes its time
    hand.fingers("touchStart", *places)
    for step in range(1, 8):
        hand.fingers("touchMove", *[(x, y - 0.08 * step) for x, y in places])
    hand.fingers("touchEnd")
    page.wait_for_function("scrollY > 50")
    assert ink(page) == before


@touching
def test_a_finger_that_rests_before_it_draws_gets_no_menu(page: Page):
    touch: dict[str, int | str] = {"pointerType": "touch", "button": 0, "buttons": 1}
    pointer(page, "pointerdown", 0.5, 0.2, **touch)
    menu = "new MouseEvent('contextmenu', { bubbles: true, cancelable: true })"
    assert page.evaluate(f"document.querySelector('[data-testid=pad]').dispatchEvent({menu})") is False
    pointer(page, "pointermove", 0.5, 0.8, **touch)
    assert ink(page) == [[[0.5, 0.2], [0.5, 0.8]]]


@touching
def test_a_finger_that_has_long_been_drawing_keeps_its_stroke(page: Page):
    hand = Hand(page)
    hand.fingers("touchStart", (0.5, 0.2))
    for step in range(1, 8):
        hand.fingers("touchMove", (0.5, 0.2 + 0.08 * step))
        page.wait_for_timeout(80)
    hand.fingers("touchStart", (0.5, 0.76), (0.8, 0.8))
    hand.fingers("touchEnd")
    assert len(ink(page)) == 1
    assert ink(page)[0][-1][1] == pytest.approx(0.76, abs=0.01)


@pytest.mark.parametrize("key", ["Control+z", "Delete"])
def test_what_else_changes_the_ink_ends_the_open_stroke(page: Page, key: str):
    draw(page, ONE)
    hand = Hand(page)
    page.mouse.move(*hand.at(0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*hand.at(0.25, 0.3), steps=3)
    page.keyboard.press(key)
    left = ink(page)
    assert len(left) == (1 if key == "Control+z" else 0)
    page.mouse.move(*hand.at(0.2, 0.8), steps=6)
    page.mouse.up()
    assert ink(page) == left
    draw(page, SEVEN)  # and the next one is drawn
    assert len(ink(page)) == len(left) + 1


def test_a_dot_is_seen_wherever_it_counts(page: Page):
    draw(page, [[[0.5, 0.5]]])
    settled(page)
    painted = pixels(page, "pad")[3::4]
    side = len(painted) ** 0.5
    assert sum(alpha > 128 for alpha in painted) == pytest.approx(3.14 * (0.025 * side) ** 2, rel=0.1)


def test_what_leaves_the_pad_does_not_count(page: Page):
    hand = Hand(page)
    page.mouse.move(*hand.at(0.5, 0.5))
    page.mouse.down()
    for place in [(1.3, 0.5), (1.3, 0.7), (0.6, 0.7), (0.4, 0.7)]:
        page.mouse.move(*hand.at(*place), steps=12)
    page.mouse.up()
    first, second = ink(page)
    assert first[-1] == pytest.approx([1, 0.5], abs=0.01)
    assert second[0] == pytest.approx([1, 0.7], abs=0.01)
    assert all(0 <= value <= 1 for stroke in (first, second) for point in stroke for value in point)
    asked = page.evaluate(ASKED)
    page.mouse.down()
    page.mouse.move(*hand.at(1.2, 0.7))
    gone = page.evaluate(ASKED)
    page.mouse.move(*hand.at(1.4, 0.9), steps=9)
    page.mouse.up()
    assert page.evaluate(ASKED) == gone != asked  # what is not seen is not told
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # for the hand, it was one stroke
    assert ink(page) == []


def test_a_pen_that_flies_off_the_pad_leaves_no_line_behind(page: Page):
    corners = np.array(SEVEN[0])
    dense = np.concatenate([np.linspace(a, b, 4)[:-1] for a, b in itertools.pairwise(corners)] + [corners[-1:]])
    draw(page, [dense.tolist()])
    written = ink(page)
    page.keyboard.press("Control+z")
    draw(page, [[*dense.tolist(), [0.11, 0.93], [-0.2, 1.02], [-0.5, 1.1]]])
    assert ink(page) == written
    expect_prediction(page, "7")


def test_the_right_button_ends_a_stroke(page: Page):
    pointer(page, "pointerdown", 0.5, 0.2, button=0, buttons=1)
    pointer(page, "pointermove", 0.5, 0.6, button=-1, buttons=1)
    pointer(page, "pointermove", 0.5, 0.6, button=0, buttons=2)
    pointer(page, "pointermove", 0.9, 0.9, button=-1, buttons=2)
    assert ink(page) == [[[0.5, 0.2], [0.5, 0.6]]]


def test_a_pens_other_end_erases_the_strokes_that_it_touches(page: Page):
    draw(page, [[[0.2, 0.2], [0.2, 0.8]], [[0.5, 0.2], [0.5, 0.8]], [[0.8, 0.2], [0.8, 0.8]]])
    drawn = ink(page)
    pen = {"pointerType": "pen"}
    pointer(page, "pointerdown", 0.1, 0.5, button=5, buttons=32, **pen)
    assert ink(page) == drawn
    pointer(page, "pointermove", 0.6, 0.5, button=-1, buttons=32, **pen)
    pointer(page, "pointerup", 0.6, 0.5, button=5, buttons=0, **pen)
    assert ink(page) == drawn[2:]
    page.keyboard.press("Control+z")
    assert ink(page) == drawn


def test_one_stroke_past_the_limit_ends_with_its_sentence_and_an_answer(page: Page):
    page.evaluate(
        """async () => {
            const pad = document.querySelector('[data-testid=pad]');
            const { left, top, width, height } = pad.getBoundingClientRect();
            const send = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerId: 5,
                isPrimary: true, buttons: 1, clientX: left + x * width, clientY: top + y * height }));
            send('pointerdown', 0.5, 0.2);
            for (let i = 0; i < 20500; i += 1) {
                send('pointermove', 0.5 + (i % 2) / 100, 0.2 + i / 34000);
                if (i % 500 === 0) await new Promise(requestAnimationFrame);
            }
            send('pointerup', 0.5, 0.8);
        }"""
    )
    assert sum(map(len, ink(page))) == 20_000
    sentence = "The pad is full. Clear it, or undo a few strokes, to draw on."
    expect_prediction(page, "1")
    page.wait_for_function("text => document.querySelector('[data-testid=status]').textContent === text", arg=sentence)
    until(page, UP_TO_DATE)
    page.keyboard.press("Control+z")
    settled(page)


@pytest.mark.parametrize(("key", "code", "undoes"), [("я", "KeyZ", True), ("ζ", "KeyZ", True), ("y", "KeyZ", False)])
def test_undo_by_the_keys_place_where_the_layout_has_no_z(page: Page, key: str, code: str, undoes: bool):
    draw(page, ONE)
    page.evaluate(
        "([key, code]) => document.dispatchEvent(new KeyboardEvent('keydown', { key, code, ctrlKey: true }))",
        [key, code],
    )
    assert (ink(page) == []) == undoes


def test_the_ink_stays_sharp_when_the_screen_changes(page: Page):
    # A browser tells of another screen, or of zoom, by the media query of its resolution.
    page.add_init_script(
        """window.asked = [];
        const ask = window.matchMedia.bind(window);
        window.matchMedia = (query) => { const list = ask(query); asked.push([query, list]); return list; };"""
    )
    page.reload()
    page.wait_for_selector("[data-testid=status][data-kind=ready]")
    draw(page, ONE)
    before = page.evaluate("document.querySelector('[data-testid=pad]').width")
    for ratio in (2, 3):
        page.evaluate(
            """(ratio) => {
                const of = (value) => asked.filter(([query]) => query === `(resolution: ${value}dppx)`);
                const lists = of(devicePixelRatio);
                Object.defineProperty(window, 'devicePixelRatio', { value: ratio, configurable: true });
                for (const [, list] of lists) list.dispatchEvent(new Event('change'));
            }""",
            ratio,
        )
        width = "w => document.querySelector('[data-testid=pad]').width === w"
        page.wait_for_function(width, arg=before * ratio)
