"""How well lines of several digits are read: whole strings, and single digits."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import torch

from ..line.detect import METHODS, read_line
from ..weights import SCAN
from .records import Records


def on_lines(records: Records, network: str | Path = SCAN) -> dict[str, Any]:
    """Figures on lines, {"text", "strokes"} each, for the default and, under "methods", for every method.

    digits_right_percent: of the digits written, those that were read, in their order.
    """
    texts = [record["text"] for record in records]
    figures = {}
    for method in METHODS:
        answers = read_all(records, method, network)
        whole = sum(text == read for text, read in zip(texts, answers, strict=True))
        figures[method] = {
            "strings_right_percent": round(100 * whole / len(texts), 2),
            "digits_right_percent": round(100 * sum(map(kept, texts, answers)) / max(1, len("".join(texts))), 2),
        }
    return {**figures[METHODS[0]], "n": len(texts), "methods": figures}


def kept(text: str, read: str) -> int:
    """How many digits were read as they were written, in order, by difflib's alignment."""
    return sum(block.size for block in SequenceMatcher(None, text, read, autojunk=False).get_matching_blocks())


def read_all(records: Records, method: str, network: str | Path = SCAN) -> list[str]:
    """The text that is read from each of the lines."""
    torch.set_num_threads(1)  # a pass over one line is too small to share out
    return [read_line(record["strokes"], method, network).text for record in records]
