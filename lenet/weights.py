"""The bundled networks, and the card beside each: what made it, and what was measured of it.

A network is a file of weights, NAME.pt, and its card, NAME.json. The bundled ones go by their names; any other
is named by its file.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import math
import re
from pathlib import Path
from typing import Any, Final, Literal, overload

import numpy as np
import torch

from .mistake import Mistake
from .model import PARAMETERS, LeNet5, Traceable

DEFAULT: Final = "lenet5"  # reads single digits
SCAN: Final = "scan"  # is swept over lines
OTHERS: Final = {"lenet5-1998": "LeNet-5 as published in 1998", "textbook": "LeNet of textbooks"}  # to be explored

# In an installed package they lie inside it, in a checkout beside it.
_HERE = Path(__file__).resolve().parent
FOLDER = next((folder for folder in (_HERE / "bundled", _HERE.parent / "weights") if folder.is_dir()), _HERE)

NAMES = tuple(dict.fromkeys([DEFAULT, SCAN, *sorted(file.stem for file in FOLDER.glob("*.pt"))]))  # what is bundled

_NUMBERS = re.compile(r"\[([-\d.,\s]+)\]")  # a list of them, one line of a card however long it is


class WeightsError(Mistake):
    """A network or its card cannot be had; the message names the file and says what to do."""


def file_of(name_or_file: str | Path) -> Path:
    """The weights file of a bundled network, by its name, or the file itself. Raises WeightsError for neither."""
    if str(name_or_file) in NAMES:
        file = FOLDER / f"{name_or_file}.pt"
        if not file.is_file():
            raise WeightsError(f"{file} is missing; install the package again, or check the file out anew.")
        return file
    if not Path(name_or_file).is_file():
        raise WeightsError(f"There is no network {name_or_file}; choose {' or '.join(NAMES)}, or name a file.")
    return Path(name_or_file).resolve()


@overload
def load(name_or_file: Literal["lenet5", "scan"] = DEFAULT) -> LeNet5: ...
@overload
def load(name_or_file: str | Path, **how: str) -> Traceable: ...
def load(name_or_file: str | Path = DEFAULT, **how: str) -> Traceable:
    """A network in eval mode, on the CPU; each file is read once, and its model is shared by all who ask.

    A file without a card, or with a card of labels alone, may hold any small LeNet, as `own.conventions` opens it:
    own.network.Network. how: activation, pooling or scaling of such a one, as `architecture` names them, where they
    shall not be found out. Raises WeightsError for a file that is missing, is not what its card says, or holds no such
    network.
    """
    return _load(file_of(name_or_file), **how)[0]


def standard(name_or_file: str | Path = DEFAULT) -> LeNet5:
    """The same, of the standard architecture alone. Raises WeightsError for another."""
    model = load(name_or_file)
    if not isinstance(model, LeNet5):
        raise WeightsError(f"{name_or_file} is not of LeNet-5's standard architecture; choose {' or '.join(NAMES)}.")
    return model


def threshold(name_or_file: str | Path = DEFAULT) -> float:
    """The score under which a picture is no digit: none for a network of somebody else, which calls everything one.

    Raises WeightsError for a network that has none: one for lines.
    """
    file = file_of(name_or_file)
    limit = _load(file)[1]
    if limit is None:
        raise WeightsError(f"{file} is not for single digits: it has no card with a threshold; choose {DEFAULT}.")
    return limit


@functools.cache
def _load(file: Path, **how: str) -> tuple[Traceable, float | None]:
    # Whoever calls first may be in inference mode; the model must not be bound to it for ever after.
    with torch.inference_mode(False):
        if not has_card(file):
            from .own.conventions import opened  # the page needs none of it

            own = opened(file, **how)
            return (_lenet5(file.read_bytes()) if own.is_standard else None) or own.network, -math.inf
        written = card(file)
        if how:
            raise WeightsError(f"{file} has a card, which says how it is run; leave out {' and '.join(how)}.")
        content = file.read_bytes()
        if written.get("weights_sha256") not in (None, hashlib.sha256(content).hexdigest()):
            raise _other(file)
        model = _of_card(content, written)
    if model is None:
        raise WeightsError(f"{file} holds no LeNet-5 weights; choose a file that `train` wrote.")
    if written.get("architecture"):  # it was never told what is no digit
        return model, -math.inf
    rejection = written.get("rejection")
    limit = rejection.get("threshold") if isinstance(rejection, dict) else None
    return model, limit if isinstance(limit, (int, float)) else None


def check(file: Path) -> None:
    """Raise WeightsError for a file that is missing, or is not the one that its card describes. It is not opened."""
    sum_ = card(file).get("weights_sha256")
    try:
        if sum_ != hashlib.sha256(file.read_bytes()).hexdigest():
            raise _other(file)
    except OSError as error:
        raise _other(file) from error


def _other(file: Path) -> WeightsError:
    return WeightsError(f"{file} is not the file that its card describes; fetch both anew.")


def _of_card(content: bytes, written: dict[str, Any]) -> Traceable | None:
    """The network that a card describes: LeNet-5, or the one that it names."""
    if written.get("architecture") is None:
        return _lenet5(content)
    from .published import MODELS  # most read digits with LeNet-5 alone

    try:
        model = MODELS[written["architecture"]]()
        model.load_state_dict(torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))
    except Exception:  # torch has no one error for a file that is something else
        return None
    return model.eval()


def _lenet5(content: bytes) -> LeNet5 | None:
    """The network of a file that `train` wrote, in eval mode."""
    model = LeNet5()
    try:
        model.load_state_dict(torch.load(io.BytesIO(content), map_location="cpu", weights_only=True))
    except Exception:  # torch has no one error for a file that is something else
        return None
    return model.eval()


def has_card(file: Path) -> bool:
    """Whether a card lies beside a file of weights. One of labels alone is none: such a network is somebody else's."""
    return file.with_suffix(".json").is_file() and "labels" not in card(file)


