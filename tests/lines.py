"""Lines of digits composed from single pen digits, to measure how many are read whole.

`python -m tests.lines --ink FILE` composes the three kinds of line of one writer each, measures them, and puts
the table into the card of the sweep's weights; `--out FILE` writes one kind, for `python -m lenet evaluate --lines`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lenet.evaluation.lines import on_lines, read_all
from lenet.evaluation.records import read_ink
from lenet.line.detect import METHODS
from lenet.mistake import Mistake
from lenet.synthetic.lines import CLOSE, SPACED, TOUCHING, Setting, compose
from lenet.weights import SCAN, card, file_of, write_card
from tests.junk import KINDS, dense_scribble

SETTINGS = {"spaced": SPACED, "close": CLOSE, "touching": TOUCHING}
_STRANGERS = (KINDS["letters"], dense_scribble)


def composed(
    records: Sequence[dict[str, Any]], setting: Setting, count: int, seed: int, strangers: bool = False
) -> list[dict[str, Any]]:
    """`count` lines of 2 to 6 digits by one writer each: {"text", "strokes"}.

    strangers: between two of the digits stands a letter or a scribble, a "?" in the text.
    """
    random = np.random.default_rng(seed)
    by_writer: dict[Any, dict[int, list[Any]]] = {}
    for record in records:
        by_writer.setdefault(record["writer"], {}).setdefault(record["digit"], []).append(record["strokes"])
    writers = [digits for _, digits in sorted(by_writer.items(), key=lambda each: str(each[0]))]
    lines = []
    for _ in range(count):
        digits = writers[random.integers(len(writers))]
        labels = random.choice(sorted(digits), random.integers(2, 7)).tolist()
        glyphs = [digits[label][random.integers(len(digits[label]))] for label in labels]
        text = "".join(map(str, labels))
        if strangers:
            at = int(random.integers(1, len(labels)))
            glyphs.insert(at, _STRANGERS[random.integers(len(_STRANGERS))](random))
            text = f"{text[:at]}?{text[at:]}"
        line = compose([[np.array(stroke) for stroke in glyph] for glyph in glyphs], setting, random)
        lines.append({"text": text, "strokes": [np.round(stroke, 4).tolist() for stroke in line]})
    return lines


def with_strangers(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures on lines that hold other things too, a "?" each in "text".

    "invented": digits read where none is; "misread": as another digit; "missed"; "digits": those written.
    """
    figures = {}
    for method in METHODS:
        answers = read_all(records, method)
        each = [errors(record["text"], read) for record, read in zip(records, answers, strict=True)]
        digits = sum(len(record["text"].replace("?", "")) for record in records)
        invented, misread, missed = (sum(counts) for counts in zip(*each, strict=True))
        figures[method] = {"invented": invented, "misread": misread, "missed": missed, "digits": digits}
    return {"n": len(records), "methods": figures}


def errors(text: str, read: str) -> tuple[int, int, int]:
    """Digits invented, misread and missed, where there are fewest of these in all. text: "?" is no digit."""
    # One row of the table of alignments at a time: of the text so far, with the first digits read, the errors.
    row = [(column, 0, 0) for column in range(len(read) + 1)]
    for written in text:
        before, row = row, []
        for column in range(len(read) + 1):
            invented, misread, missed = before[column]
            ways = [(invented, misread, missed + (written != "?"))]
            if column:
                invented, misread, missed = row[-1]
                ways.append((invented + 1, misread, missed))
                invented, misread, missed = before[column - 1]
                if written == "?":
                    invented += 1
                elif written != read[column - 1]:
                    misread += 1
                ways.append((invented, misread, missed))
            row.append(min(ways, key=lambda counts: (sum(counts), counts)))
    return row[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--ink", type=Path, required=True, metavar="FILE", help="JSON list of {writer, digit, strokes}"
    )
    parser.add_argument("--count", type=int, default=500, help="lines of each kind")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write lines instead of measuring them")
    parser.add_argument("--setting", choices=SETTINGS, default="spaced", help="for --out")
    options = parser.parse_args()
    try:
        records = read_ink(options.ink)
    except Mistake as error:
        parser.error(str(error))
    if not all("writer" in record for record in records):
        parser.error(f"every record of {options.ink} needs a writer: a line is by one")
    if options.out:
        lines = composed(records, SETTINGS[options.setting], options.count, options.seed)
        options.out.write_text(json.dumps(lines), "utf-8")
        return
    measured: dict[str, Any] = {"seed": options.seed, "lines": {}}
    for name, setting in SETTINGS.items():
        measured["lines"][name] = on_lines(composed(records, setting, options.count, options.seed))
        print(name, json.dumps(measured["lines"][name]), flush=True)
    strange = composed(records, SPACED, options.count, options.seed + 1, strangers=True)
    measured["strangers"] = with_strangers(strange)
    print("strangers", json.dumps(measured["strangers"]))
    written = card(SCAN)
    written["measured"] = measured
    write_card(file_of(SCAN), written)


if __name__ == "__main__":
    main()
