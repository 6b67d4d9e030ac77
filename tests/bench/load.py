"""What a crowd feels: many visitors drawing, lines and photos and hostile ink beside them, and a soak.

`python -m tests.bench.load` starts the app and measures it from this process, on the same cores; it prints tables and
checks the bounds. --quick takes a tenth of the time, --soak N answers that many at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.bench.table import Row, told
from tests.browser.acting import digit_on_pad
from tests.serving import Server

MOVES = 60  # a second
DRAWINGS = [[np.round(s, 4).tolist() for s in digit_on_pad(label, 4, every=1)] for label in (7, 3, 8, 4, 2)]
LINE = [[[round(x * 0.5 + 0.5 * at, 4), y] for x, y in stroke] for at, ink in enumerate(DRAWINGS) for stroke in ink]


@dataclass
class Seen:
    """What visitors saw: seconds that calls took, and seconds that drawings were old when their answer came."""

    calls: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    errors: int = 0

    def at(self, share: float, values: list[float]) -> float:
        return 1000 * float(np.percentile(values, share)) if values else float("nan")


class Calls:
    """Calls of the page's functions over plain HTTP, as the page makes them, on connections that are kept."""

    def __init__(self, server: Server) -> None:
        self.port = server.port
        with urllib.request.urlopen(server.url + "config") as answer:
            parts = json.load(answer)["components"]
        self.component = {name: part["id"] for part in parts for name in part["props"].get("server_fns") or []}
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def request(self, function: str, data: Any) -> bytes:
        call = {"data": data, "component_id": self.component[function], "fn_name": function, "session_hash": "bench"}
        live = function in ("see", "scan")
        path, body = (f"live/{function}", json.dumps(data)) if live else ("component_server", json.dumps(call))
        head = f"POST /gradio_api/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
        return f"{head}Accept-Encoding: deflate\r\n\r\n{body}".encode()

    async def send(self, request: bytes) -> bytes:
        """The body that comes back."""
        while True:
            kept = bool(self.idle)
            reader, writer = self.idle.pop() if kept else await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                break
            except (OSError, asyncio.IncompleteReadError):
                if not kept:  # one that is kept may have been closed meanwhile
                    raise
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"content-length"))
        body = await reader.readexactly(length)
        if b"content-encoding: deflate" in head:
            body = zlib.decompress(body)
        if b"connection: close" in head:
            writer.close()
        else:
            self.idle.append((reader, writer))
        return body if head.startswith(b"http/1.1 200") else b'"error"' + body


async def visitor(calls: Calls, function: str, seconds: float, seen: Seen, number: int) -> None:
    """Draws as a pen does and asks as the page does: three calls at a time, the newest drawing first."""
    drawing = LINE if function == "scan" else DRAWINGS[number % len(DRAWINGS)]
    points = sum(map(len, drawing))
    newest, sent, most = 0, 0, 3
    flying: set[asyncio.Task[None]] = set()
    moved = time.perf_counter()
    end = moved + seconds

    def ink(count: int) -> list[Any]:
        kept, left = [], 1 + count % points
        for stroke in drawing:
            if left > 0:
                kept.append(stroke[:left])
            left -= len(stroke)
        return kept

    async def ask(made: float, request: bytes) -> None:
        nonlocal most
        began = time.perf_counter()
        try:
            body = await calls.send(request)
        except (OSError, asyncio.IncompleteReadError):
            body = b'"error"'
        seen.calls.append(time.perf_counter() - began)
        seen.ages.append(time.perf_counter() - made)
        most = 1 if b'"busy":true' in body else 3
        if b'"error"' in body[:300]:
            seen.errors += b'"busy"' not in body

    def send() -> None:
        nonlocal sent
        if len(flying) < most and newest > sent:
            sent = newest
            task = asyncio.create_task(ask(moved, calls.request(function, {"ink": ink(newest), "sequence": newest})))
            flying.add(task)
            task.add_done_callback(landed)

    def landed(task: asyncio.Task[None]) -> None:
        flying.discard(task)
        if moved < end:
            send()

    await asyncio.sleep(number / 97 % (1 / MOVES))
    due = time.perf_counter()
    while due < end:
        moved = time.perf_counter()
        newest += 1
        send()
        due += 1 / MOVES
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    moved = end
    await asyncio.gather(*flying)


