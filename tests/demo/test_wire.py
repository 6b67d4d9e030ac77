"""What travels: checks of what callers send, and which errors are told in their own words."""

import base64
import io
import logging
from typing import Any

import numpy as np
import pytest
from PIL import Image

from demo.wire import RequestError, developed, fields_of, flag, halves, hex_of, picture_of, sentence, whole
from lenet.explain import CellError
from lenet.ink import InkError
from lenet.photo import PhotoError


def packed(kind="PNG", size=(9, 7)):
    file = io.BytesIO()
    Image.new("L", size, 255).save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_handed_on(kind):
    assert developed(packed(kind), lambda picture: picture.size) == (9, 7)


@pytest.mark.parametrize(
    ("file", "error", "said"),
    [
        (None, RequestError, "base64"),
        ("!", RequestError, "base64"),
        ("", PhotoError, "no picture that can be read"),
        ("aGVsbG8=", PhotoError, "no picture that can be read"),
        (packed("GIF"), PhotoError, "no picture that can be read"),
        (packed("PPM"), PhotoError, "no picture that can be read"),
        (packed("PNG", (20_000, 20_000)), PhotoError, "pixels"),
    ],
)
def test_what_is_no_picture_is_told_so(file, error, said):
    with pytest.raises(error, match=said):
        developed(file, lambda picture: picture)


def test_a_fault_of_ours_is_not_told_as_a_bad_picture(caplog):
    def broken(_):
        raise ValueError("operands could not be broadcast")

    with pytest.raises(ValueError, match="broadcast") as raised:
        developed(packed(), broken)
    with caplog.at_level(logging.ERROR):
        told = sentence(raised.value)
    assert told.startswith("Something went wrong on the server")
    assert "broadcast" in caplog.text


@pytest.mark.parametrize("kind", [RequestError, InkError, CellError, PhotoError])
def test_what_a_visitor_can_mend_is_told_and_not_logged(kind, caplog):
    assert sentence(kind("Do it so.")) == "Do it so."
    assert not caplog.text


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


def test_a_picture_with_a_stray_character_in_base64_is_none():
    with pytest.raises(RequestError, match="base64"):
        developed(packed()[:40] + "\n" + packed()[40:], lambda picture: picture)
