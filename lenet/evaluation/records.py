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


# What a field may hold, by what a message calls it.
_FITS: dict[str, Callable[[Any], bool]] = {
    "a digit": lambda value: type(value) is int and 0 <= value <= 9,
    "text of digits": lambda value: isinstance(value, str) and set(value) <= set("0123456789"),
    "a character": lambda value: isinstance(value, str) and len(value) == 1,
    "text": lambda value: isinstance(value, str),
    "a list": lambda value: isinstance(value, list),
}


def read_ink(path: Path) -> Records:
    """Digits written with a pen, strokes as `ink.checked` leaves them. All of these raise EvaluationError."""
    return _records(path, digit="a digit", strokes="a list")


def read_lines(path: Path) -> Records:
    """Lines of digits."""
    return _records(path, text="text of digits", strokes="a list")


def read_letters(path: Path) -> Records:
    """Characters, and what kind of character each is."""
    return _records(path, label="a character", kind="text", strokes="a list")


def read_photos(folder: Path) -> Records:
    """A folder's labels.json: the pictures in the folder, as paths, and their digits."""
    records = _records(folder / "labels.json", file="text", label="a digit")
    if not all(isinstance(record.get("kind", ""), str) for record in records):
        raise EvaluationError(f"A kind in {folder / 'labels.json'} is no text.")
    return [{**record, "file": folder / record["file"]} for record in records]


def drawn(records: Records) -> np.ndarray:
    """The pictures of records with strokes, drawn as the page does: float32 (n, 28, 28)."""
    return np.stack([draw_digit(record["strokes"]).picture for record in records])


def _records(path: Path, **fields: str) -> Records:
    """The records of a file, a list, each with these fields; strokes are checked."""
    records, needed = _json(path), " and ".join(f'"{name}" ({what})' for name, what in fields.items())
    if not isinstance(records, list) or not records:
        raise EvaluationError(f"{path} must hold a list of records, each with {needed}.")
    for number, record in enumerate(records):
        if not isinstance(record, dict) or not all(_FITS[what](record.get(name)) for name, what in fields.items()):
            raise EvaluationError(f"Record {number} of {path} needs {needed}.")
        try:
            if "strokes" in fields:
                record["strokes"] = checked(record["strokes"])
        except InkError as error:
            raise EvaluationError(f"Record {number} of {path}: {error}") from error
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