async def crowd(calls: Calls, visitors: int, seconds: float, function: str = "see") -> Seen:
    seen = Seen()
    await asyncio.gather(*(visitor(calls, function, seconds, seen, number) for number in range(visitors)))
    return seen


@asynccontextmanager
async def beside(work: Callable[[], Awaitable[Any]], workers: int = 1) -> Any:
    """So many do the same over and over."""

    async def again() -> None:
        while True:
            await work()

    tasks = [asyncio.create_task(again()) for _ in range(workers)]
    await asyncio.sleep(0.3)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def packed(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=9)
    return base64.b64encode(file.getvalue()).decode()


def photos() -> dict[str, str]:
    """The worst that were found: a thin line, noise, and much picture in few bytes."""
    thin = Image.new("L", (640, 640), 250)
    ImageDraw.Draw(thin).line([(10, 20), (620, 20), (213, 630)], fill=20, width=3)
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (1_000, 1_000), dtype=np.uint8))
    deep = Image.fromarray(np.tile(np.arange(2_000, dtype=np.uint16) * 30, (2_000, 1)))
    found = {"a thin line": packed(thin), "noise": packed(noise), "16 bits deep": packed(deep)}
    for progressive in (False, True):
        file = io.BytesIO()
        side = 2_000 if progressive else 5_000
        Image.new("RGB", (side, side), (250, 240, 230)).save(file, "JPEG", progressive=progressive, quality=30)
        found[f"JPEG of {side} x {side}"] = base64.b64encode(file.getvalue()).decode()
    return found


def inks() -> dict[str, Any]:
    """The worst within the limits of size."""
    random = np.random.default_rng(1)
    spot = random.uniform(0, 1, (120, 166, 2)).round(4).tolist()
    return {
        "120 strokes on one spot": spot,
        "20,000 points to and fro": [[[-16 if i % 2 else 16, i % 2] for i in range(20_000)]],
        "20,000 points": random.uniform(0.4, 0.6, (1, 20_000, 2)).round(4).tolist(),
        "100 dots": [[[x, y]] for x, y in random.uniform(0, 1, (100, 2)).round(3).tolist()],
    }


async def ages(calls: Calls, seconds: float, function: str, numbers: tuple[int, ...]) -> dict[int, tuple[Seen, float]]:
    """Of crowds of several sizes, what they saw, and answers a second."""
    print(f"\n{function}, visitors | answers/s | call p50 p95 p99 | age of the drawing p50 p95 p99 (ms) | errors")
    found = {}
    for number in numbers:
        seen = await crowd(calls, number, seconds, function)
        rate = len(seen.calls) / seconds
        call, age = ([round(seen.at(share, of)) for share in (50, 95, 99)] for of in (seen.calls, seen.ages))
        print(f"{number} | {rate:.0f} | {call} | {age} | {seen.errors}", flush=True)
        found[number] = seen, rate
    return found


