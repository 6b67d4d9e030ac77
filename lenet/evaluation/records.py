"""The files that `evaluate` takes: labelled pen strokes as JSON, plain or .gz, and folders of labelled photos."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..ink import InkError, checked, draw_digit
from ..mistake import Mistake

_LARGEST_FILE = 500_000_000  # bytes, unpacked

Records = list[dict[str, Any]]


class EvaluationError(Mistake):
    """The file to evaluate cannot be used; the message says why."""


def read_ink(path: Path) -> Records:
    """Read a list of {"digit", "strokes"}, strokes as `ink.checked` leaves them.

    Raises EvaluationError for anything else, as do all of these.
    """
    return _with_strokes(path, '"digit" from 0 to 9', lambda record: _is_digit(record.get("digit")))


def read_lines(path: Path) -> Records:
    """Read a list of {"text", "strokes"}, the text of digits alone."""

    def fits(record: dict[str, Any]) -> bool:
        text = record.get("text")
        return isinstance(text, str) and set(text) <= set("0123456789")

    return _with_strokes(path, '"text" of digits', fits)


def read_letters(path: Path) -> Records:
    """Read a list of {"label", "kind", "strokes"}: a character, and what kind of character it is."""

    def fits(record: dict[str, Any]) -> bool:
        label, kind = record.get("label"), record.get("kind")
        return isinstance(label, str) and len(label) == 1 and isinstance(kind, str)

    return _with_strokes(path, '"label" of one character, a "kind"', fits)


def read_photos(folder: Path) -> Records:
    """Read a folder's labels.json, a list of {"file", "label"}: a picture in the folder, and its digit."""

    def fits(record: dict[str, Any]) -> bool:
        return isinstance(record.get("file"), str) and _is_digit(record.get("label"))

    return _records(folder / "labels.json", '"file" and a "label" from 0 to 9', fits)


def drawn(records: Records) -> np.ndarray:
    """The pictures of records with strokes, drawn as the page does: float32 (n, 28, 28)."""
    return np.stack([draw_digit(record["strokes"]).picture for record in records])


def _is_digit(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 9


def _with_strokes(path: Path, label: str, fits: Callable[[dict[str, Any]], bool]) -> Records:
    records = _records(path, f'{label} and "strokes"', lambda record: fits(record) and "strokes" in record)
    for number, record in enumerate(records):
        try:
            record["strokes"] = checked(record["strokes"])
        except InkError as error:
            raise EvaluationError(f"Record {number} of {path}: {error}") from error
    return records


def _records(path: Path, needed: str, fits: Callable[[dict[str, Any]], bool]) -> Records:
    records = _json(path)
    if not isinstance(records, list) or not records:
        raise EvaluationError(f"{path} must hold a list of records, each with a {needed}.")
    for number, record in enumerate(records):
        if not isinstance(record, dict) or not fits(record):
            raise EvaluationError(f"Record {number} of {path} needs a {needed}.")
    return records


def _json(path: Path) -> Any:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = zlib.decompressobj(wbits=31).decompress(content, _LARGEST_FILE)
        return json.loads(content)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}.") from error
    except zlib.error as error:
        raise EvaluationError(f"{path} is no readable gzip file.") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is not JSON.") from error
