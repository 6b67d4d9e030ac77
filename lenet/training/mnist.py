"""The MNIST files: found in a folder or downloaded once, checked, read.

MNIST: LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/ (CC BY-SA 3.0). IDX format: two zero bytes, a type byte
(8 = uint8), the number of dimensions, each dimension as big-endian uint32, the data.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..mistake import Mistake

# Sums of the uncompressed files, because people compress them differently, and of the published downloads.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
DOWNLOADS = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
MIRRORS = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")
_LARGEST_FILE = 60_000 * 28 * 28 + 16


class DataError(Mistake):
    """MNIST cannot be had or is not what it should be; the message says what to do."""


@dataclass(frozen=True)
class Pictures:
    """Labelled pictures: uint8 (n, 28, 28), ink = 255; labels int64 (n,), 0 to 9, or 10 for no digit."""

    images: Tensor
    labels: Tensor

    def __getitem__(self, chosen: Tensor | slice) -> Pictures:
        return Pictures(self.images[chosen], self.labels[chosen])


def mnist(split: str, folder: str | Path | None = None) -> Pictures:
    """Read MNIST's "train" (60,000) or "test" (10,000) pictures.

    folder: where the IDX files lie, plain or .gz; None downloads them once into torch's cache.
    Raises DataError for a missing, damaged or foreign file.
    """
    prefix = {"train": "train", "test": "t10k"}[split]
    here = Path(folder) if folder is not None else download()
    files = (_checked(here, f"{prefix}-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1"))
    images, labels = (torch.tensor(read_idx(file)) for file in files)
    return Pictures(images, labels.long())


def read_idx(content: bytes) -> np.ndarray:
    """Decode one uncompressed IDX file of uint8. Raises DataError when it is cut short or no IDX file."""
    try:
        zeros, kind, dimensions = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{dimensions}I", content, 4)
        if zeros or kind != 8:
            raise ValueError
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (struct.error, ValueError) as error:
        raise DataError("This is no IDX file of bytes, the format MNIST comes in, or not a whole one.") from error


def download(folder: Path | None = None, mirrors: tuple[str, ...] = MIRRORS) -> Path:
    """Fetch what is missing of the four files, each checked before it is kept. Returns the folder.

    folder: torch's cache if None. Every mirror is tried. Raises DataError when none delivers.
    """
    folder = folder or Path(torch.hub.get_dir()) / "mnist"
    folder.mkdir(parents=True, exist_ok=True)
    for name, sha256 in DOWNLOADS.items():
        file, reasons = folder / name, []
        for mirror in mirrors:
            if not file.is_file():
                try:
                    torch.hub.download_url_to_file(mirror + name, str(file), sha256)
                except (OSError, RuntimeError) as error:
                    reasons.append(f"{mirror}{name}: {error}")
        if not file.is_file():
            raise DataError(
                f"Could not download {name}. Check the connection, or fetch MNIST's four files by other means and name"
                f" their folder after --mnist. {' '.join(reasons)}"
            )
    return folder


def _checked(folder: Path, name: str) -> bytes:
    """What the file of that name holds, plain or packed."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".gz":
                # One byte more than the largest file, so that a decompression bomb is cut off.
                with contextlib.suppress(zlib.error):
                    content = zlib.decompressobj(wbits=31).decompress(content, _LARGEST_FILE + 1)
            if hashlib.sha256(content).hexdigest() != SHA256[name]:
                raise DataError(f"{path} is damaged or is not MNIST's; delete it and fetch it again.")
            return content
    raise DataError(
        f"No {name} or {name}.gz in {folder}; name the folder with MNIST's four files after --mnist,"
        " or leave --mnist out to download them."
    )
