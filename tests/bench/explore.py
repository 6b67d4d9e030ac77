"""Opening cells: `python -m tests.bench.explore` prints a table and fails when a bound is missed.

Hover to outline, pin to the full sum, and the live rate with a cell pinned against without, in one run.
"""

from __future__ import annotations

import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from tests.bench.live import DRAWINGS, p95, paced
from tests.bench.table import told
from tests.browser.acting import FLAGS, draw, expect_prediction, watch
from tests.browser.conftest import executable
from tests.serving import Server

ROUNDS = 40

# Milliseconds from the event to the frame after the change it makes, measured in the page.
_HOVER = """(target) => new Promise((done) => {
  const map = document.querySelector(`[data-testid=${target}]`), box = map.getBoundingClientRect();
  const began = performance.now();
  map.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerType: 'mouse',
    clientX: box.left + box.width * Math.random(), clientY: box.top + box.height * Math.random() }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
})"""
_PIN = """(target) => new Promise((done) => {
  const map = document.querySelector(`[data-testid=${target}]`), box = map.getBoundingClientRect();
  const terms = document.querySelector('[data-testid=explain-terms]');
  const began = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  }).observe(terms, { childList: true });
  map.dispatchEvent(new MouseEvent('click', { bubbles: true,
    clientX: box.left + box.width * Math.random(), clientY: box.top + box.height * Math.random() }));
})"""


def live_rate(page: Page) -> float:
    """Answers painted a movement of the pen."""
    page.evaluate(
        "() => { window.before = painted.length; window.moves = 0;"
        " window.count ??= addEventListener('pointermove', (e) => { if (e.buttons) moves += 1; }, true) ?? true; }"
    )
    for strokes in DRAWINGS:
        paced(page, strokes)
    page.wait_for_timeout(300)
    return page.evaluate("(painted.length - before) / moves")


def main() -> int:
    with Server() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        seen = watch(browser.new_page(viewport={"width": 1280, "height": 800}), server)
        seen.open()
        page = seen.page
        draw(page, DRAWINGS[2])
        expect_prediction(page, "8")
        calls: list[str] = []
        page.on("request", lambda request: calls.append(request.url))
        hover = [page.evaluate(_HOVER, f"map-C3-{i % 16}") for i in range(ROUNDS)]
        called = len(calls)
        pin = [page.evaluate(_PIN, f"map-C3-{i % 16}") for i in range(ROUNDS)]
        for _ in range(ROUNDS + 1):
            page.keyboard.press("Escape")
        free = live_rate(page)
        page.evaluate(_PIN, "map-C3-3")
        pinned = live_rate(page)
        browser.close()
    rows = [
        ("hover to outline, median", f"{statistics.median(hover):.0f} ms", "33 ms", statistics.median(hover) <= 34),
        ("server calls for hovering", str(called), "none", called == 0),
        ("pin to full sum, median", f"{statistics.median(pin):.0f} ms", "40 ms", statistics.median(pin) <= 40),
        ("the same, 95th percentile", f"{p95(pin):.0f} ms", "", True),
        ("live rate pinned / free", f"{pinned / free:.2f}", "0.9", pinned >= 0.9 * free),
    ]
    return told(rows)


if __name__ == "__main__":
    sys.exit(main())
