"""Pictures of a digit on everyday paper, made by program: what the preparation of photos is measured on.

`python -m tests.paper --out DIR` draws 50 of each kind, with their labels.json, for `python -m lenet evaluate --photos
DIR`, and sheet.png, some of them to look at. Limits were chosen with the pictures from number 0 on in view; `--first`
draws others. With `--ink FILE` the digits are real pens', and no synthetic ones. Of the synthetic, 1s and 7s that
the random hand turned into one another (upstroke.py) are written again, but with `--any-hand`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lenet.evaluation.records import EvaluationError, Records, read_ink
from lenet.ink import draw, segments
from lenet.mistake import Mistake
from lenet.synthetic.digits import digit
from lenet.synthetic.hand import Glyph, Random
from lenet.synthetic.lines import SPACED, compose
from tests.upstroke import told_apart

_WIDTH, _HEIGHT = 480, 400  # pixels

Pen = Callable[[int, Random], Glyph]  # writes a digit


class Sheet:
    """A sheet being photographed: its light, (h, w, 3) in [0, 1], and where the digits stand on it, in pixels."""

    def __init__(self, text: str, random: Random, pen: Pen) -> None:
        self.random, self.pen = random, pen
        light = random.uniform(0.75, 0.97) * random.uniform([0.97] * 3, [1.0] * 3)
        across, down = (np.linspace(-1, 1, n) * random.uniform(-0.08, 0.08) for n in (_WIDTH, _HEIGHT))
        self.light = np.clip(light + (across + down[:, None])[..., None], 0, 1)
        self.high = random.uniform(90, 200)
        glyphs = [pen(int(each), random) for each in text]
        if len(glyphs) > 1:
            self.high = 240 / len(glyphs)
            line = compose(glyphs, SPACED, random, self.high)
            self.glyph = [stroke / max(1.0, np.concatenate(line)[:, 0].max() / 340) for stroke in line]
        else:
            self.glyph = _sized(glyphs[0], self.high)
        low, far = (np.concatenate(self.glyph).min(0), np.concatenate(self.glyph).max(0))
        room = np.maximum([_WIDTH, _HEIGHT] - (far - low) - 120, 1)
        place = 60 + random.uniform(0, 1, 2) * room
        self.glyph = [stroke - low + place for stroke in self.glyph]

    @property
    def box(self) -> np.ndarray:
        """The digit's box: left, top, right, bottom."""
        points = np.concatenate(self.glyph)
        return np.concatenate([points.min(0), points.max(0)])

    def ink(self, glyph: Glyph, line: float, colour: np.ndarray, strength: float) -> None:
        """Draw with a pen of a width, in pixels, and a strength, of full cover."""
        start, end = segments(glyph)
        cover = draw(start, end, _HEIGHT, _WIDTH, line)[..., None] * strength
        self.light = self.light * (1 - cover) + colour * cover

    def written(self) -> None:
        """The digit itself."""
        colour = self.random.uniform([0, 0, 0], [0.25, 0.25, 0.5])
        self.ink(self.glyph, self.random.uniform(4, 9), colour, self.random.uniform(0.75, 0.95))

    def ruled(self, spacing: float, turn: float, upright: bool = False) -> None:
        """Print rules over the whole sheet."""
        colour = self.random.uniform([0.3, 0.4, 0.6], [0.6, 0.7, 0.9])
        far = _WIDTH + _HEIGHT
        cos, sin = np.cos(turn), np.sin(turn)
        rules = []
        for at in np.arange(-far, far, spacing) + self.random.uniform(0, spacing):
            ends = np.array([(-far, at), (far, at)], float)
            ends = ends[:, ::-1] if upright else ends
            rules.append(ends @ np.array([[cos, sin], [-sin, cos]]))
        self.ink(_on_sheet(rules), self.random.uniform(1, 2.2), colour, self.random.uniform(0.5, 0.8))

    def photographed(self) -> Image.Image:
        """With the noise of a camera."""
        noise = self.random.normal(0, self.random.uniform(0.003, 0.015), self.light.shape)
        return Image.fromarray(np.rint(np.clip(self.light + noise, 0, 1) * 255).astype(np.uint8))


def _on_sheet(rules: Glyph) -> Glyph:
    """Long rules cut to what lies on the sheet."""
    kept = []
    for start, end in rules:
        points = start + np.linspace(0, 1, 2_000)[:, None] * (end - start)
        seen = points[((points > -5) & (points < [_WIDTH + 5, _HEIGHT + 5])).all(1)]
        if len(seen) > 1:
            kept.append(seen[[0, -1]])
    return kept


def _sized(glyph: Glyph, high: float) -> Glyph:
    points = np.concatenate(glyph)
    return [stroke * high / max(np.ptp(points, 0).max(), 1e-6) for stroke in glyph]


def _plain(sheet: Sheet) -> None:
    sheet.written()


