"""`python -m tests.flow`: draws demo/static/flow.svg, the way from pen to answer, from an example and the network."""

from __future__ import annotations

import base64
import io
from html import escape
from math import isqrt
from typing import NamedTuple

import numpy as np
from PIL import Image

import lenet
from demo.examples import DIGITS
from lenet.ink import BOX
from lenet.model import INPUT, LAYERS, OUTPUT, Layer
from lenet.recognize import verdict
from tests.serving import ROOT

STATIC = ROOT / "demo" / "static"
FILE = STATIC / "flow.svg"

COLUMNS, FIRST, STEP = 4, 44, 238  # stages in a row, where the first is, from one to the next
TALL, WIDE, GAP = 130, 198, 6  # a stage's picture: its height, its largest width, what is between its parts
ROW, TOP, FOOT = 280, 56, 272  # a row's height; in it, where pictures begin and where the way to the next row runs
UNITS = 12  # in a column of C5 and F6
INKY = ((255, 255, 255), (30, 41, 59))  # the page's colours, from nothing to most
GLOWING = ((247, 248, 250), (253, 196, 132), (232, 104, 20), (110, 40, 0))

# Where the picture is shown small, as on a phone, the words grow and the files give way.
STYLE = """
text{font:15px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#475569}
.name{font-size:19px;font-weight:700;fill:#1e293b}.shape{font-size:16px}
.file{font:12.5px ui-monospace,Menlo,Consolas,monospace}.label{text-anchor:middle}
.digit{font-size:160px;font-weight:700;fill:#1e293b}.best{fill:#f97316}.label.best{fill:#c2410c;font-weight:700}
image{image-rendering:pixelated}rect{fill:#cbd5e1}.frame{fill:none;stroke:#cbd5e1}.card{fill:#fff;stroke:#e2e8f0}
path{fill:none;stroke:#1e293b;stroke-linecap:round;stroke-linejoin:round}
.way{stroke:#94a3b8;stroke-width:2}.zero{stroke:#94a3b8}.tick{stroke:#f97316;stroke-width:3}
.line{stroke-width:.05}.points{stroke:#f97316;stroke-width:.0155}.pale{stroke:#cbd5e1}
@media(max-width:600px){.name{font-size:27px}.shape{font-size:23px}.says,.fact{font-size:21px}.label{font-size:19px}
.says{transform:translateY(4px)}.second{transform:translateY(11px)}.file{display:none}.way{stroke-width:3}}"""


class Stage(NamedTuple):
    name: str
    shape: str
    does: tuple[str, str]  # two lines
    files: str
    picture: str  # SVG, TALL high
    wide: float = TALL


def image(values: np.ndarray, most: float, colours: tuple[tuple[int, ...], ...], place: str) -> str:
    share = np.clip(values / most, 0, 1)
    pixels = np.stack([np.interp(share, np.linspace(0, 1, len(colours)), part) for part in zip(*colours)], -1)
    file = io.BytesIO()
    Image.fromarray(np.rint(pixels).astype(np.uint8)).save(file, "PNG", optimize=True)
    data = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return f'<image {place} preserveAspectRatio="none" href="{data}"/><rect class="frame" {place}/>'


def maps(layer: Layer, values: np.ndarray) -> tuple[str, float]:
    if layer.height == 1:  # single units: one picture, with UNITS of them in a column
        values = values.reshape(1, -1, UNITS).transpose(0, 2, 1)
    most, colours = (1.0, INKY) if layer is INPUT else (max(1.0, float(values.max())), GLOWING)
    rows = isqrt(len(values))
    columns = len(values) // rows
    tall = (TALL + GAP) / rows - GAP
    wide = tall * values.shape[2] / values.shape[1]
    drawn = ""
    for k, each in enumerate(values):
        x, y = k % columns * (wide + GAP), k // columns * (tall + GAP)
        drawn += image(each, most, colours, f'x="{x:.5g}" y="{y:.5g}" width="{wide:.5g}" height="{tall:.5g}"')
    return drawn, columns * (wide + GAP) - GAP


def bars(logits: np.ndarray) -> tuple[str, float]:
    step, scale = WIDE / len(logits), (TALL - 24) / float(np.ptp([*logits, 0]))
    zero, drawn = max(0.0, float(logits.max())) * scale, ""
    for digit, value in enumerate(logits):
        best, x, tall = "best" if digit == logits.argmax() else "", digit * step, abs(float(value)) * scale
        place = f'x="{x + 3:.4g}" y="{zero - tall * (value > 0):.4g}" width="{step - 6:.4g}" height="{tall:.4g}"'
        drawn += f'<rect class="{best}" {place}/>'
        drawn += f'<text class="label {best}" x="{x + step / 2:.4g}" y="{TALL}">{digit}</text>'
    return f'{drawn}<path class="zero" d="M0 {zero:.4g}h{WIDE}"/>', WIDE