async def measure(server: Server, seconds: float, soak: int) -> list[Row]:
    calls, rows = Calls(server), []
    await crowd(calls, 4, 2)
    drawing = await ages(calls, seconds, "see", (1, 8, 32, 64, 128))
    await ages(calls, seconds, "scan", (1, 4, 16))
    seen, rate = drawing[128]
    rows.append(("128 drawing visitors: errors", str(seen.errors), "0", seen.errors == 0))
    rows.append(("the same: answers a second", f"{rate:.0f}", "700", rate >= 700))
    old = seen.at(95, seen.ages)
    rows.append(("the same: age of the drawing, 95th percentile", f"{old:.0f} ms", "500 ms", old <= 500))

    line = calls.request("scan", {"ink": LINE, "sequence": 1})
    for _ in range(3):
        await calls.send(line)
    await asyncio.sleep(5)  # until lines are read in a process of their own
    ratios = []
    for _ in range(7):
        alone = (await crowd(calls, 8, seconds / 2)).calls
        async with beside(lambda: calls.send(line), 4):
            lines = (await crowd(calls, 8, seconds / 2)).calls
        ratios.append(float(np.percentile(lines, 95) / np.percentile(alone, 95)))
    ratio = float(np.median(ratios))
    print(f"8 visitors beside 4 line writers, 95th percentile to that alone: {np.round(np.sort(ratios), 2)}")
    rows.append(
        (
            "8 visitors beside 4 line writers: 95th percentile of a call, median of 7",
            f"{ratio:.2f} times",
            "1.5",
            ratio <= 1.5,
        )
    )

    worst = 0.0
    heavy = [calls.request("photo", {"file": file}) for file in photos().values()]
    heavy += [calls.request(name, {"ink": ink}) for ink in inks().values() for name in ("scan", "see")]
    for request in heavy:
        async with beside(lambda request=request: calls.send(request)):  # type: ignore[misc]
            slowest = max((await crowd(calls, 1, seconds / 4)).calls)
            worst = max(worst, slowest)
            print(f"beside {request[90:170]!r}: {1000 * slowest:.0f} ms")
    rows.append(("slowest live answer beside the worst photo, line or ink", f"{worst:.2f} s", "0.15 s", worst <= 0.15))

    scan = calls.request("scan", {"ink": inks()["120 strokes on one spot"]})
    style = b"GET /theme.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    slowest = 0.0
    flood = [asyncio.create_task(calls.send(scan)) for _ in range(42)]
    for request in (style, calls.request("see", {"ink": DRAWINGS[0]})) * 10:
        began = time.perf_counter()
        await calls.send(request)
        slowest = max(slowest, time.perf_counter() - began)
    await asyncio.gather(*flood)
    rows.append(("42 worst scans at once: a file or a live answer of others", f"{slowest:.2f} s", "1 s", slowest <= 1))

    for at in range(0, soak, 1_000):
        mixed = [calls.request("see", {"ink": DRAWINGS[i % 5], "sequence": i}) for i in range(1_000)]
        mixed[::50] = [line] * 20
        mixed[7::250] = [calls.request("photo", {"file": photos()["a thin line"]})] * 4
        await asyncio.gather(*(calls.send(request) for request in mixed[:500]))
        await asyncio.gather(*(calls.send(request) for request in mixed[500:]))
        if at == 0:
            first = server.memory()
    if soak:
        growth = 100 * (server.memory() / first - 1)
        rows.append(
            (f"memory after {soak:,} mixed answers", f"{growth:+.1f} %", "10 % of that after 1,000", growth <= 10)
        )
    return rows


def most_added(temporary: str) -> float:
    """MB that the worst photo adds to a fresh server."""
    added = 0.0
    for file in photos().values():
        with Server(GRADIO_TEMP_DIR=temporary) as server:
            calls = Calls(server)
            asyncio.run(calls.send(calls.request("see", {"ink": DRAWINGS[0]})))
            before = server.memory()
            calls.idle.clear()
            asyncio.run(calls.send(calls.request("photo", {"file": file})))
            added = max(added, server.memory("VmHWM") - before)
    return added


def left_behind(server: Server, temporary: str) -> int:
    """Bytes on the disk after somebody tried to leave some."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        + b"x" * 100_000
        + b"\r\n--x--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for path in ("gradio_api/upload", "upload"):
        with suppress(OSError):
            urllib.request.urlopen(urllib.request.Request(server.url + path, body, kind), timeout=10)
    return sum(file.stat().st_size for file in Path(temporary).rglob("*") if file.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--soak", type=int, default=60_000, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        with Server(GRADIO_TEMP_DIR=temporary) as server:
            rows = asyncio.run(
                measure(server, 1.5 if options.quick else 8.0, options.soak // (10 if options.quick else 1))
            )
            left = left_behind(server, temporary)
            rows.append(("bytes left on the disk", f"{left:,}", "0", left == 0))
        added = most_added(temporary)
    rows.append(("memory that the worst photo adds", f"{added:.0f} MB", "150 MB", added <= 150))
    return told(rows)


if __name__ == "__main__":
    sys.exit(main())
