"""Networks of one's own beside the bundled one: `python -m tests.bench.own` prints a table and fails when a bound is
missed.

From choosing a file to live answers; live rate and last answer, by turns with the bundled network and with an own
one of its size; from the slider's move to all maps painted. The file has the bundled weights, under other names.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import torch
from playwright.sync_api import Page, sync_playwright

import lenet
from tests.bench.explore import live_rate
from tests.bench.live import DRAWINGS
from tests.bench.table import told
from tests.browser.acting import FLAGS, draw, expect_prediction, watch
from tests.browser.conftest import executable
from tests.serving import Server

ROUNDS = 5

# Milliseconds from an event to the answer that is painted after it.
_MOVED = """window.moved = 0;
addEventListener('pointermove', (e) => { if (e.buttons) moved = performance.now(); }, true);
document.addEventListener('lenet:painted', () => { window.answered = performance.now(); });"""
_SCRUB = """(moment) => new Promise((done) => {
  const slider = document.querySelector('[data-testid=moments]');
  const began = performance.now();
  document.addEventListener('lenet:painted', () => done(performance.now() - began), { once: true });
  slider.value = String(moment);
  slider.dispatchEvent(new Event('input'));
})"""
_OPENED = """() => new Promise((done) => {
  const input = document.querySelector('[data-testid=network-file]');
  input.addEventListener('change', () => {
    const began = performance.now();
    document.addEventListener('lenet:painted', () => done(performance.now() - began), { once: true });
  }, { once: true });
})"""


def pen_up(page: Page) -> float:
    """Milliseconds from the pen's last movement to the painted answer to all ink, median over the drawings."""
    waits = []
    for strokes in DRAWINGS:
        page.keyboard.press("Delete")
        page.wait_for_timeout(200)
        draw(page, strokes)
        page.wait_for_timeout(300)
        waits.append(page.evaluate("answered - moved"))
    return statistics.median(waits)


def main() -> int:
    renamed = {f"layer{i}.{end}": getattr(getattr(lenet.load(), name), end) for i, name in
               enumerate(("C1", "C3", "C5", "F6", "output")) for end in ("weight", "bias")}  # fmt: skip
    with Server() as server, sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        seen = watch(browser.new_page(viewport={"width": 1280, "height": 800}), server)
        seen.page.add_init_script(_MOVED)
        seen.open()
        page = seen.page
        draw(page, DRAWINGS[2])
        expect_prediction(page, "8")
        opened = []
        for i in range(ROUNDS + 1):  # the first loads what opens files
            file = Path(folder) / f"mine{i}.pth"
            torch.save({**{name: each.detach() * (1 + i / 1e4) for name, each in renamed.items()}}, file)
            page.evaluate(f"window.opening = ({_OPENED})(); 0")
            page.set_input_files("[data-testid=network-file]", file)
            opened.append(page.evaluate("opening"))
        first, *others = opened
        own = page.locator("[data-testid=network]").input_value()
        rates: dict[str, list[float]] = {"": [], own: []}
        lifts: dict[str, list[float]] = {"": [], own: []}
        for _ in range(ROUNDS):
            for network in ("", own):
                page.select_option("[data-testid=network]", network)
                page.wait_for_timeout(500)
                lifts[network].append(pen_up(page))
                rates[network].append(live_rate(page))
        page.select_option("[data-testid=network]", "moments")
        page.wait_for_timeout(1000)
        scrub = []
        for i in range(40):
            scrub.append(page.evaluate(_SCRUB, (7 * i + 1) % 20))
            page.wait_for_timeout(300 if i % 5 == 0 else 50)
        browser.close()
    rate = statistics.median(rates[own]) / statistics.median(rates[""])
    lift, bundled = statistics.median(lifts[own]), statistics.median(lifts[""])
    rows = [
        ("from a file of 250 kB to live answers, the first", f"{first:.0f} ms", "600 ms", first <= 600),
        ("the same, median of the next", f"{statistics.median(others):.0f} ms", "600 ms", max(others) <= 600),
        ("live rate, own / bundled", f"{rate:.2f}", "0.9", rate >= 0.9),
        ("last movement to painted, own / bundled", f"{lift:.1f} / {bundled:.1f} ms", "1.1", lift <= 1.1 * bundled),
        ("from the slider to all maps painted, median", f"{statistics.median(scrub):.0f} ms", "40 ms",
         statistics.median(scrub) <= 40),
    ]  # fmt: skip
    return told(rows)


if __name__ == "__main__":
    sys.exit(main())
