"""What travels: checks of what callers send, and which errors are told in their own words."""

import base64
import io
import logging

import numpy as np
import pytest
from PIL import Image

from demo.wire import RequestError, developed, halves, hex_of, picture_of, sentence
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
