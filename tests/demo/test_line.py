"""The second tab's calls and /scan: digits of a line, one sentence for anything that is none."""

import base64
import io
from typing import Any

import numpy as np
import pytest
from gradio_client import Client
from PIL import Image

from demo import digit, examples, line, networks
from lenet.ink import checked, draw, segments
from lenet.line.detect import read_line
from lenet.line.windows import read_windows
from tests.demo.test_digit import run
from tests.demo.test_networks import SECRET, brought, in_base64
from tests.lenet.own.test_network import network_of, weights_of

LINE: Any = examples.LINES[0]["strokes"]
HOSTILE: list[Any] = [
    None, 3, "x", [], {}, {"ink": None}, {"ink": 5}, {"ink": [[["a", 0]]]}, {"ink": [[[float("inf"), 0]]]},
    {"ink": LINE, "method": "guess"}, {"ink": LINE, "method": ["best"]}, {"ink": LINE, "sequence": -1},
    {"ink": [[[0, 0]]] * 500}, {"ink": [[[0, 0]] * 1_000_000]}, {"strip": 5}, {"strip": "00"},
    {"strip": "zz" * 28 * 28},
    {"strip": " " * 2 * 28 * 28}, {"strip": "00" * 28 * 3000},
]  # fmt: skip


def photo():
    start, end = segments(checked(LINE))
    drawn = draw(start * 200, end * 200, 220, 640, 11)
    file = io.BytesIO()
    Image.fromarray(np.rint(240 - 210 * drawn).astype(np.uint8)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


SAVED_STRIP = run(line.scan_photo({"file": photo()}))["strip"]


def test_answer():
    answer = run(line.scan({"ink": LINE, "sequence": 7}))
    reading = read_line(LINE)
    assert (answer["sequence"], answer["text"], answer["blank"]) == (7, "2026", False)
    scores = np.frombuffer(base64.b64decode(answer["scores"]), "<f2").reshape(10, -1)
    np.testing.assert_allclose(scores, reading.logits, rtol=2e-3, atol=2e-3)
    assert answer["placement"] == [reading.strip.scale, *reading.strip.offset]
    assert sorted(i for found in answer["detections"] for i in found["strokes"]) == list(range(len(LINE)))


def test_blank():
    answer = run(line.scan({"ink": []}))
    assert (answer["text"], answer["blank"], answer["detections"]) == ("", True, [])


def test_a_photo_becomes_a_strip_and_is_read():
    strip = run(line.scan_photo({"file": photo()}))["strip"]
    answer = run(line.scan({"strip": strip}))
    assert answer["text"] == "2026"
    for found in answer["detections"]:
        picture = np.frombuffer(bytes.fromhex(found["picture"]), np.uint8)
        assert len(picture) == 784
        assert picture.max() > 100


def test_swept_digits_of_ink_come_with_their_pictures():
    answer = run(line.scan({"ink": LINE, "method": "swept"}))
    assert [found["strokes"] for found in answer["detections"]] == [[]] * 4
    assert all(len(found["picture"]) == 2 * 784 for found in answer["detections"])


@pytest.mark.parametrize("request_", HOSTILE, ids=lambda value: repr(value)[:40])
def test_bad_requests_get_a_sentence(request_):
    answer = run(line.scan(request_))
    assert 10 < len(answer["error"]) < 200
    assert "text" not in answer


@pytest.mark.parametrize("file", [None, 5, "", "!!", base64.b64encode(b"no picture").decode()])
def test_bad_photos_get_a_sentence(file):
    assert 10 < len(run(line.scan_photo({"file": file}))["error"]) < 200


def test_over_http(server):
    client = Client(server.url, verbose=False, analytics_enabled=False)
    found = client.predict(ink=LINE, picture=None, api_name="/scan")
    assert [each["digit"] for each in found] == [2, 0, 2, 6]
    assert all(len(each["box"]) == 4 and 0 < each["confidence"] <= 1 for each in found)
    read = client.predict(ink=None, picture=photo(), api_name="/scan")
    assert [each["digit"] for each in read] == [2, 0, 2, 6]


def test_a_digit_of_a_photo_is_opened_as_it_stands_in_the_strip(monkeypatch):
    monkeypatch.setattr("lenet.photo.ink_of", None)  # nothing looks for ink in it again
    strip = bytes.fromhex(SAVED_STRIP)
    picture = np.frombuffer(strip, np.uint8).reshape(28, -1) / 255
    answer = run(line.scan({"strip": SAVED_STRIP}))
    for found in answer["detections"]:
        left, top, right, bottom = map(round, found["box"])  # pixels of the strip
        inside = picture[top:bottom, left:right]
        assert inside.max() > 0.5
        assert picture[:top, left:right].max(initial=0) <= 0.3
        seen = np.frombuffer(bytes.fromhex(found["picture"]), np.uint8).reshape(28, 28) / 255
        rows, columns = np.flatnonzero(seen.max(1) > 0.3), np.flatnonzero(seen.max(0) > 0.3)
        assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21  # prepared as MNIST was
        # The same ink, a little larger or smaller, and neither thickened nor thinned.
        scale = 20 / max(inside.shape)
        assert seen.sum() == pytest.approx(inside.sum() * scale**2, rel=0.15)
        assert run(digit.see({"picture": found["picture"]}))["digit"] == found["digit"]


def test_confidences_and_boxes_are_rounded_and_strips_are_boxed_in_their_pixels():
    for method in ("swept", "best"):
        answer = run(line.scan({"ink": LINE, "method": method}))
        for found, each in zip(answer["detections"], read_line(LINE, method).detections, strict=True):
            assert found["digit"] == each.digit
            assert found["confidence"] == round(each.confidence, 6)
            assert found["box"] == [round(edge, 4) for edge in each.box]
            assert found["strokes"] == list(each.strokes)
    strip = run(line.scan({"strip": SAVED_STRIP}))
    width = len(SAVED_STRIP) // 56
    assert strip["placement"] == [28.0, 0.0, 0.0]
    assert max(found["box"][2] for found in strip["detections"]) > width / 2
    assert max(found["box"][3] for found in strip["detections"]) > 14


def test_a_call_says_its_number_and_the_methods_there_are():
    assert run(line.scan({"ink": []}))["sequence"] == 0
    assert run(line.scan({"ink": LINE, "sequence": 8, "method": "x"})) == {
        "sequence": 8,
        "error": "method must be one of best, swept, grouped, chosen.",
    }
    assert run(line.scan({"ink": LINE, "method": "grouped"}))["text"]


def test_a_line_has_at_most_120_strokes():
    assert "text" in run(line.scan({"ink": [[]] * 120}))
    assert "at most 120 strokes" in run(line.scan({"ink": [[]] * 121}))["error"]
    assert "at most 120 strokes" in run(line.scan({"ink": tuple([[]] * 121)}))["error"]


@pytest.mark.parametrize(("width", "fits"), [(27, False), (28, True), (2_800, True), (2_801, False)])
def test_a_strip_is_28_to_2800_wide(width, fits):
    answer = run(line.scan({"strip": "00" * 28 * width}))
    assert answer.get("blank", False) == fits
    assert fits or "28 pixels high and 28 to 2,800 wide" in answer["error"]


def test_a_strip_of_broken_rows_is_refused():
    assert "28 pixels high" in run(line.scan({"strip": "00" * (28 * 40 + 1)}))["error"]


def scores_of(answer: dict[str, Any], outputs: int = 10) -> np.ndarray:
    return np.frombuffer(base64.b64decode(answer["scores"]), "<f2").reshape(outputs, -1)


@pytest.mark.parametrize("name", ["lenet5-1998", "textbook", "moment-19"])
def test_a_network_that_is_chosen_reads_where_the_sweep_sees_digits(name):
    answer = run(line.scan({"ink": LINE, "method": "chosen", "network": name, "sequence": 3}))
    model = networks.chosen({"network": name})
    reading = read_windows(model, read_line(LINE, "swept"))
    assert (answer["sequence"], answer["text"]) == (3, "2026")
    np.testing.assert_allclose(scores_of(answer), reading.logits, rtol=2e-3, atol=2e-3)
    assert answer["placement"] == [reading.strip.scale, *reading.strip.offset]
    assert run(line.scan({"strip": SAVED_STRIP, "method": "chosen", "network": name}))["text"] == "2026"
    assert run(line.scan({"ink": [], "method": "chosen", "network": name}))["blank"]


def test_an_own_network_reads_lines_and_one_that_is_forgotten_is_asked_for(monkeypatch):
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())
    told = brought("8-16-128-64-10")
    request = {"ink": LINE, "method": "chosen", "network": told["network"]}
    reading = read_windows(network_of("8-16-128-64-10"), read_line(LINE, "swept"))
    answer = run(line.scan(request))
    assert answer["text"] == reading.text
    np.testing.assert_allclose(scores_of(answer), reading.logits, rtol=2e-3, atol=2e-3)
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())
    assert run(line.scan(request)) == {"sequence": 0, "error": networks.FORGOTTEN, "unknown": True}
    assert "error" in run(line.scan({**request, "network": "nobody's"}))
    assert run(line.scan({**request, "method": "best"}))["text"] == "2026"  # which asks no such network


def test_a_network_with_labels_has_a_row_for_each(monkeypatch):
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())
    weights = weights_of((4, 1, 5, 5), (8, 4, 5, 5), (5, 128))
    file = {"file": in_base64(weights), "secret": SECRET, "labels": ["shirt", "bag", "boot", "dress", "coat"]}
    told = run(networks.network(file))
    answer = run(line.scan({"ink": LINE, "method": "chosen", "network": told["network"]}))
    assert scores_of(answer, 5).shape == (5, read_line(LINE, "swept").logits.shape[1])
    assert all(0 <= found["digit"] < 5 for found in answer["detections"])


def test_a_line_too_long_for_a_large_network_is_refused(monkeypatch):
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())
    large = weights_of((32, 1, 5, 5), (96, 32, 5, 5), (10, 96 * 16))
    told = run(networks.network({"file": in_base64(large), "secret": SECRET}))
    request = {"method": "chosen", "network": told["network"]}
    assert "text" in run(line.scan({**request, "ink": LINE}))
    long = {**request, "strip": SAVED_STRIP * 1 + "00" * 28 * 2_000}
    assert "too large for so long a line" in run(line.scan(long))["error"]
    assert "text" in run(line.scan({**long, "network": "textbook"}))
