"""The bodies of requests: read whole and checked before anything walks through them."""

from __future__ import annotations

import json
from typing import Any

import anyio
import orjson
from starlette.types import Message, Receive, Scope

LARGEST = 2_000_000  # bytes; 20,000 points with all their decimals stay below this, and so do the page's photos
LARGEST_FILE = 5_400_000  # of a page's call: a file of weights of 4 MB, in base64
MOST_LISTS = 25_000  # in one call: 20,000 points, their strokes, and some
_MOST_OBJECTS = 100
_SLOWEST = 20.0  # seconds for a whole body
_MOST_HELD = 100_000_000  # bytes of all bodies that are coming just now
_LONGEST_NAME = 100  # letters of a session's name


class Refused(Exception):
    """A request that is not served: its HTTP status, and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


_held = 0  # bytes of bodies that are coming


async def body_of(scope: Scope, receive: Receive, largest: int = LARGEST) -> bytes:
    """The whole body. Raises Refused for one that is too slow, or too large: by what it announces or by what comes."""
    global _held
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    too_large = Refused(413, f"The request is too large: at most {largest // 1_000_000} MB can be read at once.")
    if not announced.isdigit() or int(announced[:20]) > largest:
        raise too_large
    pieces: list[bytes] = []
    size = 0
    try:
        with anyio.move_on_after(_SLOWEST):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused(400, "The request broke off.")
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                _held += len(pieces[-1])
                if size > largest:
                    raise too_large
                if not message.get("more_body"):
                    return b"".join(pieces)
                if _held > _MOST_HELD:
                    raise Refused(503, "Too much is sent to the server just now. Try again in a few seconds.")
        raise Refused(408, "The request came too slowly; try again.")
    finally:
        _held -= size


def call_in(body: bytes) -> dict[str, Any]:
    """The JSON object that a body holds. Raises Refused for anything else, and for what no honest caller sends."""
    if body.count(b"[") > MOST_LISTS or body.count(b",") > 3 * MOST_LISTS or body.count(b"{") > _MOST_OBJECTS:
        raise Refused(413, "Too many points: at most 20,000 can be read at once.")
    try:
        call = orjson.loads(body)
    except ValueError:
        call = _leniently(body)
    if not isinstance(call, dict):
        raise Refused(400, "The request must be a JSON object.")
    session = call.get("session_hash")
    if session is not None and (not isinstance(session, str) or len(session) > _LONGEST_NAME):
        raise Refused(400, f"session_hash must be at most {_LONGEST_NAME} letters.")
    return call


def _leniently(body: bytes) -> Any:
    """What Python's own reader makes of it: it knows NaN and numbers of any size, which are refused later."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The request must be JSON.") from error


def replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read already, for an app to read again; then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
