"""What travels: checks of what callers send, ink in steps, maps in bytes, and errors told in their own words."""

import base64
from typing import Any

import numpy as np
import pytest

from demo.queues import Busy
from demo.wire import RequestError, fields_of, flag, halves, hex_of, in_bytes, picture_of, refusal, sentence, whole
from lenet.explain import CellError
from lenet.ink import InkError
from lenet.photo import PhotoError
from tests.demo.test_digit import see


@pytest.mark.parametrize("kind", [RequestError, InkError, CellError, PhotoError])
def test_what_a_visitor_can_mend_is_told_and_not_logged(kind, caplog):
    assert sentence(kind("Do it so.")) == "Do it so."
    assert not caplog.text


def test_what_nobody_can_mend_is_logged_and_not_told(caplog):
    assert "went wrong on the server" in sentence(ZeroDivisionError("the secret"))
    assert "ZeroDivisionError: the secret" in caplog.text


def test_a_refusal_says_whether_to_ask_again():
    assert refusal(InkError("Do it so.")) == {"error": "Do it so."}
    assert refusal(Busy("Later.")) == {"error": "Later.", "busy": True}


def test_numbers_travel_and_come_back():
    picture = np.arange(28 * 30).reshape(28, 30) % 256 / 255
    np.testing.assert_allclose(picture_of(hex_of(picture), 28, "no"), picture, atol=1e-6)
    assert base64.b64decode(halves(np.array([1.0, -2.0]))) == b"\x00\x3c\x00\xc0"
    for wrong in ("zz" * 28, " " * 56):
        with pytest.raises(RequestError, match="no"):
            picture_of(wrong, 28, "no")


def test_a_request_is_an_object():
    request: dict[str, Any] = {"ink": []}
    assert fields_of(request) is request
    for wrong in (None, "ink", 3, (("ink", 1),)):
        with pytest.raises(RequestError, match="must be an object with the field ink"):
            fields_of(wrong)


def test_a_whole_number_is_one_that_a_page_counts_with():
    for number in (0, 1, 2**53 - 1):
        assert whole(number, "sequence") == number
    for wrong in (-1, 2**53, 1.0, "1", None, True, False):
        with pytest.raises(RequestError, match=r"^sequence must be a whole number from 0"):
            whole(wrong, "sequence")


def test_a_flag_is_true_or_false():
    assert flag(True, "x") is True
    assert flag(False, "x") is False
    for wrong in (0, 1, None, "true"):
        with pytest.raises(RequestError, match=r"^x must be true or false"):
            flag(wrong, "x")


def test_pictures_travel_row_by_row_with_ink_as_255():
    picture = np.array([[0.0, 1.0, 0.5], [2 / 255, 0.4999 / 255, 0.5001 / 255]])
    assert hex_of(picture) == "00ff80" + "020001"
    back = picture_of("00ff80020001", 2, "no")
    assert back.dtype == np.float32
    np.testing.assert_allclose(back * 255, [[0, 255, 128], [2, 0, 1]], atol=1e-4)
    assert picture_of("00ff80020001", 3, "no").shape == (3, 2)
    with pytest.raises(RequestError, match=r"^no$"):
        picture_of("00 f80020001", 2, "no")


def test_ink_in_steps():
    fields = fields_of({"steps": [[10, 20, 5, -5, 0, 10], [0, 0], []], "unit": 0.01, "sequence": 3})
    assert fields["ink"] == [[[0.1, 0.2], [0.15, 0.15], [0.15, 0.25]], [[0, 0]], []]
    assert fields["sequence"] == 3


@pytest.mark.parametrize(
    ("steps", "unit"),
    [
        (None, 0.01), ({}, 0.01), ([7], 0.01), ([["a", "b"]], 0.01), ([[1.5, 2]], 0.01), ([[True, 2]], 0.01),
        ([[1]], 0.01), ([[10**7, 0]], 0.01), ([[10**400, 0]], 0.01), ([[0, 0]], 0.0), ([[0, 0]], -0.01),
        ([[0, 0]], 1.0), ([[0, 0]], float("nan")), ([[0, 0]], None), ([[0, 0]], "0.01"), ([[[0, 0]]], 0.01),
    ],
)  # fmt: skip
def test_steps_that_are_none(steps, unit):
    assert "steps must be lists" in see({"steps": steps, "unit": unit})["error"]


@pytest.mark.parametrize(
    ("strokes", "fits"),
    [
        ([[0, 0]] * 1_000, True), ([[0, 0]] * 1_001, False), ([[1, 1] * 20_000], True), ([[1, 1] * 20_001], False),
        ([[1_000_000, -1_000_000]], True), ([[1_000_001, 0]], False), ([[0, -1_000_001]], False),
    ],
)  # fmt: skip
def test_so_much_ink_in_steps_is_opened(strokes, fits):
    request = {"steps": strokes, "unit": 0.25}
    if fits:
        opened = fields_of(request)["ink"]
        assert [len(stroke) for stroke in opened] == [len(stroke) // 2 for stroke in strokes]
        assert opened[0][0] == [0.25 * strokes[0][0], 0.25 * strokes[0][1]]
    else:
        with pytest.raises(RequestError):
            fields_of(request)


def test_ink_in_steps_is_rounded_to_a_hundred_thousandth():
    assert fields_of({"steps": [[1, 3]], "unit": 1 / 3e5})["ink"] == [[[0.0, 0.00001]]]


def test_maps_in_bytes():
    maps = np.array([[0, 64, -32, 1], [0, 0, 0, 0], [0.5, -1, 0.25, 0.0078]], np.float32)
    steps, values = in_bytes(maps)
    assert np.frombuffer(steps, "<f4").tolist() == [1, 1, 1 / 64]
    assert np.frombuffer(values, np.int8).reshape(3, 4).tolist() == [[0, 64, -32, 1], [0] * 4, [32, -64, 16, 0]]
