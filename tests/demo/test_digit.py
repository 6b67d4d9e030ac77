"""What the page calls: right answers for ink, one sentence for anything else."""

import asyncio
import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

import lenet
from demo import digit
from lenet.explain import Cell, explain
from lenet.model import LAYERS

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
    for name, sums in traced.pre_activation.items():
        np.testing.assert_allclose(values[name], sums.flatten(), rtol=1e-3, atol=1e-3)
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


def test_heavy_ink_is_drawn_off_the_event_loop(monkeypatch):
    threads = []

    async def noted(function, ink):
        threads.append(len(ink))
        return function(ink)

    monkeypatch.setattr(digit.INKS, "run", noted)
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


def two_digits():
    """A photo of a 1 at the left and a 7 at the right, in base64."""
    picture = Image.new("L", (400, 300), 240)
    pen = ImageDraw.Draw(picture)
    pen.line([(80, 60), (80, 200)], fill=20, width=12)
    pen.line([(240, 60), (340, 60), (270, 240)], fill=20, width=12, joint="curve")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_photo_is_answered_with_what_was_taken_as_ink_and_where():
    reply = run(digit.photo({"file": two_digits()}))
    left, top, right, bottom = reply["box"]
    assert (left, top, right, bottom) == pytest.approx((0.59, 0.18, 0.86, 0.81), abs=0.02)
    ink = Image.open(io.BytesIO(base64.b64decode(reply["ink"])))
    assert ink.mode == "RGBA"
    assert ink.width / ink.height == pytest.approx((right - left) * 400 / ((bottom - top) * 300), rel=0.03)
    alpha = np.asarray(ink)[..., 3]
    assert alpha[5, alpha.shape[1] // 2] > 200  # the bar of the 7
    assert alpha[-1, -1] == 0


def test_a_photo_is_looked_at_within_a_frame():
    seven, one = (run(digit.photo({"file": two_digits(), **more})) for more in ({}, {"frame": [0, 0, 0.4, 1]}))
    assert [see({"picture": reply["picture"]})["digit"] for reply in (seven, one)] == [7, 1]
    assert one["box"][2] < 0.25
    assert run(digit.photo({"file": two_digits(), "frame": [0.3, 0.3, 0.5, 0.9]}))["error"].startswith("No ink found")


@pytest.mark.parametrize(
    "frame", [None, 5, [], [0, 0, 1], [0, 0, 1, 2], [-0.1, 0, 1, 1], [0, 0, "1", 1], [0, 0, float("nan"), 1],
              [True, 0, 1, 1], [[0], 0, 1, 1], [0.5, 0, 0.5, 1], [0.6, 0, 0.4, 1], [0, 0.9, 1, 0.2]],
)  # fmt: skip
def test_a_frame_that_is_none_gets_a_sentence(frame):
    assert "frame" in run(digit.photo({"file": two_digits(), "frame": frame}))["error"]


@pytest.mark.parametrize("file", [None, "", "!", "aGVsbG8=", base64.b64encode(b"GIF89a junk").decode()])
def test_what_is_no_photo_gets_a_sentence(file):
    reply = run(digit.photo({"file": file}))
    assert set(reply) == {"error"}
    assert reply["error"].endswith(".")


def test_the_answer_is_the_recognition_and_where_the_picture_lies():
    answer = see({"ink": SEVEN, "sequence": 41})
    seen = lenet.recognize(SEVEN)
    assert (answer["verdict"], answer["digit"], answer["candidates"]) == (seen.verdict, seen.digit, seen.candidates)
    assert answer["probabilities"] == [round(float(each), 6) for each in seen.probabilities]
    assert answer["logits"] == [round(float(each), 6) for each in seen.logits]
    assert answer["score"] == round(seen.score, 4)
    assert answer["threshold"] == seen.threshold
    prepared = lenet.ink.prepare(SEVEN)
    assert answer["placement"] == pytest.approx([prepared.scale, *prepared.offset], abs=1e-4)
    assert "explanation" not in answer


def test_a_call_without_a_number_is_number_0_and_shows_outputs():
    answer = see({"ink": SEVEN})
    assert answer["sequence"] == 0
    assert (unpack(answer["values"])["C3"] >= 0).all()
    assert see({"ink": "x", "sequence": 12})["sequence"] == 12
    assert see({"ink": SEVEN, "sequence": "x"})["sequence"] is None


def test_a_pinned_cell_is_explained_to_six_digits():
    cell = ["C3", 4, 5, 6]
    answer = see({"ink": SEVEN, "cell": cell})
    shown = answer["explanation"]
    with torch.inference_mode():
        whole = explain(lenet.load(), lenet.trace(lenet.rasterize(SEVEN)), Cell("C3", 4, 5, 6))
    assert shown["cell"] == cell
    assert shown["kind"] == "convolution"
    assert [part["map"] for part in shown["maps"]] == list(range(6))
    np.testing.assert_allclose(shown["maps"][2]["products"], whole["maps"][2]["products"], rtol=1e-5)
    assert shown["bias"] == float(f"{whole['bias']:.6g}")
    kernel = np.array(whole["maps"][0]["kernel"])
    assert shown["maps"][0]["kernel"] == [[float(f"{value:.6g}") for value in row] for row in kernel]


@pytest.mark.parametrize(
    "cell",
    ["C1", ["C1", 0, 0], ["C1", 0, 0, 0, 0], ["C1", 0, 0, "0"], ["C1", "0", 0, 0], ["C1", 0, None, 0],
     ["C1", 0, 0, 0.0], ["C1", 0, 0, True], [1, 0, 0, 0],
     ("C1", 0, 0, 0), {"C1": 0}, ["C9", 0, 0, 0], ["C1", 6, 0, 0], 0, ""],
    ids=repr,
)  # fmt: skip
def test_what_is_no_cell_is_told(cell):
    for answer in (see({"ink": SEVEN, "cell": cell}), run(digit.snippet({"ink": SEVEN, "cell": cell}))):
        assert set(answer) <= {"sequence", "error"}
        assert "Something went wrong" not in answer["error"]  # it is told what is


def weights_in(parts):
    """A layer's kernels, as they are sent."""
    return np.frombuffer(base64.b64decode(parts["weight"]), "<f2").astype(np.float32).reshape(parts["shape"])


def test_kernels_are_those_of_both_convolutions():
    kernels = run(digit.kernels(None))
    assert list(kernels) == ["C1", "C3"]
    for name, parts in kernels.items():
        module = getattr(lenet.load(), name)
        np.testing.assert_allclose(weights_in(parts), module.weight.tolist(), rtol=1e-3, atol=1e-6)
        np.testing.assert_array_equal(parts["bias"], module.bias.tolist())


def test_a_snippet_comes_for_ink_and_for_a_picture(capsys):
    picture = np.rint(255 * lenet.rasterize(SEVEN)).astype(np.uint8).tobytes().hex()
    for request, part in (({"ink": SEVEN}, "lenet.rasterize(ink)"), ({"picture": picture}, picture)):
        code = run(digit.snippet({**request, "cell": ["F6", 3, 0, 0]}))["code"]
        assert part in code
        assert "F6.weight[3]" in code
    assert "list of strokes" in run(digit.snippet({"ink": "x", "cell": ["F6", 3, 0, 0]}))["error"]
    assert "hexadecimal" in run(digit.snippet({"picture": "x", "cell": ["F6", 3, 0, 0]}))["error"]


def test_all_activations_can_be_downloaded():
    archive = np.load(io.BytesIO(base64.b64decode(run(digit.download({"ink": SEVEN}))["npz"])))
    traced = lenet.trace(lenet.rasterize(SEVEN))
    before = {f"{name}_pre_activation": value for name, value in traced.pre_activation.items()}
    assert set(archive.files) == {*traced.output, *before}
    for name, value in {**traced.output, **before}.items():
        np.testing.assert_array_equal(archive[name], value[0].numpy())
    assert set(run(digit.download({"ink": "x"}))) == {"error"}


def test_only_ink_of_more_than_400_points_is_heavy(monkeypatch):
    threads = []

    async def noted(function, ink):
        threads.append(sum(map(len, ink)))
        return function(ink)

    monkeypatch.setattr(digit.INKS, "run", noted)
    point = [0.5, 0.5]
    see({"ink": [[point] * 200, [point] * 200]})
    assert threads == []
    see({"ink": [[point] * 200, [point] * 201]})
    see({"ink": ([point] * 200, tuple([point] * 201))})
    assert threads == [401, 401]


def test_a_picture_of_the_wrong_length_is_told_the_right_one():
    for wrong in ("00" * 783, "00" * 785, 784):
        assert see({"picture": wrong})["error"] == "picture must be 1568 hexadecimal digits."
    blank = see({"picture": "00" * 784})
    assert (blank["verdict"], blank["placement"]) == ("blank", [0.0, 0.0, 0.0])
