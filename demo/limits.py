"""Refuses request bodies that no honest caller sends, before they are read into memory."""

from __future__ import annotations

import contextlib

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_CALL = 2_000_000  # bytes of JSON; 20,000 points with all their decimals stay below this
LARGEST_UPLOAD = 17_000_000  # bytes of a multipart form; Gradio itself limits the file in it
_MOST_DRAINED = 64_000_000  # bytes thrown away so that the caller, still sending, gets to read the answer


class BodyLimit:
    """ASGI middleware: answers 413 and keeps nothing of a body that grows past its limit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        multipart = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        limit = LARGEST_UPLOAD if multipart else LARGEST_CALL
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > limit:
            await _refuse(limit, scope, receive, send)
            return
        received = 0
        started = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            # The app may have caught _TooLarge and made an answer of its own of it.
            if received <= limit or started:
                started = True
                await send(message)

        with contextlib.suppress(_TooLarge):
            await self.app(scope, counted, noted)
        if received > limit and not started:
            await _refuse(limit, scope, receive, send)


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    drained = 0
    while drained < _MOST_DRAINED:
        message = await receive()
        drained += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    sentence = f"The request is too large: at most {limit // 1_000_000} MB can be read at once."
    response = JSONResponse({"error": sentence}, 413, headers={"connection": "close"})
    await response(scope, receive, send)


class _TooLarge(Exception):
    pass
