"""The bundled networks, and the card beside each: what made it, and what was measured of it.

A network is a file of weights, NAME.pt, and its card, NAME.json. The bundled ones go by their names; any other
is named by its file.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .mistake import Mistake
from .model import PARAMETERS, LeNet5

DEFAULT = "lenet5"  # reads single digits
SCAN = "scan"  # is swept over lines

# In an installed package they lie inside it, in a checkout beside it.
_HERE = Path(__file__).resolve().parent
FOLDER = next((folder for folder in (_HERE / "bundled", _HERE.parent / "weights") if folder.is_dir()), _HERE)

NAMES = tuple(dict.fromkeys([DEFAULT, SCAN, *sorted(file.stem for file in FOLDER.glob("*.pt"))]))  # what is bundled


class WeightsError(Mistake):
    """A network or its card cannot be read or written; the message names the file and says what to do."""


def file_of(name_or_file: str | Path) -> Path:
    """The weights file of a bundled network, by its name, or the one that is named.

    Raises WeightsError for what is neither a bundled network nor an existing file.
    """
    if str(name_or_file) in NAMES:
        file = FOLDER / f"{name_or_file}.pt"
        if file.is_file():
            return file
        raise WeightsError(f"{file} is missing; install the package again, or check the file out anew.")
    if Path(name_or_file).is_file():
        return Path(name_or_file).resolve()
    raise WeightsError(f"There is no network {name_or_file}; choose {' or '.join(NAMES)}, or name a weights file.")


def load(name_or_file: str | Path = DEFAULT) -> LeNet5:
    """A network in eval mode, on the CPU; each file is read once, and its model is shared by all who ask.

    Raises WeightsError for a file that is missing, is not what its card says, or holds no LeNet-5 weights.
    """
    return _load(file_of(name_or_file))


@functools.cache
def _load(file: Path) -> LeNet5:
    content = _read(file)
    beside = file.with_suffix(".json")
    if beside.is_file() and card(file).get("weights_sha256") != _sum(content):
        raise WeightsError(f"{file} is not the file that {beside.name} describes; fetch both anew.")
    # Whoever calls first may be in inference mode; the model must not be bound to it for ever after.
    with torch.inference_mode(False):
        model = LeNet5()
        try:
            model.load_state_dict(torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))
        except Exception as error:  # torch has no one error for a file that is something else
            raise WeightsError(f"{file} holds no LeNet-5 weights; choose a file that `train` wrote.") from error
        return model.eval()


def card(name_or_file: str | Path = DEFAULT) -> dict[str, Any]:
    """The card of a network: recipe, seed, sums, and every measured figure. A new copy, for the caller to change.

    Raises WeightsError when it is missing or damaged.
    """
    file = file_of(name_or_file).with_suffix(".json")
    if not file.is_file():
        raise WeightsError(f"{file}, the card of these weights, is missing; put it beside them.")
    try:
        content = json.loads(_read(file))
        if isinstance(content, dict) and isinstance(content.setdefault("measured", {}), dict):
            return content
    except (ValueError, RecursionError):
        pass
    raise WeightsError(f"{file} is no card of weights; fetch it anew.")


def threshold(name_or_file: str | Path = DEFAULT) -> float:
    """The score under which a picture is no digit. Raises WeightsError for a network that has none: one for lines."""
    return _threshold(file_of(name_or_file))


@functools.cache
def _threshold(file: Path) -> float:
    try:
        return float(card(file)["rejection"]["threshold"])
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(f"{file} is not for single digits: its card has no threshold; choose {DEFAULT}.") from error


def misread(name_or_file: str | Path = DEFAULT) -> list[dict[str, Any]]:
    """The digits of MNIST's test set that a network misreads, as `evaluate --mnist --card` left them."""
    return json.loads(_misread(file_of(name_or_file)).read_text("utf-8"))


def save(model: LeNet5, file: Path, card: dict[str, Any]) -> dict[str, Any]:
    """Write weights and their card, which is `card` after their `provenance`. Returns the card.

    The same weights give the same bytes whatever the file is called. Raises OSError where that cannot be written.
    """
    content = io.BytesIO()
    torch.save(model.state_dict(), content)
    file.write_bytes(content.getvalue())
    written = {**provenance(file), "measured": {}, **card}
    write_card(file, written)
    return written


def provenance(file: Path) -> dict[str, Any]:
    """What a card says of its weights file, and of the libraries that made it."""
    return {
        "parameters": PARAMETERS,
        "weights_sha256": _sum(_read(file)),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def write_card(file: Path, card: dict[str, Any]) -> None:
    """Write the card of a weights file beside it."""
    file.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _load.cache_clear()
    _threshold.cache_clear()


def write_misread(file: Path, pictures: list[dict[str, Any]]) -> None:
    """Write what `misread` reads."""
    _misread(file).write_text(json.dumps(pictures, indent=0) + "\n", "utf-8")


def _misread(file: Path) -> Path:
    return file.with_name(f"{file.stem}.misread.json")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror}.") from error


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
