"""The sweep: `python -m tests.bench.lines` prints a table and fails when a bound is missed.

One pass over a wide picture against the separate windows it replaces, in turns in one run; answers a second on
the wide pad while the pen moves.
"""

from __future__ import annotations

import statistics
import sys
import time

import torch
from playwright.sync_api import sync_playwright

import lenet
from demo import examples
from lenet.line.detect import read_line
from lenet.line.sweep import STRIDE, sweep
from tests.bench.live import p95, paced
from tests.bench.table import told
from tests.browser.acting import FLAGS, watch
from tests.browser.conftest import executable
from tests.serving import Server

WIDTH = 140
ROUNDS = 300
LINE = examples.LINES[0]["strokes"]


def milliseconds(call) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


@torch.inference_mode()
def passes() -> tuple[list[float], list[float]]:
    """Milliseconds of a wide pass and of its windows, as one batch, in turns."""
    model = lenet.load("scan")
    picture = torch.rand(1, 1, 28, WIDTH)
    windows = picture.unfold(3, 28, STRIDE)[0, 0].permute(1, 0, 2)[:, None].contiguous()  # (29, 1, 28, 28)
    wide, apart = [], []
    for _ in range(ROUNDS):
        wide.append(milliseconds(lambda: sweep(model, picture)))
        apart.append(milliseconds(lambda: model(windows)))
    return wide[20:], apart[20:]


def main() -> int:
    torch.set_num_threads(1)
    wide, apart = passes()
    whole = [milliseconds(lambda: read_line(LINE)) for _ in range(40)][5:]
    with Server() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch(page, server).open()
        page.get_by_role("tab", name="Many digits").click()
        page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
        page.evaluate("() => { window.scans = 0; document.addEventListener('lenet:scanned', () => (scans += 1)); }")
        paced(page, LINE, "line-pad")
        page.evaluate("scans = 0")
        page.keyboard.press("Delete")
        began = time.perf_counter()
        paced(page, LINE, "line-pad")
        rate = page.evaluate("scans") / (time.perf_counter() - began)
        browser.close()
    ratio = statistics.median(wide) / statistics.median(apart)
    rows = [
        (f"one pass over {WIDTH} pixels / its {(WIDTH - 28) // STRIDE + 1} windows as a batch",
         f"{statistics.median(wide):.2f} / {statistics.median(apart):.2f} ms = {ratio:.2f}", "1/3", ratio <= 1 / 3),
        ("reading a line of four digits by strokes and sweep, median", f"{statistics.median(whole):.0f} ms", "", True),
        ("the same, 95th percentile", f"{p95(whole):.0f} ms", "", True),
        ("answers a second while the pen writes them", f"{rate:.0f}", "20", rate >= 20),
    ]  # fmt: skip
    return told(rows)


if __name__ == "__main__":
    sys.exit(main())
