"""The gate by itself, before an app that notes what reaches it: status, headers and bodies, message by message."""

import json

import anyio
import gradio as gr
import pytest

from demo import app, live
from demo.files import VERSION
from demo.gate import Gate, gate
from demo.queues import gone
from tests.demo.test_digit import SEVEN, run


class Behind:
    """Stands for Gradio: notes the requests, and answers with a header of its own."""

    def __init__(self):
        self.scopes, self.bodies = [], []
        self.middleware_stack = None

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] != "http":
            return
        message = await receive()
        self.bodies.append(message.get("body"))
        headers = [(b"Cache-Control", b"max-age=1"), (b"x-own", b"cache-control")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"behind"})


class Visit:
    """One request and all that comes back."""

    def __init__(self, path, *pieces, method="POST", headers=(), query=b"", kind="http"):
        self.behind = Behind()
        self.gate = Gate(self.behind, app.demo)
        self.behind.middleware_stack = self.gate
        self.pieces, self.sent, self.left = list(pieces), [], anyio.Event()
        scope = {"type": kind, "path": path, "headers": list(headers), "query_string": query, "app": self.behind}
        self.scope = {**scope, "method": method}
        run(self.gate(self.scope, self.receive, self.send))

    async def receive(self):
        if not self.pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": bool(self.pieces)}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return dict(self.sent[0]["headers"])

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent[1:])

    def whole(self):
        """Whether the answer is as long as it says, and ends."""
        ended = not self.sent[-1].get("more_body")
        return ended and int(self.headers[b"content-length"]) == len(self.body)


ASKED = json.dumps({"ink": SEVEN}).encode()


@pytest.mark.parametrize("deflates", [True, False])
def test_a_live_answer_says_what_it_is(deflates):
    visit = Visit("/gradio_api/live/see", ASKED, headers=[(b"accept-encoding", b"gzip, deflate")] * deflates)
    assert (visit.status, visit.headers[b"content-type"]) == (200, live.TYPE.encode())
    assert visit.headers.get(b"content-encoding") == (b"deflate" if deflates else None)
    assert visit.headers[b"cache-control"] == b"no-store"
    assert visit.whole()
    assert (b'"digit":7' in visit.body) is not deflates
    assert not visit.behind.scopes


def test_the_pages_call_is_answered_here():
    number = next(number for number, block in app.demo.blocks.items() if hasattr(block, "see"))
    call = {"component_id": number, "fn_name": "see", "data": {"ink": SEVEN}}
    visit = Visit("/gradio_api/component_server", json.dumps(call).encode())
    assert (visit.status, json.loads(visit.body)["digit"]) == (200, 7)
    assert visit.headers[b"content-type"] == b"application/json"
    assert visit.whole()
    assert not visit.behind.scopes


def test_a_script_without_its_version_leads_to_the_one_with_it():
    visit = Visit("/gradio_api/file=demo/static/core/store.js", method="GET")
    assert (visit.status, visit.headers[b"content-type"]) == (200, b"text/javascript")
    assert f"../../../file=demo@{VERSION}/static/core/store.js" in visit.body.decode()
    assert visit.whole()


def test_an_address_has_at_most_300_letters_after_the_question_mark():
    for length, status in ((300, 200), (301, 414)):
        assert Visit("/config", b"", method="GET", query=b"x" * length).status == status
    assert Visit("/", b"", method="GET", query=b"x" * 5_000).status == 200  # a drawing


def test_sockets_are_closed_and_the_start_of_the_app_goes_through():
    assert Visit("/gradio_api/queue/join", kind="websocket").sent == [{"type": "websocket.close", "code": 1000}]
    starts = Visit("/", kind="lifespan")
    assert [scope["type"] for scope in starts.behind.scopes] == ["lifespan"]


def test_what_an_endpoint_is_asked_arrives_with_its_length_and_nothing_else():
    call = json.dumps({"data": [SEVEN], "more": "x"}).encode()
    headers = [(b"content-length", str(len(call)).encode()), (b"x-first", b"content-length"), (b"origin", b"http://a")]
    visit = Visit("/gradio_api/run/recognize", call, headers=headers)
    (scope,) = visit.behind.scopes
    assert json.loads(visit.behind.bodies[0]) == {"data": [SEVEN]}
    length = (b"content-length", str(len(visit.behind.bodies[0])).encode())
    assert scope["headers"] == [*headers[1:], length]  # other sites' scripts may read the answer
    private = Visit("/", b"", method="GET", headers=[*headers[1:], (b"x-last", b"origin")])
    assert private.behind.scopes[0]["headers"] == [headers[1], (b"x-last", b"origin")]


def test_answers_of_gradios_get_the_pages_headers_in_place_of_its_own():
    headers = Visit("/", b"", method="GET").sent[0]["headers"]
    assert [value for name, value in headers if name.lower() == b"cache-control"] == [b"no-cache"]
    assert (b"x-own", b"cache-control") in headers
    assert (b"x-content-type-options", b"nosniff") in headers


def test_a_refused_body_is_thrown_away_and_the_answer_ends():
    visit = Visit("/gradio_api/live/see", b"x" * 1_500_000, b"x" * 600_000, b"x" * 600_000, b"x")
    assert visit.status == 413
    assert visit.headers[b"connection"] == b"close"
    assert not visit.pieces
    assert visit.sent[-1] == {"type": "http.response.body", "body": b""}
    assert visit.sent[-2]["more_body"]
    assert visit.whole()


@pytest.mark.parametrize("path", ["/gradio_api/live/see", "/gradio_api/run/recognize"])
def test_whoever_works_for_a_caller_can_wait_until_they_have_gone(monkeypatch, path):
    noted = []

    async def waiting(*_):
        leaving = gone.get()
        assert leaving
        with anyio.fail_after(2):
            await leaving()
        noted.append("gone")
        return {}

    monkeypatch.setitem(live.ANSWERS, "see", waiting)
    monkeypatch.setattr(Behind, "__call__", waiting)
    call = {"ink": SEVEN, "data": [SEVEN]}
    Visit(path, json.dumps(call).encode())
    assert noted == ["gone"]


def test_a_gate_lets_gradio_keep_few_answers():
    with gr.Blocks() as blocks:
        pass
    gate(blocks)
    for number in range(200):
        blocks._queue.pending_messages_per_session[str(number)] = None
    assert len(blocks._queue.pending_messages_per_session) == 100
