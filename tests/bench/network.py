"""How live the page is at the end of a network: answers while one draws, and how long the last one takes.

`python -m tests.bench.network` draws a digit of 120 moves in two seconds through the browser's own network emulation,
over HTTP/1.1 straight to the app, and over HTTP/2 by way of nginx; beside it the plain Gradio demo, whose answer comes
when the pen is up, and whose page comes before the network is slowed. It prints a table and checks the bounds; with
--readme the table goes into README.md too.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from playwright.async_api import Browser, async_playwright

from tests.bench.live import _CLOCK, _PLAIN, DRAWINGS, drawn_and_lifted
from tests.browser.acting import FLAGS, Strokes
from tests.browser.conftest import executable
from tests.proxy import lacking, nginx
from tests.readme import fill
from tests.serving import Server

MOVES = 120


@dataclass(frozen=True)
class Network:
    """A way to the server: milliseconds there and back, Mbit/s down and up; and what must be reached on it.

    rates: answers a second over HTTP/2 and HTTP/1.1. late: ms from pen-up to the last answer, over the way's own.
    """

    name: str
    latency: float
    down: float = 0
    up: float = 0
    rates: tuple[float, float] = (0, 0)
    late: float | None = None

    @property
    def conditions(self) -> dict[str, object]:
        """As Chromium takes them, in bytes a second."""
        down, up = (rate * 1e6 / 8 if rate else -1 for rate in (self.down, self.up))
        return {"offline": False, "latency": self.latency, "downloadThroughput": down, "uploadThroughput": up}


NETWORKS = (
    Network("none", 0),
    Network("50 ms, 20/5 Mbit/s", 50, 20, 5),
    Network("100 ms, 20/5", 100, 20, 5, (55, 45), 15),
    Network("150 ms, 9/1.5 (good 4G)", 150, 9, 1.5, (50, 30), 20),
    Network("200 ms, 1.6/0.75 (poor 4G)", 200, 1.6, 0.75, (25, 20), 60),
)

_PAINTED = """window.painted = []; window.asked = []; window.up = 0;
document.addEventListener('lenet:painted', () => painted.push(performance.now()));
addEventListener('pointerup', () => { up = performance.now(); }, true);
addEventListener('pointerdown', () => { window.down = performance.now(); }, true);"""
# Answers a second while the pen was down, and from its lift to the last answer.
_SEEN = """[painted.filter((at) => at > down && at < up).length / ((up - down) / 1000), painted.at(-1) - up]"""


@dataclass(frozen=True)
class Seen:
    """Medians over rounds: answers a second while drawing, ms from pen-up to the last; bytes of the largest
    request, and of an answer with its head."""

    rate: float
    late: float
    asked: float
    answered: float


def one_stroke(strokes: Strokes) -> Strokes:
    """A drawing as one stroke of MOVES points."""
    points = np.concatenate([np.asarray(stroke) for stroke in strokes])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], MOVES + 1)
    return [np.stack([np.interp(at, along, axis) for axis in points.T], 1).tolist()]


async def drawn(browser: Browser, url: str, network: Network, rounds: int) -> Seen:
    """Draw on the page over a network."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, ignore_https_errors=True)
    page = await context.new_page()
    await page.add_init_script(_PAINTED)
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", network.conditions)
    await page.goto(url, timeout=120_000)
    await page.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=120_000)
    asked: list[int] = []
    answered: list[float] = []
    page.on("request", lambda made: asked.append(len(made.post_data or "")) if "/live/" in made.url else None)
    live: set[str] = set()
    session.on(
        "Network.requestWillBeSent",
        lambda event: live.add(event["requestId"]) if "/live/" in event["request"]["url"] else None,
    )
    session.on(
        "Network.loadingFinished",
        lambda event: answered.append(event["encodedDataLength"]) if event["requestId"] in live else None,
    )
    seen = []
    for number in range(rounds + 1):
        await drawn_and_lifted(page, one_stroke(DRAWINGS[number % len(DRAWINGS)]))
        await page.wait_for_timeout(500 + 4 * network.latency)
        if number:  # the first warms up
            seen.append(await page.evaluate(_SEEN))
        await page.keyboard.press("Delete")
        await page.wait_for_timeout(500 + 4 * network.latency)
        await page.evaluate("painted = []")
    await context.close()
    rates, late = zip(*seen)
    return Seen(statistics.median(rates), statistics.median(late), max(asked), statistics.median(answered))


