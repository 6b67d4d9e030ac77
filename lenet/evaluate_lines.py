"""How well lines of several digits are read: whole strings, single digits, digits invented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from .detect import METHODS, read_line
from .evaluate import EvaluationError, read_json
from .ink import InkError

NAMES = {
    "best": "the best parting of the strokes (the default)",
    "swept": "the swept network alone",
    "grouped": "strokes that overlap, grouped",
}


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a JSON list of {"text", "strokes"}, plain or .gz. Raises EvaluationError if it is anything else."""
    records = read_json(path)
    if not isinstance(records, list) or not records:
        raise EvaluationError(f'{path} must hold a list of {{"text", "strokes"}}.')
    for number, record in enumerate(records):
        text = record.get("text") if isinstance(record, dict) else None
        if not isinstance(text, str) or not set(text) <= set("0123456789?") or "strokes" not in record:
            raise EvaluationError(f'Record {number} of {path} needs a "text" of digits and "strokes".')
    return records


def on_lines(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Figures on lines, {"text", "strokes"} each, for the default and, under "methods", for every method.

    digits_right_percent: of the digits written, those that an alignment of the fewest edits leaves as they are.
    """
    torch.set_num_threads(1)  # a pass over one line is too small to share out
    figures = {}
    for method in METHODS:
        pairs = [(record["text"], _read(number, record, method)) for number, record in enumerate(records)]
        digits = sum(len(text) for text, _ in pairs)
        figures[method] = {
            "strings_right_percent": round(100 * sum(text == read for text, read in pairs) / len(pairs), 2),
            "digits_right_percent": round(100 * sum(kept(text, read) for text, read in pairs) / max(1, digits), 2),
        }
    return {**figures[METHODS[0]], "n": len(records), "methods": figures}


def with_strangers(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Figures on lines that hold other things too, a "?" each in "text": how many digits are invented.

    Invented is what is read beyond the digits that are there, whichever it is taken for.
    """
    torch.set_num_threads(1)
    figures = {}
    for method in METHODS:
        pairs = [(record["text"].replace("?", ""), _read(i, record, method)) for i, record in enumerate(records)]
        figures[method] = {
            "invented": sum(len(read) - kept(text, read) for text, read in pairs),
            "missed": sum(len(text) - kept(text, read) for text, read in pairs),
            "digits": sum(len(text) for text, _ in pairs),
        }
    return {"n": len(records), "methods": figures}


def kept(text: str, read: str) -> int:
    """Length of the longest common subsequence: the digits that were read as they were written, in order."""
    row = [0] * (len(read) + 1)
    for written in text:
        before = row
        row = [0]
        for column, seen in enumerate(read):
            row.append(before[column] + 1 if written == seen else max(before[column + 1], row[-1]))
    return row[-1]


def _read(number: int, record: dict[str, Any], method: str) -> str:
    try:
        return read_line(record["strokes"], method).text
    except InkError as error:
        raise EvaluationError(f"Record {number}: {error}") from error


def table(card: dict[str, Any]) -> list[list[str]]:
    """The figures of the sweep's card as rows: a head, then a row a way to read."""
    measured = card["measured"]
    kinds = list(measured["lines"])
    rows = [["whole strings right", *kinds, "digits invented among strangers"]]
    for method, name in NAMES.items():
        strange = measured["strangers"]["methods"][method]
        shares = [f"{measured['lines'][kind]['methods'][method]['strings_right_percent']:.1f} %" for kind in kinds]
        rows.append([name, *shares, f"{strange['invented']} in {measured['strangers']['n']} lines"])
    return rows
