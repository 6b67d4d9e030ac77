"""This app beside a plain Gradio digit demo, in one run on one machine: speed, load, memory.

`python -m tests.bench.live` prints a table and checks it against the project's bounds; with --readme the
table goes into README.md too. Ratios matter, not milliseconds: both apps share the machine's noise.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import statistics
import sys
import time
import zlib
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import torch
from PIL import Image, ImageDraw
from playwright.async_api import Page as AsyncPage
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, sync_playwright

from demo import digit
from tests.browser.acting import FLAGS, Strokes, digit_on_pad, placed
from tests.browser.conftest import executable
from tests.readme import fill
from tests.serving import Server

CLIENTS = 32
MOST_PLAIN = 6  # drawings in the plain demo, which takes its time
DRAWINGS = [digit_on_pad(label, 4, every=1) for label in (7, 3, 8, 4, 2)]


@dataclass
class Row:
    """One line of the table: ours, the plain demo's, the bound in words, and whether it holds, where there is one."""

    what: str
    ours: str
    plain: str
    bound: str
    holds: bool | None


def p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


def start(server: Server) -> float:
    """Seconds from the start of the process to its first answer."""
    began = time.perf_counter()
    server.start()
    return time.perf_counter() - began


# When the pen was lifted, when the answer was in the page, and when the next animation frame began, which shows it.
_CLOCK = """window.up = window.changed = window.shown = 0;
addEventListener('pointerup', () => { up = performance.now(); changed = shown = 0; }, true);
window.change = () => {
  changed = performance.now();
  requestAnimationFrame(() => { shown = performance.now(); });
};"""
_OURS = """window.moves = window.paints = 0;
addEventListener('pointermove', (e) => { if (e.buttons) moves += 1; }, true);
document.addEventListener('lenet:painted', () => { paints += 1; change(); });"""
_PLAIN = """let before;
new MutationObserver(() => {
  const label = document.querySelector('.output-class')?.parentElement.textContent;
  if (label !== before && up && !changed) change();
  before = label;
}).observe(document, { subtree: true, childList: true, characterData: true });"""
_WAITED = "[changed - up, shown - up]"


@dataclass
class Waits:
    """Milliseconds from the lift of the pen to the answer in the page, and to the frame that shows it."""

    painted: list[float]
    shown: list[float]

    @classmethod
    def of(cls, pairs: list[list[float]]) -> Waits:
        assert all(0 < painted <= shown for painted, shown in pairs), pairs
        return cls(*map(list, zip(*pairs)))


async def pen_up_ours(server: Server, rounds: int) -> tuple[Waits, float]:
    """Waits for the answer to all ink, with every layer painted; share of moves answered.

    The pen is lifted with its last movement, so that no answer to all ink can come before.
    """
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=executable(), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.add_init_script(_CLOCK + _OURS)
        await page.goto(server.url)
        await page.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=60_000)
        waits = []
        moves = painted = 0
        for round_ in range(rounds + 1):
            await page.evaluate("moves = 0; paints = 0")
            await drawn_and_lifted(page, DRAWINGS[round_ % len(DRAWINGS)])
            await page.wait_for_timeout(300)
            if round_:  # the first warms up
                waits.append(await page.evaluate(_WAITED))
                moves += await page.evaluate("moves")
                painted += await page.evaluate("paints")
            await page.keyboard.press("Delete")
            await page.wait_for_timeout(200)
        await browser.close()
    return Waits.of(waits), painted / moves


async def drawn_and_lifted(page: AsyncPage, strokes: Strokes) -> None:
    """Draw at about 60 movements a second; each stroke's last movement and the lift are sent together."""
    box = await page.locator("[data-testid=pad]").bounding_box()
    assert box
    session = await page.context.new_cdp_session(page)
    for points in placed(box, strokes):
        await page.mouse.move(*points[0])
        await page.mouse.down()
        due = time.perf_counter()
        for point in points[1:-1]:
            due += 1 / 60
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await page.mouse.move(*point)
        await asyncio.sleep(max(0.0, due + 1 / 60 - time.perf_counter()))
        last = {"x": points[-1][0], "y": points[-1][1], "button": "left"}
        move = session.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "buttons": 1, **last})
        lift = session.send("Input.dispatchMouseEvent", {"type": "mouseReleased", "clickCount": 1, **last})
        await asyncio.gather(move, lift)