async def plain(browser: Browser, url: str, network: Network, rounds: int) -> float:
    """Milliseconds from pen-up to the plain demo's answer."""
    waits = []
    for number in range(rounds):
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        await page.add_init_script(_CLOCK + _PLAIN)
        await page.goto(url)
        canvas = page.locator("canvas").first
        await canvas.wait_for(timeout=60_000)
        await page.wait_for_timeout(2_000)
        await page.click("button[aria-label=Brush]")
        session = await context.new_cdp_session(page)
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", network.conditions)
        box = await canvas.bounding_box()
        assert box
        side = min(box["width"], box["height"]) * 0.5
        left, top = box["x"] + box["width"] / 2 - side / 2, box["y"] + box["height"] / 2 - side / 2
        points = [(left + x * side, top + y * side) for x, y in DRAWINGS[number % len(DRAWINGS)][0][::2]]
        await page.mouse.move(*points[0])
        await page.mouse.down()
        for point in points[1:]:
            await page.mouse.move(*point)
        await page.mouse.up()
        await page.wait_for_function("() => changed > up", timeout=60_000)
        waits.append(await page.evaluate("changed - up"))
        await context.close()
    return statistics.median(waits)


async def measure(rounds: int) -> tuple[list[list[str]], list[str]]:
    """Rows of the table, and which bounds are missed."""
    rows: list[list[str]] = []
    missed = [f"HTTP/2: needs {name}" for name in lacking(encrypted=True)]
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(server) for server in (Server(), Server(["tests/bench/plain.py"])))
        proxied = None if missed else stack.enter_context(nginx(ours, encrypted=True))
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=executable(), args=FLAGS)
            for network in NETWORKS:
                first = await drawn(browser, ours.url, network, rounds)
                second = await drawn(browser, proxied, network, rounds) if proxied else None
                waited = await plain(browser, theirs.url, network, min(rounds, 3))
                over = [seen.late - network.latency if seen else None for seen in (second, first)]
                row = [
                    network.name,
                    f"{second.rate:.0f}" if second else "",
                    f"{first.rate:.0f}",
                    *(f"{late:.0f} ms" if late is not None else "" for late in over),
                    f"{waited - network.latency:.0f} ms",
                ]
                rows.append(row)
                print(" | ".join(row), f"| {first.asked} asked, {first.answered:.0f} answered", flush=True)
                for seen, wanted, way in zip((second, first), network.rates, ("HTTP/2", "HTTP/1.1"), strict=True):
                    if seen and seen.rate < wanted:
                        missed.append(f"{network.name}: {seen.rate:.0f} of {wanted} answers a second over {way}")
                for late, way in zip(over, ("HTTP/2", "HTTP/1.1"), strict=True):
                    if late is not None and network.late is not None and late > network.late:
                        missed.append(f"{network.name}: the last {late:.0f} ms late over {way}, not {network.late}")
                if first.asked > 1_000 or first.answered > 3_000 + 300:  # with the head
                    missed.append(f"{network.name}: {first.asked} bytes asked, {first.answered:.0f} answered")
            await browser.close()
    return rows, missed


def table(rows: list[list[str]]) -> str:
    head = ["network", "answers a second, HTTP/2", "HTTP/1.1", "pen-up to the last, over the way, HTTP/2", "HTTP/1.1"]
    head.append("plain demo")
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="drawings on each network")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    rows, missed = asyncio.run(measure(options.rounds))
    print(table(rows))
    print("\n".join(missed) or "All bounds hold.")
    if options.readme:
        fill("network", table(rows))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
