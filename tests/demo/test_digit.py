"""What the page calls: right answers for ink, one sentence for anything else."""

import asyncio
import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
import numpy as np
import pytest
from PIL import Image, ImageDraw

import lenet
from demo import digit
from lenet.model import ACTIVATED, LAYERS

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
HOSTILE: list[Any] = [
    None, 1, "x", [], {}, {"ink": None}, {"ink": "x"}, {"ink": [[["a", "b"]]]}, {"ink": [[[float("nan"), 0]]]},
    {"ink": SEVEN, "sequence": -1}, {"ink": SEVEN, "sequence": "1"}, {"ink": SEVEN, "sequence": True},
    {"ink": SEVEN, "sequence": 2**80}, {"ink": SEVEN, "pre_activation": "yes"}, {"ink": [[[0, 0]] * 1_000_000]},
    {"ink": [[]] * 1_000_000}, {"picture": "00"}, {"picture": "zz" * 784},
    {"picture": " " * 1568}, {"picture": 7}, {"ink": [[[[[[[[[0]]]]]]]]]},
]  # fmt: skip


def run(coroutine):
    """Run to the end, in a thread of its own: the browser tests keep an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def see(request):
    return run(digit.see(request))


def unpack(values):
    flat = np.frombuffer(base64.b64decode(values), "<f2").astype(np.float32)
    ends = np.cumsum([layer.units for layer in LAYERS])
    assert len(flat) == ends[-1]
    return {layer.name: part for layer, part in zip(LAYERS, np.split(flat, ends[:-1]))}


def test_answer_holds_every_layer():
    answer = see({"ink": SEVEN, "sequence": 41})
    traced = lenet.trace(lenet.rasterize(SEVEN))
    assert (answer["sequence"], answer["digit"]) == (41, 7)
    for name, values in unpack(answer["values"]).items():
        np.testing.assert_allclose(values, traced.output[name].flatten(), rtol=1e-3, atol=1e-3)


def test_pre_activations_on_request():
    values = unpack(see({"ink": SEVEN, "pre_activation": True})["values"])
    traced = lenet.trace(lenet.rasterize(SEVEN))
    for name in ACTIVATED:
        np.testing.assert_allclose(values[name], traced.pre_activation[name].flatten(), rtol=1e-3, atol=1e-3)
    assert (values["C3"] < 0).any()


def test_an_answer_is_at_most_40_kb():
    assert len(json.dumps(see({"ink": SEVEN, "sequence": 1}))) < 40_000


@pytest.mark.parametrize("request_", HOSTILE, ids=lambda r: repr(r)[:40])
def test_hostile_requests_get_a_short_sentence(request_):
    answer = see(request_)
    assert set(answer) == {"sequence", "error"}
    assert 10 < len(answer["error"]) < 200
    assert "Traceback" not in answer["error"]


def test_our_own_faults_are_told_without_their_inside(monkeypatch):
    def broken(_):
        raise RuntimeError("secret /path")

    monkeypatch.setattr(digit, "prepare", broken)
    assert "secret" not in see({"ink": SEVEN})["error"]


def test_endpoint_functions():
    recognized = run(digit.recognize(SEVEN))
    assert recognized["digit"] == 7
    assert sum(recognized["probabilities"]) == pytest.approx(1, abs=1e-4)
    layers = run(digit.activations(SEVEN))["layers"]
    assert np.shape(layers["C3"]) == (16, 10, 10)
    with pytest.raises(gr.Error, match="list of strokes"):
        run(digit.recognize("x"))  # type: ignore[arg-type]


def test_heavy_ink_is_drawn_off_the_event_loop(monkeypatch):
    threads = []

    async def noted(function, ink):
        threads.append(len(ink))
        return function(ink)

    monkeypatch.setattr(digit.anyio.to_thread, "run_sync", noted)
    assert see({"ink": [[[i / 3000, 0.5] for i in range(3000)]]})["digit"] is None
    see({"ink": SEVEN})
    assert threads == [1]


def test_a_picture_instead_of_ink():
    picture = np.rint(255 * lenet.rasterize(SEVEN)).astype(np.uint8)
    answer = see({"picture": picture.tobytes().hex(), "sequence": 2})
    assert (answer["digit"], answer["placement"][0]) == (7, 0)
    np.testing.assert_allclose(unpack(answer["values"])["input"], picture.flatten() / 255, atol=1e-3)


def test_a_photo_becomes_a_picture():
    file = io.BytesIO()
    page = Image.new("L", (300, 300), 240)
    ImageDraw.Draw(page).line([(90, 60), (210, 60), (135, 240)], fill=20, width=14, joint="curve")
    page.save(file, "JPEG")
    reply = run(digit.photo({"file": base64.b64encode(file.getvalue()).decode()}))
    assert see({"picture": reply["picture"]})["digit"] == 7


@pytest.mark.parametrize("file", [None, "", "!", "aGVsbG8=", base64.b64encode(b"GIF89a junk").decode()])
def test_what_is_no_photo_gets_a_sentence(file):
    reply = run(digit.photo({"file": file}))
    assert set(reply) == {"error"}
    assert reply["error"].endswith(".")
