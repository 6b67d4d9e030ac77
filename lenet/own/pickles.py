"""What a pickle would do, looked at before it is read: torch's own check lets some pass that take all memory, or for
ever."""

from __future__ import annotations

import io
import pickletools
import zipfile
from collections.abc import Iterator

_KNOWN = {
    "collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter", "torch Size",
    "torch.storage UntypedStorage", "torch.storage TypedStorage",
}  # fmt: skip
_MOST_STEPS = 100_000
_MOST_SHARED = 20  # tuples used again: each may double the work of what uses it
_PICKLES = 5  # in a file of torch's older format: what it is, and the weights


def is_archive(content: bytes) -> bool:
    """Whether it is a zip archive. Raises ValueError for what is one by its end and something else by its beginning:
    torch reads the one, and what looks into archives the other."""
    found = zipfile.is_zipfile(io.BytesIO(content))
    if found != content.startswith(b"PK\x03\x04"):
        raise ValueError("this is half an archive")
    return found


def oddity(content: bytes) -> str | None:
    """What a file of torch's holds besides weights, or None. Raises ValueError for what is no pickle."""
    for pickled in _pickles(content):
        if found := _oddity(pickled):
            return found
    return None


def _pickles(content: bytes) -> Iterator[io.BytesIO]:
    if is_archive(content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".pkl")]
            if not names:
                raise ValueError("there is no pickle in this archive")
            yield from (io.BytesIO(archive.read(name)) for name in names)
        return
    stream = io.BytesIO(content)
    for _ in range(_PICKLES):  # each is read from where the one before ended
        yield stream


def _oddity(stream: io.BytesIO) -> str | None:
    texts: list[str] = []
    tuples, shared, stored, was_tuple = set(), 0, 0, False
    for step, (code, value, _) in enumerate(pickletools.genops(stream)):
        name = code.name
        if (isinstance(value, str) and "UNICODE" in name) or name.endswith("STRING"):
            texts = [*texts[-1:], str(value)]
        if name in ("GLOBAL", "INST", "STACK_GLOBAL"):
            named = " ".join(texts) if name == "STACK_GLOBAL" else str(value)
            is_storage = named.startswith("torch ") and named.endswith("Storage")
            is_type = named.startswith("torch ") and named[6:] in ("float16", "float32", "float64", "bfloat16")
            if named not in _KNOWN and not is_storage and not is_type:
                return named
        if name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            if was_tuple:
                tuples.add(stored if name == "MEMOIZE" else value)
            stored += 1
            continue
        shared += name == "DUP" or (name in ("GET", "BINGET", "LONG_BINGET") and value in tuples)
        was_tuple = name in ("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3")
        if step > _MOST_STEPS or shared > _MOST_SHARED:
            return "too many steps"
    return None
