"""The page's scripts as browsers get them: compressed, and without comments, which are for those who read the code."""

from __future__ import annotations

import functools
import gzip
import re

import brotli

from demo.files import STATIC

# What stands alone on its lines, as the formatter leaves every comment that is not part of an expression.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.M | re.S)
_GAPS = re.compile(r"\n{2,}")


def bare(script: str) -> str:
    """A script without its comments, and without empty lines."""
    return _GAPS.sub("\n", _COMMENT.sub("", script)).lstrip("\n")


@functools.cache
def served(name: str, encoding: str | None) -> bytes:
    """A script by its name in static/, compressed by an encoding: br, gzip or none."""
    script = bare((STATIC / name).read_text("utf-8")).encode()
    if encoding == "br":
        packed: bytes = brotli.compress(script, quality=9)
        return packed
    return gzip.compress(script) if encoding == "gzip" else script