def _lined(sheet: Sheet) -> None:
    sheet.ruled(sheet.random.uniform(28, 60), sheet.random.normal(0, 0.03))
    sheet.written()


def _squared(sheet: Sheet) -> None:
    spacing, turn = sheet.random.uniform(20, 45), sheet.random.normal(0, 0.03)
    sheet.ruled(spacing, turn)
    sheet.ruled(spacing, turn, upright=True)
    sheet.written()


def _dotted(sheet: Sheet) -> None:
    spacing = sheet.random.uniform(20, 40)
    dots = [np.array([(x, y)]) for x in np.arange(5, _WIDTH, spacing) for y in np.arange(5, _HEIGHT, spacing)]
    sheet.ink(dots, 2.5, np.array([0.5, 0.55, 0.6]), 0.7)
    sheet.written()


def _boxed(sheet: Sheet) -> None:
    left, top, right, bottom = sheet.box + sheet.random.uniform(20, 45, 4) * [-1, -1, 1, 1]
    frame = np.array([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    frame = frame + sheet.random.normal(0, 2, frame.shape)
    sheet.ink([frame], sheet.random.uniform(2, 6), sheet.random.uniform([0, 0, 0], [0.4, 0.4, 0.4]), 0.9)
    sheet.written()


def _on_a_table(sheet: Sheet) -> None:
    sheet.written()
    _covered(sheet, [sheet.random.uniform(15, 55) for _ in range(4)])


def _corner_of_a_table(sheet: Sheet) -> None:
    sheet.written()
    sides = np.zeros(4)
    sides[sheet.random.choice(4, 2, replace=False)] = sheet.random.uniform(20, 58, 2)
    _covered(sheet, list(sides))


def _covered(sheet: Sheet, sides: list[float]) -> None:
    """Darken what lies off the paper: so many pixels at the left, top, right and bottom, a little aslant."""
    y, x = np.mgrid[:_HEIGHT, :_WIDTH].astype(float)
    slant = sheet.random.normal(0, 0.03, 4)
    away = [x + slant[0] * (y - 200) - sides[0], y + slant[1] * (x - 240) - sides[1],
            _WIDTH - x + slant[2] * (y - 200) - sides[2], _HEIGHT - y + slant[3] * (x - 240) - sides[3]]  # fmt: skip
    table = np.min([each for each, side in zip(away, sides) if side], 0) < 0
    grain = 0.04 * np.sin(y / sheet.random.uniform(3, 12) + sheet.random.uniform(0.2, 2) * np.sin(x / 40))
    wood = sheet.random.uniform([0.15, 0.1, 0.05], [0.5, 0.4, 0.3]) + grain[..., None]
    sheet.light = np.where(table[..., None], wood, sheet.light)


def _hard_shadow(sheet: Sheet) -> None:
    sheet.written()
    y, x = np.mgrid[:_HEIGHT, :_WIDTH].astype(float)
    angle = sheet.random.uniform(0, 2 * np.pi)
    away = (x - _WIDTH * sheet.random.uniform(0.3, 0.7)) * np.cos(angle) + (y - _HEIGHT / 2) * np.sin(angle)
    share = np.clip(away / sheet.random.uniform(1, 8) + 0.5, 0, 1)[..., None]
    sheet.light = sheet.light * (1 - share * sheet.random.uniform(0.25, 0.55))


def _on_a_rule(sheet: Sheet) -> None:
    _, top, _, bottom = sheet.box
    at = bottom - sheet.random.uniform(-0.02, 0.15) * (bottom - top)
    tilt = sheet.random.normal(0, 8)
    rule = np.array([(-5, at - tilt), (_WIDTH + 5, at + tilt)])
    sheet.ink([rule], sheet.random.uniform(1.5, 3), sheet.random.uniform([0, 0, 0], [0.6, 0.6, 0.7]), 0.8)
    sheet.written()


def _faint(sheet: Sheet) -> None:
    sheet.ink(sheet.glyph, sheet.random.uniform(4, 9), np.array([0.3, 0.3, 0.3]), sheet.random.uniform(0.12, 0.25))


def _specks_and_vignette(sheet: Sheet) -> None:
    sheet.written()
    specks = [sheet.random.uniform(0, [_WIDTH, _HEIGHT], (1, 2)) for _ in range(sheet.random.integers(3, 12))]
    sheet.ink(specks, sheet.random.uniform(2, 6), np.array([0.2, 0.2, 0.2]), 0.8)
    y, x = np.mgrid[-1 : 1 : _HEIGHT * 1j, -1 : 1 : _WIDTH * 1j]
    sheet.light = sheet.light * (1 - sheet.random.uniform(0.15, 0.4) * (x * x + y * y)[..., None] / 2)


def _neighbours(sheet: Sheet) -> None:
    sheet.written()
    for side in sheet.random.choice([-1, 1], sheet.random.integers(1, 3), replace=False):
        other = _sized(sheet.pen(int(sheet.random.integers(10)), sheet.random), sheet.high)
        low = np.concatenate(other).min(0)
        far = np.ptp(np.concatenate(other), 0)[0]
        x = _WIDTH - far * sheet.random.uniform(0.2, 0.6) if side > 0 else -far * sheet.random.uniform(0.4, 0.8)
        sheet.ink([stroke - low + [x, sheet.box[1]] for stroke in other], 6, np.array([0.1, 0.1, 0.2]), 0.9)


def _paint_window(sheet: Sheet) -> None:
    sheet.light = np.ones_like(sheet.light)
    sheet.ink(sheet.glyph, sheet.random.uniform(2, 14), np.zeros(3), 1)
    top, side = int(sheet.random.uniform(25, 55)), int(sheet.random.uniform(0, 50))
    sheet.light[:top] = sheet.random.uniform(0.7, 0.95)
    sheet.light[: top // 2] = sheet.random.uniform([0.1, 0.2, 0.4], [0.9, 0.9, 0.95])
    sheet.light[top:, :side] = sheet.random.uniform(0.7, 0.9)
    sheet.light[-12:] = sheet.random.uniform(0.75, 0.9)
    for x in range(10, _WIDTH - 30, 26):
        sheet.light[top // 2 + 3 : top - 3, x : x + 14] = sheet.random.uniform(0, 0.8, 3)


def _dashed(sheet: Sheet) -> None:
    dashes = []
    for stroke in sheet.glyph:
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        points = [np.interp(np.arange(0, along[-1], 2), along, axis) for axis in stroke.T]
        line = np.stack(points, 1)
        dashes += [line[at : at + 8] for at in range(0, len(line), 12)]
    sheet.ink([dash for dash in dashes if len(dash)], 6, np.array([0.1, 0.1, 0.2]), 0.9)


KINDS: dict[str, Callable[[Sheet], None]] = {
    "plain": _plain,
    "lined": _lined,
    "squared": _squared,
    "dotted": _dotted,
    "boxed": _boxed,
    "on a table": _on_a_table,
    "corner of a table": _corner_of_a_table,
    "hard shadow": _hard_shadow,
    "on a rule": _on_a_rule,
    "faint": _faint,
    "specks and vignette": _specks_and_vignette,
    "neighbours": _neighbours,
    "paint window": _paint_window,
    "dashed": _dashed,
}


def picture(kind: str, number: int, pen: Pen = told_apart) -> tuple[Image.Image, int]:
    """Picture number so and so of a kind, RGB, and its digit; always the same."""
    return _photo(kind, str(number % 10), [number], pen), number % 10


def line(kind: str, number: int) -> tuple[Image.Image, str]:
    """The same with a line of three digits."""
    text = str(np.random.default_rng(number).integers(100, 1_000))
    return _photo(kind, text, [number, len(text)], told_apart), text


def _photo(kind: str, text: str, seed: list[int], pen: Pen) -> Image.Image:
    sheet = Sheet(text, np.random.default_rng([list(KINDS).index(kind), *seed]), pen)
    KINDS[kind](sheet)
    return sheet.photographed()


def pen_of(records: Records) -> Pen:
    """A pen that writes a digit as one of the records of it. Raises EvaluationError if there is none of some digit."""
    written = [[record["strokes"] for record in records if record["digit"] == each] for each in range(10)]
    if not all(written):
        raise EvaluationError("The file must hold every digit.")
    return lambda label, random: [
        np.asarray(stroke, float) for stroke in written[label][int(random.integers(len(written[label])))]
    ]


def write(folder: Path, each: int, first: int = 0, pen: Pen = told_apart) -> None:
    """Draw so many pictures of each kind into a folder, from number `first` on."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet, labels = Image.new("RGB", (10 * 120, len(KINDS) * 100)), []
    for row, kind in enumerate(KINDS):
        for number in range(each):
            drawn, label = picture(kind, first + number, pen)
            name = f"{kind.replace(' ', '-')}-{first + number}.png"
            drawn.save(folder / name)
            labels.append({"file": name, "label": label, "kind": kind})
            sheet.paste(drawn.resize((120, 100)), (number * 120, row * 100))
    sheet.save(folder / "sheet.png")
    (folder / "labels.json").write_text(json.dumps(labels), "utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--each", type=int, default=50, help="pictures of a kind, by default %(default)s")
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER", help="the first one's, by default 0")
    pens = parser.add_mutually_exclusive_group()
    pens.add_argument("--ink", type=Path, metavar="FILE", help="JSON list of {digit, strokes}")
    pens.add_argument("--any-hand", action="store_true", help="also 1s that became 7s, and 7s that became 1s")
    options = parser.parse_args(arguments)
    try:
        pen = pen_of(read_ink(options.ink)) if options.ink else digit if options.any_hand else told_apart
    except Mistake as error:
        parser.error(str(error))
    write(options.out, options.each, options.first, pen)


if __name__ == "__main__":
    main()
