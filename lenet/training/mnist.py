"""The MNIST files: found in a folder or downloaded once, checked, read.

MNIST: LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/ (CC BY-SA 3.0). IDX format: two zero
bytes, a type byte (8 = uint8), the number of dimensions, each dimension as big-endian uint32, the data.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..mistake import Mistake

# Sums of the uncompressed files, because mirrors compress them differently.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
_LARGEST_FILE = 60_000 * 28 * 28 + 16


class DataError(Mistake):
    """MNIST cannot be had or is not what it should be; the message says what to do."""


@dataclass(frozen=True)
class Digits:
    """Labelled pictures: images uint8 (n, 28, 28), ink = 255; labels uint8 (n,), 0 to 9."""

    images: np.ndarray
    labels: np.ndarray


def mnist(split: str, folder: str | Path | None = None) -> Digits:
    """Read MNIST's "train" (60,000) or "test" (10,000) pictures.

    folder: where the IDX files lie, plain or .gz; None downloads them once into the user's cache.
    Raises DataError for a missing, damaged or foreign file.
    """
    prefix = {"train": "train", "test": "t10k"}[split]
    here = Path(folder) if folder is not None else download()
    images = read_idx(_checked(here, f"{prefix}-images-idx3-ubyte"))
    labels = read_idx(_checked(here, f"{prefix}-labels-idx1-ubyte"))
    if images.shape[1:] != (28, 28) or len(images) != len(labels):
        raise DataError(f"The MNIST files in {here} do not belong together; fetch them again.")
    return Digits(images, labels)


def read_idx(content: bytes) -> np.ndarray:
    """Decode one uncompressed IDX file of uint8. Raises DataError when it is cut short or no IDX file."""
    if len(content) < 4 or content[:3] != b"\0\0\x08":
        raise DataError("This is not an IDX file of bytes, the format MNIST comes in.")
    dimensions = content[3]
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise DataError("The IDX file ends inside its header; fetch it again.")
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    expected = start
    if dimensions:
        expected += int(np.prod(shape, dtype=object))
    if len(content) != expected:
        raise DataError(
            f"The IDX file holds {len(content):,} bytes where its header promises {expected:,}; fetch it again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def cache_folder() -> Path:
    """Where downloads are kept: $XDG_CACHE_HOME, or the platform's usual place for caches."""
    if base := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        return Path(base) / "lenet-live" / "mnist"
    return Path.home() / ".cache" / "lenet-live" / "mnist"


def download(folder: Path | None = None, mirrors: tuple[str, ...] = MIRRORS, attempts: int = 3) -> Path:
    """Fetch what is missing of the four files, each checked before it is kept. Returns the folder.

    Every mirror is tried `attempts` times, with a growing pause. Raises DataError when none delivers.
    """
    folder = folder or cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHA256:
        try:
            _checked(folder, name)
        except DataError:
            content = _fetch(name, mirrors, attempts)
            part = folder / f"{name}.part"
            part.write_bytes(content)
            part.replace(folder / name)
    return folder


def _checked(folder: Path, name: str) -> bytes:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".gz":
                content = _decompress(content, str(path))
            if hashlib.sha256(content).hexdigest() != SHA256[name]:
                raise DataError(f"{path} is damaged or is not MNIST's; delete it and fetch it again.")
            return content
    raise DataError(
        f"No {name} or {name}.gz in {folder}; name the folder with MNIST's four files after --mnist,"
        " or leave --mnist out to download them."
    )


def _decompress(content: bytes, where: str) -> bytes:
    # One byte more than the largest file, so that a decompression bomb is cut off.
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _LARGEST_FILE + 1)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{where} is no readable gzip file; delete it and fetch it again.") from error


def _fetch(name: str, mirrors: tuple[str, ...], attempts: int) -> bytes:
    reasons = []
    for attempt in range(attempts):
        for mirror in mirrors:
            url = f"{mirror}{name}.gz"
            try:
                content = _decompress(_read_url(url, name), url)
            except (OSError, urllib.error.URLError, DataError) as error:
                reasons.append(f"{url}: {error}")
                continue
            if hashlib.sha256(content).hexdigest() == SHA256[name]:
                return content
            reasons.append(f"{url}: the content is not MNIST's")
        if attempt + 1 < attempts:
            time.sleep(2**attempt)
    raise DataError(
        f"Could not download {name}. Check the connection, or fetch MNIST's four files by other means"
        f" and name their folder after --mnist. Last: {reasons[-1] if reasons else 'no mirror given'}"
    )


def _read_url(url: str, name: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        total = int(response.headers.get("Content-Length") or 0)
        pieces = []
        received = 0
        with tqdm(total=total or None, unit="B", unit_scale=True, desc=name) as bar:
            while piece := response.read(1 << 16):
                pieces.append(piece)
                received += len(piece)
                bar.update(len(piece))
                if received > _LARGEST_FILE:
                    raise DataError("the file is far larger than MNIST's")
        if total and received != total:
            raise DataError(f"the connection broke after {received:,} of {total:,} bytes")
    return b"".join(pieces)
