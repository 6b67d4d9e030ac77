"""The short way for live answers: the same numbers in a tenth of the bytes."""

import base64
import json
import zlib

import numpy as np
import pytest

from demo import examples, live
from demo.files import STATIC
from lenet.model import LAYER, LAYERS
from tests.demo.test_digit import SEVEN, see, unpack
from tests.demo.test_line import LINE

WAYS = pytest.mark.parametrize("before", [False, True])


def opened(answer):
    """Head and numbers of an answer."""
    length = int.from_bytes(answer[:4], "little")
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


def layers_of(numbers, whole):
    """By layer, the values and, where a layer has maps, the step of each value; of pooling if that is told."""
    sent = [layer for layer in LAYERS if whole or layer.kind != "pooling"]
    maps = [layer.maps for layer in sent if layer.height > 1]
    steps, start = np.frombuffer(numbers, "<f4", sum(maps)).tolist(), 4 * sum(maps)
    found, stepped = {}, {}
    for layer in sent:
        if layer.height > 1:
            own, steps = steps[: layer.maps], steps[layer.maps :]
            stepped[layer.name] = np.repeat(own, layer.units // layer.maps)
            found[layer.name] = np.frombuffer(numbers, np.int8, layer.units, start) * stepped[layer.name]
            start += layer.units
        else:
            found[layer.name] = np.frombuffer(numbers, "<f2", layer.units, start)
            start += 2 * layer.units
    assert start == len(numbers)
    return found, stepped


@WAYS
def test_the_same_numbers_to_a_64th_of_the_largest_of_their_map(client, before):
    asked = {"ink": SEVEN, "sequence": 41, "pre_activation": before, "cell": ["C3", 1, 2, 3]}
    answer = client.post("gradio_api/live/see", json=asked)
    assert answer.headers["content-type"] == live.TYPE
    assert f"'{live.TYPE}'" in (STATIC / "core/call.js").read_text("utf-8")
    head, numbers = opened(answer.content)
    told = see(asked)
    exact = unpack(told.pop("values"))
    assert len(told.pop("logits")) == 10  # which are among the numbers
    assert head == {**told, "whole": before}
    found, steps = layers_of(numbers, before)
    assert ("S2" in found) == before
    for name, values in found.items():
        # To half a step; the exact ones are in float16.
        assert (np.abs(values - exact[name]) <= steps.get(name, 0) * 0.501 + np.abs(exact[name]) / 1_000).all()
        if name in steps:
            assert (values[exact[name] == 0] == 0).all()
    if not before:
        for source, name in (("C1", "S2"), ("C3", "S4")):
            side = LAYER[name].height
            of_four = [
                each.reshape(-1, side, 2, side, 2).max((2, 4)).ravel() for each in (found[source], steps[source])
            ]
            assert (np.abs(of_four[0] - exact[name]) <= of_four[1] * 0.501 + np.abs(exact[name]) / 1_000).all()


def test_an_answer_to_any_digit_takes_less_than_three_kilobytes(client):
    digits = [example for example in examples.DIGITS if "scribble" not in example["name"]]
    assert len(digits) == 10
    for example in digits:
        with client.stream("POST", "gradio_api/live/see", json={"ink": example["strokes"], "sequence": 1}) as answer:
            assert answer.headers["content-encoding"] == "deflate"
            raw = b"".join(answer.iter_raw())
        assert opened(zlib.decompress(raw))[0]["sequence"] == 1
        assert len(raw) <= 2_800


@pytest.mark.parametrize(
    ("name", "more"),
    [("see", {"ink": SEVEN, "cell": ["C3", 1, 2, 3]}), ("see", {"ink": SEVEN, "cell": ["C5", 1, 0, 0]}),
     ("scan", {"ink": LINE})],
)  # fmt: skip
def test_words_are_packed_as_well_as_numbers(client, name, more):
    with client.stream("POST", f"gradio_api/live/{name}", json={**more, "sequence": 1}) as answer:
        raw = b"".join(answer.iter_raw())
    assert len(raw) <= 1.03 * len(zlib.compress(zlib.decompress(raw)))


def test_who_cannot_inflate_gets_it_plain(client):
    asked = {"ink": SEVEN}
    answer = client.post("gradio_api/live/see", json=asked, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert opened(answer.content)[0]["digit"] == 7


def test_a_line_by_the_short_way(client):
    head, numbers = opened(client.post("gradio_api/live/scan", json={"ink": LINE, "sequence": 2}).content)
    assert (head["text"], head["sequence"], numbers) == ("2026", 2, b"")
    assert len(base64.b64decode(head["scores"])) % 20 == 0


@pytest.mark.parametrize("asked", [{"ink": 7}, {"steps": 7}, {}, {"ink": SEVEN, "sequence": -1}])
def test_a_refusal_comes_as_an_answer(client, asked):
    answer = client.post("gradio_api/live/see", json=asked)
    assert answer.status_code == 200
    assert 10 < len(opened(answer.content)[0]["error"]) < 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 30_000])
def test_what_is_no_request_is_refused_in_json(client, body):
    answer = client.post("gradio_api/live/see", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert 10 < len(answer.json()["error"]) < 200


def test_other_names_lead_nowhere(client):
    for name in ("photo", "__class__", "see/x", ""):
        assert client.post(f"gradio_api/live/{name}", json={"ink": SEVEN}).status_code == 404


def test_every_live_answer_has_a_door():
    from demo.doors import door_of

    assert all(door_of("POST", f"/gradio_api/live/{name}") for name in live.ANSWERS)
