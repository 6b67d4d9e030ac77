"""Bodies too large: refused by what they announce or by what comes, and the caller gets to read why."""

import json
from typing import Any

import pytest

from demo.limits import LARGEST_CALL, LARGEST_UPLOAD, BodyLimit
from tests.demo.test_digit import run


class Connection:
    """A caller that sends a body in pieces, and an app that reads it whole and says how much came."""

    def __init__(
        self, pieces: list[int], *, method="POST", kind="http", greedy=True, early=False, silent=False, **headers: str
    ):
        names = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
        self.scope: Any = {"type": kind, "method": method, "headers": list(names.items())}
        self.pieces = pieces
        self.greedy, self.early, self.silent = greedy, early, silent
        self.taken = self.asked = 0
        self.read: int | None = None
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        self.asked += 1
        if self.taken == len(self.pieces):
            return {"type": "http.disconnect"}
        self.taken += 1
        more = self.taken < len(self.pieces)
        return {"type": "http.request", "body": b"x" * self.pieces[self.taken - 1], "more_body": more}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.read = 0
        if self.early:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while self.greedy:
                message = await receive()
                self.read += len(message.get("body", b""))
                if not message.get("more_body"):
                    break
        except Exception:
            if not self.early:  # an app that makes an answer of its own of it
                await send({"type": "http.response.start", "status": 500, "headers": []})
            raise
        if self.silent:
            return
        if not self.early:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    def run(self) -> int | None:
        """The status that the caller sees."""
        run(BodyLimit(self.app)(self.scope, self.receive, self.send))
        starts = [message for message in self.sent if message["type"] == "http.response.start"]
        assert len(starts) <= 1
        return starts[0]["status"] if starts else None

    @property
    def body(self) -> Any:
        return json.loads(b"".join(message.get("body", b"") for message in self.sent))

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def test_the_limits_are_what_the_page_needs():
    assert (LARGEST_CALL, LARGEST_UPLOAD) == (2_000_000, 17_000_000)


@pytest.mark.parametrize("pieces", [[2_000_000], [1_000_000, 1_000_000], [0, 5, 0]])
def test_a_body_within_the_limit_passes_unchanged(pieces):
    caller = Connection(pieces)
    assert caller.run() == 200
    assert caller.read == sum(pieces)
    assert caller.sent[-1]["body"] == b"done"


def test_an_announced_length_is_believed_before_anything_is_read():
    caller = Connection([10], content_length="2000001")
    assert caller.run() == 413
    assert caller.read is None
    assert caller.body == {"error": "The request is too large: at most 2 MB can be read at once."}
    assert caller.headers[b"connection"] == b"close"
    assert Connection([10], content_length="2000000").run() == 200
    assert Connection([10], content_length="ten").run() == 413
    assert Connection([10], content_length="-1").run() == 413


def test_a_body_that_grows_past_the_limit_is_cut_off_and_drained():
    caller = Connection([1_500_000, 500_000, 1, 70_000, 70_000])
    assert caller.run() == 413
    assert "at most 2 MB" in caller.body["error"]
    assert caller.read == 2_000_000
    assert caller.taken == 5  # the caller is still sending; it reads the answer when it is done


def test_nothing_is_waited_for_after_the_end_of_a_refused_body():
    whole = Connection([10, 10], content_length="9000000")
    assert whole.run() == 413
    assert whole.asked == 2
    gone = Connection([], content_length="9000000")  # hung up
    assert gone.run() == 413
    assert gone.asked == 1


def test_an_app_without_an_answer_to_a_body_at_the_limit_is_not_answered_for():
    caller = Connection([2_000_000], silent=True)
    assert caller.run() is None


def test_uploads_may_be_larger():
    kind = "multipart/form-data; boundary=x"
    assert Connection([17_000_000], content_type=kind).run() == 200
    assert Connection([17_000_000, 1], content_type=kind).run() == 413
    assert Connection([1], content_type=kind, content_length="17000001").run() == 413
    refused = Connection([1], content_type=kind, content_length="17000001")
    refused.run()
    assert "at most 17 MB" in refused.body["error"]
    assert Connection([2_000_001], content_type="application/json").run() == 413


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_requests_without_a_body_and_other_protocols_pass(method):
    assert Connection([1], method=method, content_length="9000000").run() == 200
    assert Connection([1], kind="websocket", content_length="9000000").run() == 200
    assert Connection([1], method="PUT", content_length="9000000").run() == 413


def test_an_answer_that_has_begun_is_finished_and_not_followed_by_another():
    caller = Connection([1_500_000, 500_001], early=True)
    assert caller.run() == 200
    patient = Connection([10], early=True)
    assert patient.run() == 200
    assert patient.sent[-1]["body"] == b"done"


def test_an_app_that_reads_nothing_is_left_alone():
    caller = Connection([1_000_000] * 5, greedy=False)
    assert caller.run() == 200
    assert caller.taken == 0


def test_a_body_without_end_is_drained_up_to_64_mb():
    caller = Connection([63_999_999, 1, 5, 5], content_length="99000000")
    assert caller.run() == 413
    assert caller.taken == 2
    gone = Connection([], content_length="9000000")  # hung up
    assert gone.run() == 413
