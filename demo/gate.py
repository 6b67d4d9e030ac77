"""The gate in front of Gradio: what is not needed is not open, what is refused costs next to nothing, and what the
page asks while one draws is answered here, without the way through Gradio.

It is ASGI middleware for `launch` and `mount_gradio_app`: `app_kwargs=gate(blocks)`.
"""

from __future__ import annotations

import functools
import gc
import json
import re
from typing import Any

import anyio
import gradio as gr
import orjson
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo import endpoints, live
from demo.doors import Door, door_of
from demo.files import DEMO, VERSION, browsers
from demo.limits import LARGEST, LARGEST_FILE, Refused, body_of, call_in, replayed
from demo.pulse import Pulse
from demo.queues import gone
from demo.scripts import served

_PAGE_CALLS = "/gradio_api/component_server"
_LIVE = "/gradio_api/live/"
_FILES = "/gradio_api/file=demo"
_VERSIONED = re.compile(rf"{_FILES}@([0-9a-f]{{12}})(?=/)")
_LONGEST_QUERY = 300  # letters; the page's own may hold a drawing
# Gradio's page builds functions from text and writes its settings into it, hence the "unsafe" ones. The Hub shows a
# Space in a frame.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'self' https://huggingface.co https://*.hf.space"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"content-security-policy", _POLICY.encode()),
]
_BYTES, _DEFLATED = [(b"content-type", live.TYPE.encode())], [(b"content-encoding", b"deflate")]
_DRAINED = 2.0  # seconds
_FOR_EVER, _ASK = b"public, max-age=31536000, immutable", b"no-cache"


def gate(blocks: gr.Blocks) -> dict[str, Any]:
    """`app_kwargs` for Gradio, that put the gate before the page."""
    endpoints.bound(blocks)
    return {"middleware": [Middleware(Gate, blocks=blocks)]}


class Gate:
    """ASGI middleware before everything else, Gradio's own middleware included."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks) -> None:
        self.app, self.blocks, self.pulse = app, blocks, Pulse()
        self.replaced = False  # by a gate that stands farther out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.replaced:
            await self.app(scope, receive, send)
            return
        application = scope["app"]
        if application.middleware_stack is not self:
            # Gradio put its own middleware before this one. From now on a gate of its own stands before that.
            application.middleware_stack = Gate(application.middleware_stack, self.blocks)
            self.replaced = True
            # What is there now stays; else ink of many points has Python look through all of it, which takes 0.15 s.
            gc.freeze()
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._guarded(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        root, path = scope.get("root_path", "").rstrip("/"), scope["path"]
        if not path.startswith(f"{root}/"):  # a proxy has taken it away
            root = ""
        path, version = _without_version(path[len(root) :])
        is_live = path.startswith(_LIVE)
        is_page_call = scope["method"] == "POST" and (is_live or path.rstrip("/") == _PAGE_CALLS)
        was_read = scope["method"] != "POST"
        try:
            door = door_of(scope["method"], path)
            if door is None or (path.startswith(_FILES) and browsers(path[len(_FILES) + 1 :]) is None):
                raise Refused(404, "There is nothing at this address.")
            if len(scope.get("query_string", b"")) > _LONGEST_QUERY and path != "/":
                raise Refused(414, "The address is too long.")
            if scope["method"] == "POST":
                body = await body_of(scope, receive, LARGEST if is_live or not is_page_call else LARGEST_FILE)
                was_read = True
                call = call_in(body)
                if is_live:
                    reply = await self._asked(live.ANSWERS[path[len(_LIVE) :]], call, receive)
                    deflates = b"deflate" in dict(scope["headers"]).get(b"accept-encoding", b"")
                    await _send(live.packed(reply, deflates), 200, send, _BYTES + _DEFLATED * deflates)
                    return
                if is_page_call:
                    await _answer(orjson.dumps(await self._reply(call, receive)), 200, send)
                    return
                body = json.dumps(endpoints.checked(self.blocks, path, call)).encode()
                gone.set(functools.partial(_left, receive))
                scope, receive = _announced(scope, body), replayed(body, receive)
        except Refused as refused:
            # Gradio tells the page's scripts nothing of an answer that is not 200.
            status = 200 if is_page_call and was_read else refused.status
            said = orjson.dumps({"error": refused.sentence})
            await _answer(said, status, send, unread=None if was_read else receive)
            return
        if path.startswith(_FILES) and path.endswith(".js"):
            if version is None:
                await _answer(_same_module(path).encode(), 200, send, kind=b"text/javascript")
            else:
                await _script(path, scope, _headed(send, path, version == VERSION))
            return
        if path.startswith(_FILES):
            # Gradio wants to know where the file lies; an address would show that to visitors.
            scope = {**scope, "path": f"{root}/gradio_api/file={DEMO.as_posix()}{path[len(_FILES) :]}"}
        await self.app(_private(scope, door), receive, _headed(send, path, version == VERSION))

    async def _reply(self, call: dict[str, Any], receive: Receive) -> Any:
        """What one of the page's own functions returns."""
        number, name = call.get("component_id"), call.get("fn_name")
        block = self.blocks.blocks.get(number) if type(number) is int else None
        function: Any = getattr(block, name, None) if isinstance(name, str) else None
        if not getattr(function, "_is_server_fn", False):
            raise Refused(404, "The page has no such function; reload it.")
        return await self._asked(function, call.get("data"), receive)

    async def _asked(self, function: Any, request: Any, receive: Receive) -> Any:
        gone.set(functools.partial(_left, receive))
        reply = await function(request)
        return {**reply, "busy": True} if self.pulse.crowded() and "error" not in reply else reply