def paced(page: Page, strokes: Strokes, pad: str = "pad") -> None:
    """Draw at about 60 movements a second, as a pen does."""
    box = page.locator(f"[data-testid={pad}]").bounding_box()
    assert box
    for points in placed(box, strokes):
        page.mouse.move(*points[0])
        page.mouse.down()
        due = time.perf_counter()
        for point in points[1:]:
            due += 1 / 60
            time.sleep(max(0.0, due - time.perf_counter()))
            page.mouse.move(*point)
        page.mouse.up()


def pen_up_plain(browser: Browser, server: Server, rounds: int) -> Waits:
    """Waits for the changed label of the plain demo; its pictures of the maps are fetched only then."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(_CLOCK + _PLAIN)
    waits = []
    # A fresh page for each drawing: ink added to a full pad may change nothing, and clearing wants the tool again.
    for round_ in range(min(rounds, MOST_PLAIN) + 1):
        page.goto(server.url)
        canvas = page.locator("canvas").first
        canvas.wait_for(timeout=60_000)
        page.wait_for_timeout(2_000)
        page.click("button[aria-label=Brush]")
        box = canvas.bounding_box()
        assert box
        side = min(box["width"], box["height"]) * 0.5
        left, top = box["x"] + box["width"] / 2 - side / 2, box["y"] + box["height"] / 2 - side / 2
        points = [(left + x * side, top + y * side) for x, y in DRAWINGS[round_ % len(DRAWINGS)][0][::2]]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
        page.wait_for_function("() => shown > up", timeout=60_000)
        if round_:
            waits.append(page.evaluate(_WAITED))
    page.close()
    return Waits.of(waits)


async def load_ours(server: Server, answers: int, clients: int = CLIENTS) -> tuple[float, int]:
    """Answers a second of closed-loop clients over plain HTTP, and bytes of one answer."""
    bodies = []
    for number, ink in enumerate(DRAWINGS):
        body = json.dumps({"ink": [np.round(s, 4).tolist() for s in ink], "sequence": number}).encode()
        head = (
            f"POST /gradio_api/live/see HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept-Encoding: deflate\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        bodies.append(head.encode() + body)
    sizes: list[int] = []

    async def client(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for i in range(count):
            writer.write(bodies[i % len(bodies)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(
                int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            answer = await reader.readexactly(length)
            assert b'"error"' not in zlib.decompressobj().decompress(answer, 200)
            sizes.append(len(answer))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(answers // clients) for _ in range(clients)))
    return len(sizes) / (time.perf_counter() - began), max(sizes)


async def load_plain(server: Server, answers: int) -> float:
    """Answers a second of the plain demo for the same number of clients."""
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(90, 60), (210, 60), (135, 240)], fill="black", width=16)
    file = io.BytesIO()
    picture.save(file, "PNG")
    limits = httpx.Limits(max_connections=2 * CLIENTS)
    async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=limits) as http:
        upload = await http.post("gradio_api/upload", files={"files": ("ink.png", file.getvalue(), "image/png")})
        image = {"path": upload.json()[0], "meta": {"_type": "gradio.FileData"}}
        body: dict[str, Any] = {"data": [{"background": None, "layers": [], "composite": image}]}

        async def client(count: int) -> None:
            for _ in range(count):
                event = (await http.post("gradio_api/call/read", json=body)).json()["event_id"]
                answer = await http.get(f"gradio_api/call/read/{event}")
                assert "event: complete" in answer.text, answer.text[:200]

        began = time.perf_counter()
        await asyncio.gather(*(client(answers // CLIENTS) for _ in range(CLIENTS)))
    return answers // CLIENTS * CLIENTS / (time.perf_counter() - began)


def server_time(rounds: int = 400) -> list[float]:
    """Milliseconds of `see` itself, without HTTP."""
    torch.set_num_threads(1)

    async def timed() -> list[float]:
        times = []
        for i in range(rounds):
            request = {"ink": DRAWINGS[i % len(DRAWINGS)], "sequence": i}
            began = time.perf_counter()
            await digit.see(request)
            times.append(1000 * (time.perf_counter() - began))
        return times[20:]

    return asyncio.run(timed())


def measure(rounds: int, many: int) -> list[Row]:
    """Every row of the table."""
    ours, plain = Server(), Server(["tests/bench/plain.py"])
    try:
        start(ours), start(plain)
        # A second start each, because the first one reads the disk for both.
        ours.stop()
        plain.stop()
        cold, cold_plain = start(ours), start(plain)
        memory, memory_plain = ours.memory(), plain.memory()
        waits, share = asyncio.run(pen_up_ours(ours, rounds))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
            waits_plain = pen_up_plain(browser, plain, rounds)
            browser.close()
        times = server_time()
        asyncio.run(load_ours(ours, 1_000))
        after_1000 = ours.memory()
        rate, size = asyncio.run(load_ours(ours, 3_200))
        rate_plain = asyncio.run(load_plain(plain, 160))
        asyncio.run(load_ours(ours, many))
        after_many = ours.memory()
    finally:
        ours.stop()
        plain.stop()
    median, median_plain = statistics.median(waits.painted), statistics.median(waits_plain.painted)
    shown, shown_plain = statistics.median(waits.shown), statistics.median(waits_plain.shown)
    growth = 100 * (after_many / after_1000 - 1)
    return [
        Row("pen-up to painted answer, median", f"{median:.0f} ms", f"{median_plain:.0f} ms", "50 times faster",
            median_plain >= 50 * median),
        Row("the same, 95th percentile", f"{p95(waits.painted):.0f} ms", f"{p95(waits_plain.painted):.0f} ms",
            "twice the median", p95(waits.painted) <= 2 * median),
        Row("pen-up to the frame that shows it, median", f"{shown:.0f} ms", f"{shown_plain:.0f} ms", "", None),
        Row("pointer moves answered while the pen moves", f"{100 * share:.0f} %", "0 %", "90 %", share >= 0.9),
        Row("server time of an answer, median", f"{statistics.median(times):.2f} ms", "", "3 ms",
            statistics.median(times) <= 3),
        Row(f"answers a second, {CLIENTS} clients", f"{rate:.0f}", f"{rate_plain:.0f}", "30 times more",
            rate >= 30 * rate_plain),
        Row("bytes of an answer", f"{size:,}", "", "3,000", size <= 3_000),
        Row(f"memory after {many:,} more answers", f"{growth:+.1f} %", "", "within 5 %", growth <= 5),
        Row("cold start", f"{cold:.1f} s", f"{cold_plain:.1f} s", "at most 10 % more", cold <= 1.1 * cold_plain),
        Row("memory at start", f"{memory:.0f} MB", f"{memory_plain:.0f} MB", "at most 10 % more",
            memory <= 1.1 * memory_plain),
    ]  # fmt: skip


def table(rows: list[Row]) -> str:
    lines = ["| | this page | plain Gradio demo | wanted | |", "|---|---|---|---|---|"]
    said = {None: "", True: "yes", False: "no"}
    lines += [f"| {r.what} | {r.ours} | {r.plain} | {r.bound} | {said[r.holds]} |" for r in rows]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="drawings in each app")
    parser.add_argument("--many", type=int, default=20_000, help="answers before memory is looked at again")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    rows = measure(options.rounds, options.many)
    print(table(rows))
    if options.readme:
        fill("bench", table(rows))
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