def pad(ink: lenet.Ink, points: int, classes: list[str], left: float, size: float) -> str:
    """The first points of the ink on a pad, drawn once in each of the classes."""
    path = ""
    for stroke in ink:
        path += "".join(f"{'L' if k else 'M'}{x:g} {y:g}" for k, (x, y) in enumerate(stroke[:points]))
        points = max(0, points - len(stroke))
    dots = path.replace("L", "M").replace("M", "h0M")[2:] + "h0"
    lines = "".join(f'<path class="{name}" d="{dots if name == "points" else path}"/>' for name in classes)
    place = f'x="{left:g}" y="{(TALL - size) / 2:g}" width="{size:g}" height="{size:g}"'
    return f'<svg {place} viewBox=".13 .13 .74 .74">{lines}</svg><rect class="frame" {place} rx="8"/>'


def stages() -> list[Stage]:
    """The way, in the order in which data flows."""
    ink = DIGITS[0]["strokes"]
    count, strokes = sum(map(len, ink)), f"{len(ink)} strokes"
    traced = lenet.trace(lenet.rasterize(ink))
    answer = verdict(traced)
    pen, live, paint = (
        next(STATIC.rglob(name)).relative_to(ROOT).as_posix() for name in ("pen.js", "live.js", "answer.js")
    )

    size = (WIDE + GAP) / 3 - GAP
    calls = [
        pad(ink, count * k // 3, ["line" if k == 3 else "line pale"], (k - 1) * (size + GAP), size) for k in (1, 2, 3)
    ]
    checks = "".join(
        f'<path class="tick" d="M2 {y}l5 5 9 -11"/><text class="fact" x="28" y="{y + 5}">{fact}</text>'
        for y, fact in zip(range(18, TALL, 32), [strokes, f"{count} points", "all finite", "near the pad"])
    )
    drawing = pad(ink, count, ["line pale", "points"], 0, TALL)
    way = [
        Stage("ink", strokes, (f"{count} points, kept", "as the pen moves"), pen, drawing),
        Stage("one live call", "", ("newest ink wins,", "few in flight"), live, "".join(calls), WIDE),
        Stage("check", "", ("what is wrong is", "said in a sentence"), "demo/wire.py, lenet/ink.py", checks, WIDE),
    ]
    for before, layer in zip((INPUT, *LAYERS), LAYERS):
        square = f"{layer.kernel}×{layer.kernel}"
        does = {
            "picture": ("rasterize: longest", f"side {BOX:g} px, centred"),
            "convolution": (f"{square} kernels slide", "over it; then ReLU"),
            "pooling": ("the largest of", f"every {square}"),
            "fully connected": ("each unit weighs", f"all {before.units} before it"),
        }[layer.kind]
        values = traced.output[layer.name][0].numpy()
        picture = bars(values) if layer is OUTPUT else maps(layer, values)
        file = "lenet/ink.py" if layer is INPUT else "lenet/model.py"
        way.append(Stage(layer.name, "×".join(map(str, layer.shape)), does, file, *picture))
    said = f'<text class="digit" x="-4" y="{TALL - 8}">{"–" if answer.digit is None else answer.digit}</text>'
    sure = min(99.9, 100 * float(answer.probabilities.max()))
    shape = f"{'>' if sure == 99.9 else ''}{sure:.1f} %"
    return [*way, Stage("painted", shape, ("as it comes, unless", "newer is there"), paint, said)]


def placed(stage: Stage, row: int, column: int) -> str:
    words = [("says", 24, stage.does[0]), ("says second", 44, stage.does[1]), ("file", 66, stage.files)]
    lines = "".join(f'<text class="{name}" y="{TALL + down}">{text}</text>' for name, down, text in words)
    shape = f'<tspan class="shape" dx="9">{escape(stage.shape)}</tspan>' if stage.shape else ""
    head = f'<text y="-14"><tspan class="name">{stage.name}</tspan>{shape}</text>'
    place = f"translate({FIRST + column * STEP} {row * ROW + TOP})"
    return f'<g class="stage" transform="{place}">{head}{stage.picture}{lines}</g>'


def onward(stage: Stage, row: int, column: int) -> str:
    """The arrow from a stage to the next, which may begin a row."""
    x, y = FIRST + column * STEP, row * ROW + TOP + TALL // 2
    way = f"H{x + STEP - 12}"
    if column + 1 == COLUMNS:
        down = f"V{row * ROW + FOOT - 10}q0 10-10 10H30q-10 0-10 10V{y + ROW - 10}q0 10 10 10"
        way = f"H970q10 0 10 10{down}H{FIRST - 10}"
    return f'<path class="way" d="M{x + stage.wide + 10:.5g} {y}{way}m-6-5l6 5-6 5"/>'


def drawn() -> str:
    """The whole picture."""
    way = [(stage, *divmod(number, COLUMNS)) for number, stage in enumerate(stages())]
    parts = [placed(*each) for each in way] + [onward(*each) for each in way[:-1]]
    tall = (way[-1][1] + 1) * ROW + 10
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {tall}" role="img">
<title>From pen to answer</title>
<style>{STYLE}
</style>
<rect class="card" x=".5" y=".5" width="999" height="{tall - 1}" rx="14"/>
{chr(10).join(parts)}
</svg>
"""


if __name__ == "__main__":
    FILE.write_text(drawn(), "utf-8")
