"""The page's scripts as browsers get them: compressed, and without what is for those who read the code."""

from __future__ import annotations

import functools
import gzip
import re

import brotli

from demo.files import DEMO

# What stands alone on its lines, as the formatter leaves every comment that is not part of an expression.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.M | re.S)
_ASIDE = re.compile(r" +// [^\n'\"`]*$", re.M)  # behind code
_TYPE = re.compile(r"/\*\* @[^\n]*?\*/ ?")  # within code
_GAPS = re.compile(r"\n\s*")  # markup does not mind


def bare(script: str) -> str:
    """A script without its comments, indents and empty lines."""
    return _GAPS.sub("\n", _ASIDE.sub("", _TYPE.sub("", _COMMENT.sub("", script)))).lstrip("\n")


@functools.cache
def served(name: str, encoding: str | None) -> bytes:
    """A script by its name in demo/, compressed by an encoding: br, gzip or none."""
    script = bare((DEMO / name).read_text("utf-8")).encode()
    if encoding == "br":
        packed: bytes = brotli.compress(script, quality=9)
        return packed
    return gzip.compress(script) if encoding == "gzip" else script
