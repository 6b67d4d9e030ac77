"""Calls of the public endpoints, checked before Gradio sees them.

It writes pages of log about a call that fits no endpoint, keeps what sessions send, and fetches what looks like a
file.
"""

from __future__ import annotations

import inspect
from typing import Any

import gradio as gr
from gradio.utils import LRUCache

from demo.limits import Refused

_SESSIONS = 100  # whose answers are kept until they are fetched; each of their callers is a session of its own
_UNFETCHED = 20  # answers of one session
_DEEPEST = 3  # lists in lists: ink, stroke, point


def bound(blocks: gr.Blocks) -> None:
    """Let Gradio keep answers that nobody fetches for few sessions only."""
    blocks._queue.pending_messages_per_session = LRUCache(_SESSIONS)


def checked(blocks: gr.Blocks, path: str, call: dict[str, Any]) -> dict[str, Any]:
    """What Gradio needs of a call, and nothing else. path: the endpoint's address, or that of the queue.

    Raises Refused for an endpoint that is unknown, too many or too few arguments, and objects among these.
    """
    joins = path.rstrip("/").endswith("/join")
    name = call.get("fn_index") if joins else path.rstrip("/").rsplit("/", 1)[1]
    function = next((f for f in blocks.fns.values() if name == (f._id if joins else f.api_name)), None)
    if function is None or isinstance(name, bool):
        names = ", ".join(str(each.api_name) for each in blocks.fns.values())
        raise Refused(404, f"There is no such endpoint; choose one of {names}.")
    wanted = inspect.signature(function.fn).parameters
    by_name = "/call/v2/" in path
    given = [call.get(each) for each in wanted] if by_name else call.get("data")
    needed = [each.name for each in wanted.values() if each.default is each.empty]
    if by_name:
        fits = set(needed) <= set(call) <= {*wanted, "session_hash"}
    else:
        fits = isinstance(given, list) and len(needed) <= len(given) <= len(wanted)
    if not fits or not isinstance(given, list):
        raise Refused(400, f"{function.api_name} takes {' and '.join(wanted)}, as data: [...].")
    if not _is_plain(given):
        raise Refused(400, "An endpoint takes ink as lists of points and a picture as base64: no objects, no files.")
    if by_name:
        return dict(zip(wanted, given, strict=True))
    defaults = [each.default for each in list(wanted.values())[len(given) :]]
    found = {"data": [*given, *defaults]}
    if not joins:
        return found
    session = call.get("session_hash")
    if not isinstance(session, str) or not session:
        raise Refused(400, "The queue needs a session_hash, by which the answer is fetched.")
    if len(blocks._queue.pending_event_ids_session.get(session, ())) >= _UNFETCHED:
        raise Refused(429, "Fetch the answers of this session before asking more.")
    return {**found, "fn_index": name, "session_hash": session}


def _is_plain(data: list[Any]) -> bool:
    """Whether there are lists, texts and numbers alone, not deeper than ink is."""
    level: list[Any] = data
    for _ in range(_DEEPEST):
        if any(isinstance(each, dict) for each in level):
            return False
        level = [
            each for list_ in level if isinstance(list_, list) for each in list_ if isinstance(each, (list, dict))
        ]
    return not level