async def _left(receive: Receive) -> None:
    """Return when the caller of a request that was read has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _without_version(path: str) -> tuple[str, str | None]:
    """The path of one of the page's files without its version, and the version.

    Another version than this one's is that of a page which another copy gave out, older or newer.
    """
    found = _VERSIONED.match(path)
    return (_FILES + path[found.end() :], found[1]) if found else (path, None)


def _same_module(path: str) -> str:
    """A script's stand-in at its address without a version: to a browser, another address is another module."""
    file = path[len(_FILES) + 1 :]
    return f'export * from "{"../" * (file.count("/") + 1)}file=demo@{VERSION}/{file}";\n'


async def _script(path: str, scope: Scope, send: Send) -> None:
    """Send one of the page's scripts, compressed as the browser bears it."""
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1")
    encoding = next((each for each in ("br", "gzip") if each in accepted), None)
    kept = [(b"content-type", b"text/javascript"), (b"vary", b"accept-encoding")]
    packed = [(b"content-encoding", encoding.encode())] if encoding else []
    await _send(served(path[len(_FILES) + 1 :], encoding), 200, send, kept + packed)


def _announced(scope: Scope, body: bytes) -> Scope:
    """The request with the length of another body."""
    kept = [each for each in scope["headers"] if each[0] not in (b"content-length", b"transfer-encoding")]
    return {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}


def _private(scope: Scope, door: Door) -> Scope:
    """The request as Gradio sees it: without its origin where no other site's scripts may read the answer."""
    if door.public:
        return scope
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"origin"]}


def _headed(send: Send, path: str, is_current: bool) -> Send:
    """Send with this page's headers."""
    fixed = is_current or path.startswith("/assets/")

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [each for each in message.get("headers", []) if each[0].lower() != b"cache-control"]
            cached = (b"cache-control", _FOR_EVER if fixed and message["status"] == 200 else _ASK)
            message = {**message, "headers": [*kept, *_HEADERS, cached]}
        await send(message)

    return headed


async def _answer(
    body: bytes, status: int, send: Send, *, kind: bytes = b"application/json", unread: Receive | None = None
) -> None:
    """Send a whole answer. unread: where a body still comes from; the answer is sent at once, what comes in the next
    seconds is thrown away, so that the caller gets to read the answer, and the connection is closed."""
    kept = [(b"content-type", kind), *_HEADERS, *[(b"connection", b"close")] * (unread is not None)]
    await _send(body, status, send, kept, more=unread is not None)
    if unread:
        with anyio.move_on_after(_DRAINED):
            while (await unread()).get("more_body"):
                pass
        await send({"type": "http.response.body", "body": b""})


async def _send(body: bytes, status: int, send: Send, headers: list[tuple[bytes, bytes]], more: bool = False) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": more})
