"""The short way for what is asked while one draws: POST /gradio_api/live/NAME with the request alone, and an answer of
a tenth of the bytes that Gradio's way takes.

An answer is the length of its head in four bytes, little-endian; the head, JSON; and the numbers. It is deflated for
whoever takes that.
"""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from demo import digit, lab, line

# As demo/static/core/call.js takes it. A page from before a change of what the bytes mean, of an answer's or of
# packed_briefly's, must not read them: whoever changes that counts on here and there.
TYPE = "application/octet-stream; layout=2"

ANSWERS: dict[str, Callable[[Any], Awaitable[dict[str, Any]]]] = {
    "see": digit.see_briefly,
    "scan": line.scan,
    "experiment": lab.experiment,
}


def packed(reply: dict[str, Any], deflates: bool = True) -> bytes:
    """A reply, of which "values" may be bytes, as it is sent."""
    numbers = reply.get("values", b"")
    head = orjson.dumps({name: value for name, value in reply.items() if name != "values"})
    answer = len(head).to_bytes(4, "little") + head + numbers
    if not deflates:
        return answer
    # Most numbers are one of many zeros: runs alone make them as short as all else would, in a third of the time.
    are_most = len(numbers) > 4 * len(head)
    deflater = zlib.compressobj(strategy=zlib.Z_RLE if are_most else zlib.Z_DEFAULT_STRATEGY)
    return deflater.compress(answer) + deflater.flush()