def card(name_or_file: str | Path = DEFAULT) -> dict[str, Any]:
    """The card of a network: recipe, seed, sums, and every measured figure. A new copy, for the caller to change.

    Raises WeightsError when it is missing or damaged.
    """
    file = file_of(name_or_file).with_suffix(".json")
    try:
        return {"measured": {}, **json.loads(file.read_bytes())}
    except FileNotFoundError as error:
        raise WeightsError(f"{file}, the card of these weights, is missing; put it beside them.") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise WeightsError(f"{file} is no card of weights; fetch it anew.") from error


def save(model: Traceable, file: Path, card: dict[str, Any]) -> dict[str, Any]:
    """Write weights and their card: `provenance`, then `card`. Returns what the card says.

    The same weights give the same bytes whatever the file is called. Raises OSError where that cannot be written.
    """
    content = io.BytesIO()
    torch.save(model.state_dict(), content)
    file.write_bytes(content.getvalue())
    written = {**provenance(file), "parameters": count(model), "measured": {}, **card}
    write_card(file, written)
    return written


def count(model: Traceable) -> int:
    """How many numbers of it are trained."""
    return sum(each.numel() for each in model.parameters())


def provenance(file: Path) -> dict[str, Any]:
    """What a card says of its weights file, and of the libraries that made it."""
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    libraries = {"torch": torch.__version__, "numpy": np.__version__}
    return {"parameters": PARAMETERS, "weights_sha256": sha256, **libraries}


def write_card(file: Path, card: dict[str, Any]) -> None:
    """Write the card of a weights file beside it."""
    text = _NUMBERS.sub(
        lambda found: f"[{' '.join(found[1].split())}]", json.dumps(card, indent=1, ensure_ascii=False)
    )
    file.with_suffix(".json").write_text(text + "\n", "utf-8")
    _load.cache_clear()
