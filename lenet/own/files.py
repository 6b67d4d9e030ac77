"""The weights in a file: state dicts of PyTorch (.pt, .pth), .safetensors and .npz, read without running anything.

What is read tells the kind, not the file's name. A pickle that holds more than weights is refused.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..weights import WeightsError
from .pickles import is_archive, oddity

MOST_BYTES = 4_000_000
MOST_PARAMETERS = 1_000_000
MOST_LABELS = 100
_HOLDERS = ("state_dict", "model_state_dict", "model", "net", "network", "weights")  # what wraps a state dict
_TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16}  # of safetensors, besides BF16

_PICKLED = (
    "This file is a pickle that holds more than weights, which could run any code. "
    "Save the weights alone: torch.save(model.state_dict(), 'lenet.pth')."
)
_UNREAD = "This file holds no weights that can be read; choose a state dict (.pt, .pth), .safetensors or .npz."


class OwnError(WeightsError):
    """A file that holds no network which can be opened; the message names what was found and what would fit."""


def small_enough(size: int) -> None:
    """Raise OwnError for a file of more bytes than are opened."""
    if size > MOST_BYTES:
        raise OwnError(
            f"This file has {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB can be opened. "
            "Save the weights alone, without the optimizer: torch.save(model.state_dict(), 'lenet.pth')."
        )


def tensors_of(content: bytes) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """The weights of a file by their names, float32, in the order of the file, or of names where that tells nothing;
    and what else it holds besides.

    Raises OwnError for a file that is too large, is none of these, or has numbers that are not finite.
    """
    small_enough(len(content))
    try:
        tensors, besides = _read(content)
        found = {name: each.detach() for name, each in tensors.items() if each.dim()}
        if not found:
            raise OwnError(_UNREAD)
        _sound(found)
        return {name: each.float() for name, each in found.items()}, besides
    except OwnError:
        raise
    except Exception as error:  # each of the readers has errors of its own for a file that is damaged
        raise OwnError(_UNREAD) from error


def _read(content: bytes) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    if is_archive(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise OwnError(_UNREAD)
            if sum(each.file_size for each in archive.infolist()) > 4 * MOST_BYTES:
                raise OwnError(f"Unpacked, this file has more than {4 * MOST_BYTES / 1e6:.0f} MB.")
        if all(name.endswith(".npy") for name in names):
            return _of_numpy(content)
    elif content[8:9] == b"{":
        return _of_safetensors(content)
    loaded = _of_torch(content)
    return _weights_in(loaded), loaded


def _of_torch(content: bytes) -> Any:
    if not content:
        raise OwnError("This file is empty; save it anew.")
    if odd := oddity(content):
        if "qtensor" in odd:
            raise OwnError("This network is quantised; save it as it was before, with weights of float32.")
        raise OwnError(_PICKLED)
    return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)


def _of_numpy(content: bytes) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    labels = arrays.pop("labels", None)
    if odd := next((name for name, each in arrays.items() if each.dtype.kind not in "fiub"), None):
        raise OwnError(f"{odd} holds no numbers; save the weights alone, and labels as a list of texts, if any.")
    weights = {name: torch.from_numpy(np.asarray(each, np.float32)) for name, each in arrays.items()}
    if labels is None:
        return weights, {}
    is_list = labels.dtype.kind == "U" and labels.dtype.itemsize and labels.ndim == 1 and len(labels) <= MOST_LABELS
    return weights, {"labels": labels.tolist() if is_list else 0}


def _of_safetensors(content: bytes) -> tuple[dict[str, Tensor], Mapping[str, Any]]:
    """Source: the format's own description, huggingface/safetensors."""
    length = int.from_bytes(content[:8], "little")
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    found: dict[str, Tensor] = {}
    taken = 0
    for name in sorted(header, key=natural):
        entry = header[name]
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        taken += end - start
        if not 0 <= start <= end <= len(data) or taken > len(data):
            raise OwnError(_UNREAD)
        raw = data[start:end]
        if entry["dtype"] == "BF16":  # the upper half of a float32
            array = (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
        elif entry["dtype"] in _TYPES:
            array = np.frombuffer(raw, np.dtype(_TYPES[entry["dtype"]]).newbyteorder("<")).astype(np.float32)
        else:
            raise OwnError(f"{name} holds numbers of type {entry['dtype']}; save it as float32 or float16.")
        found[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    told = header.get("__metadata__", {})  # texts alone
    return found, {"labels": json.loads(told["labels"])} if "labels" in told else {}


def _weights_in(loaded: Any) -> dict[str, Tensor]:
    """The state dict in what torch loaded, perhaps inside of another dict."""
    if not isinstance(loaded, Mapping):
        raise OwnError(_UNREAD)
    for name in _HOLDERS:
        if isinstance(loaded.get(name), Mapping):
            return _weights_in(loaded[name])
    return {str(name): value for name, value in loaded.items() if isinstance(value, Tensor)}


def _sound(found: Mapping[str, Tensor]) -> None:
    # What a tensor holds may be many times what the file does.
    count = sum(each.numel() for each in found.values())
    if count > MOST_PARAMETERS:
        raise OwnError(f"This network has {count:,} parameters; at most {MOST_PARAMETERS:,} can be opened.")
    for name, each in found.items():
        if each.layout != torch.strided or each.is_nested or each.is_meta or not each.numel():
            raise OwnError(f"{name} holds no plain numbers; save it as a dense tensor.")
        if each.is_complex() or not bool(torch.isfinite(each.float()).all()):
            raise OwnError(f"{name} holds numbers that are not finite; the training of this network went wrong.")


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts names as people count: conv2 before conv10."""
    parts = re.split(r"([0-9]{1,9})", name[:200])
    return [(1, int(part), "") if part.isascii() and part.isdecimal() else (0, 0, part) for part in parts]
