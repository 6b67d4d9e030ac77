"""Bodies of requests: read whole, or refused for what they announce, for what comes, and for how long it takes."""

import asyncio

import pytest

from demo import limits
from tests.demo.test_digit import run


class Caller:
    """A connection: the pieces of a body, and what is sent back."""

    def __init__(self, *pieces, announced=None, path="/gradio_api/run/recognize"):
        headers = [] if announced is None else [(b"content-length", announced)]
        self.scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "app": None}
        self.pieces, self.asked = list(pieces), 0

    async def receive(self):
        self.asked += 1
        if not self.pieces:
            return {"type": "http.disconnect"}
        piece = self.pieces.pop(0)
        if piece is None:
            await asyncio.sleep(10)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}

    def refusal(self):
        with pytest.raises(limits.Refused) as refused:
            run(limits.body_of(self.scope, self.receive))
        return refused.value.status


def test_a_body_is_read_whole():
    assert run(limits.body_of(Caller(b"a", b"", b"bc").scope, Caller(b"a", b"", b"bc").receive)) == b"abc"
    whole = Caller(b"x" * limits.LARGEST, announced=b"2000000")
    assert len(run(limits.body_of(whole.scope, whole.receive))) == limits.LARGEST


def test_a_refusal_is_its_sentence_and_names_the_limit():
    caller = Caller(b"x", announced=b"2000001")
    with pytest.raises(limits.Refused, match="at most 2 MB") as refused:
        run(limits.body_of(caller.scope, caller.receive))
    assert str(refused.value) == refused.value.sentence


def said(body):
    with pytest.raises(limits.Refused) as refused:
        limits.call_in(body)
    return refused.value.status, refused.value.sentence


def test_so_many_points_and_no_more_are_looked_at():
    for piece, least in ((b"[", 25_000), (b",", 75_000), (b"{", 100)):
        assert said(b'"' + piece * least + b'"') == (400, "The request must be a JSON object.")
        assert said(b'"' + piece * (least + 1) + b'"')[0] == 413


def test_sessions_have_names_of_at_most_100_letters():
    assert limits.call_in(b'{"session_hash": "%s"}' % (b"x" * 100))
    assert limits.call_in(b'{"session_hash": null}') == {"session_hash": None}
    for name in (b'"%s"' % (b"x" * 101), b"7", b"[]"):
        assert said(b'{"session_hash": %s}' % name)[0] == 400


@pytest.mark.parametrize("body", [b"", b"{", b"{a}", b"\xff", b'{"a": ' * 90 + b"1"])
def test_what_is_no_json_is_told(body):
    assert said(body) == (400, "The request must be JSON.")


@pytest.mark.parametrize("announced", [b"2000001", b"9" * 5_000, b"ten", b"-1"])
def test_what_is_announced_as_too_large_is_refused_before_anything_is_read(announced):
    caller = Caller(b"x", announced=announced)
    assert caller.refusal() == 413
    assert caller.asked == 0


def test_what_grows_too_large_comes_too_slowly_or_breaks_off_is_refused(monkeypatch):
    assert Caller(b"x" * 1_500_000, b"x" * 500_001, b"x").refusal() == 413
    assert Caller().refusal() == 400
    monkeypatch.setattr(limits, "_SLOWEST", 0.05)
    assert Caller(b"x", None).refusal() == 408


def test_bodies_that_come_together_are_bounded_too_and_forgotten(monkeypatch):
    monkeypatch.setattr(limits, "_MOST_HELD", 5)
    assert Caller(b"abc", b"def", b"g").refusal() == 503
    monkeypatch.setattr(limits, "_MOST_HELD", 6)  # of the first two of three
    whole = Caller(b"abc", b"def", b"ghi")
    assert run(limits.body_of(whole.scope, whole.receive)) == b"abcdefghi"
    assert limits._held == 0
