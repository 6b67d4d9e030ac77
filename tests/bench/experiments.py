"""From a control of the third tab to what it changes: `python -m tests.bench.experiments` prints a table, and fails
when a bound is missed.

Of every experiment one control is moved to and fro; counted is the time from its event to the frame that shows the
answer, and what of it the server works.
"""

from __future__ import annotations

import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from demo.experiments import EXPERIMENTS
from tests.bench.live import DRAWINGS
from tests.bench.table import told
from tests.browser.acting import FLAGS, draw, expect_prediction, tried_all, watch
from tests.browser.conftest import executable
from tests.serving import Server

ROUNDS = 30
MOST = 100  # ms, median
# Of each, the control, the values it gets by turns (none: it is pressed), and the event that tells of an answer.
CONTROLS: dict[str, tuple[str, list[str], str]] = {
    "push": ("push-at", ["3", "-4"], "lenet:tried"),
    "mirror": ("mirror-way", ["down", "across"], "lenet:tried"),
    "apart": ("apart-map", ["1", "2"], "lenet:tried"),
    "kernel": ("kernel-weights-12", ["ArrowUp", "ArrowDown"], "lenet:tried"),
    "pixels": ("pixels-find", [], "lenet:tried"),
    "mattered": ("mattered-side", ["3", "7"], "lenet:tried"),
    "mind": ("mind-at", ["20", "30"], "lenet:painted"),
    "prepared": ("prepared-crop", [], "lenet:tried"),
    "wants": ("wants-map", ["1", "2"], "lenet:tried"),
    "teach": ("teach-go", [], "lenet:tried"),
}

_MOVED = """([id, value, event]) => new Promise((done, failed) => {
  const control = document.querySelector(`[data-testid=${id}]`);
  setTimeout(() => failed(new Error(`${id} does nothing`)), 5000);
  document.addEventListener(event, () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now() - began);
    channel.port2.postMessage(0); // once the frame is painted
  }), { once: true });
  const began = performance.now();
  if (value === null) control.click();
  else if (value.startsWith('Arrow'))
    control.dispatchEvent(new KeyboardEvent('keydown', { key: value, bubbles: true }));
  else {
    control.value = value;
    control.dispatchEvent(new Event(control.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  }
})"""


def moved(page: Page, name: str) -> list[float]:
    """Milliseconds from a control's event to the painted answer, of each round."""
    control, values, event = CONTROLS[name]
    page.get_by_test_id(f"experiment-{name}").scroll_into_view_if_needed()
    page.get_by_test_id(control).scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    waits = []
    for i in range(ROUNDS):
        waits.append(page.evaluate(_MOVED, [control, values[i % len(values)] if values else None, event]))
        page.wait_for_timeout(100)
    return waits


def main() -> int:
    rows = []
    with Server() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        seen = watch(browser.new_page(viewport={"width": 1280, "height": 800}), server)
        seen.open()
        draw(seen.page, DRAWINGS[2])
        expect_prediction(seen.page, "8")
        seen.page.get_by_role("tab", name="Experiments").click()
        tried_all(seen.page)
        seen.page.get_by_test_id("teach-keep").click()
        for name in EXPERIMENTS:
            waits = sorted(moved(seen.page, name))
            middle, late = statistics.median(waits), waits[int(0.95 * len(waits))]
            rows.append((name, f"{middle:.0f} ms, 95 % within {late:.0f}", f"{MOST} ms", middle <= MOST))
        browser.close()
    return told(rows)


if __name__ == "__main__":
    sys.exit(main())
