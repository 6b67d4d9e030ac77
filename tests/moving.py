"""Films the running page for README: `python -m tests.moving` draws a digit, opens a cell, and writes demo/static/."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from demo import examples
from lenet import rasterize
from lenet.recognize import trace
from tests.browser.acting import FLAGS, expect_prediction, placed, watch
from tests.browser.conftest import executable
from tests.serving import ROOT, Server

FILM = ROOT / "demo" / "static" / "moving.webp"
SIZE = (960, 600)
_EVERY, _STEP, _HOLD = 3, 90, 2_500  # points of the pen between two pictures; milliseconds of each, and of the last


def _seen(page: Page) -> Image.Image:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def _strongest(maps: np.ndarray) -> list[int]:
    """Map, row and column of the strongest cell in the middle of maps (n, rows, columns)."""
    middle = maps[:, 3:-3, 3:-3]
    map_, row, column = np.unravel_index(middle.argmax(), middle.shape)
    return [int(map_), int(row) + 3, int(column) + 3]


def film(page: Page) -> tuple[list[Image.Image], list[int]]:
    """Pictures, and for how many milliseconds each is shown: a 7 is drawn, then a cell of C3 is opened."""
    frames, times = [_seen(page)], [600]
    box = page.locator("[data-testid=pad]").bounding_box()
    assert box
    seven = next(example["strokes"] for example in examples.DIGITS if example["name"] == "a 7")
    for points in placed(box, seven):
        page.mouse.move(*points[0])
        page.mouse.down()
        for number, point in enumerate(points[1:], 1):
            page.mouse.move(*point)
            if number % _EVERY == 0 or number == len(points) - 1:
                page.wait_for_timeout(60)
                frames.append(_seen(page))
                times.append(_STEP)
        page.mouse.up()
    expect_prediction(page, "7")
    times[-1] = _HOLD // 2
    map_, row, column = _strongest(trace(rasterize(seven)).output["C3"][0].numpy())
    maps = page.get_by_test_id(f"map-C3-{map_}").bounding_box()
    assert maps
    page.mouse.click(maps["x"] + (column + 0.5) / 10 * maps["width"], maps["y"] + (row + 0.5) / 10 * maps["height"])
    page.get_by_test_id("explain-title").wait_for()
    for pause in (150, 150, 600):
        page.wait_for_timeout(pause)
        frames.append(_seen(page))
        times.append(_STEP)
    times[-1] = _HOLD
    return frames, times


def main(path: Path = FILM) -> None:
    with Server() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch(page, server).open()
        page.wait_for_timeout(500)
        frames, times = film(page)
        browser.close()
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=times, loop=0, quality=60, method=6)


if __name__ == "__main__":
    main()
