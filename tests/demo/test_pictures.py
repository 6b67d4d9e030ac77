"""Pictures that callers send: which are taken, and which are told to be none, too large or damaged."""

import base64
import io
import itertools
import logging
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from demo.pictures import developed
from demo.wire import RequestError, sentence
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


def test_a_picture_with_a_stray_character_in_base64_is_none():
    with pytest.raises(RequestError, match="base64"):
        developed(packed()[:40] + "\n" + packed()[40:], lambda picture: picture)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, colour, interlaced, raw, parts=1):
    """A PNG whose rows are what is given, whatever it announces."""
    packed = zlib.compress(raw)
    cuts = [len(packed) * part // parts for part in range(parts + 1)]
    pieces = [chunk(b"IDAT", packed[a:b]) for a, b in itertools.pairwise(cuts)]
    palette = [chunk(b"PLTE", bytes(6))] if colour == 3 else []
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))
    whole = b"\x89PNG\r\n\x1a\n" + b"".join([head, *palette, *pieces, chunk(b"IEND", b"")])
    return base64.b64encode(whole).decode()


@pytest.mark.parametrize(
    ("depth", "colour", "bits"),
    [
        (1, 0, 1),
        (2, 0, 2),
        (8, 0, 8),
        (16, 0, 16),
        (8, 2, 24),
        (16, 2, 48),
        (1, 3, 1),
        (8, 3, 8),
        (8, 4, 16),
        (8, 6, 32),
    ],
)
def test_a_png_with_missing_rows_is_damaged_and_a_whole_one_is_not(depth, colour, bits):
    width, height = 13, 9
    row = 1 + (width * bits + 7) // 8
    for parts in (1, 3):
        whole = png(width, height, depth, colour, 0, bytes(row * height), parts)
        assert developed(whole, lambda picture: np.asarray(picture).shape[:2]) == (height, width)
        with pytest.raises(PhotoError, match="rows are missing"):
            developed(png(width, height, depth, colour, 0, bytes(row * height - 1), parts), np.asarray)


def test_interlaced_rows_are_counted_in_their_seven_passes():
    # 5x3 in passes: of 1x1, 1x1, 2x0, 1x1 after rounding as the specification has it
    sizes = [(1, 1), (1, 1), (0, 0), (1, 1), (3, 1), (2, 2), (5, 1)]
    raw = sum((1 + columns) * rows for columns, rows in sizes if columns)
    assert developed(png(5, 3, 8, 0, 1, bytes(raw)), lambda picture: picture.size) == (5, 3)
    with pytest.raises(PhotoError, match="rows are missing"):
        developed(png(5, 3, 8, 0, 1, bytes(raw - 1)), np.asarray)


# In which pass each pixel of a square of eight comes, as the specification draws it.
ADAM7 = np.array([list(map(int, row)) for row in (
    "16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777",
)])  # fmt: skip


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize(("width", "height"), [(w, h) for w in (1, 2, 3, 4, 5, 6, 8, 13) for h in (1, 2, 3, 5, 8, 9)])
def test_interlaced_pictures_of_any_size_are_whole_or_not_to_the_byte(width, height, depth):
    passes = np.tile(ADAM7, (2, 2))[:height, :width]
    raw = 0
    for number in range(1, 8):
        rows = (passes == number).sum(1)
        raw += sum(1 + -(-int(count) * depth // 8) for count in rows if count)
    assert developed(png(width, height, depth, 0, 1, bytes(raw)), lambda picture: picture.size) == (width, height)
    with pytest.raises(PhotoError, match="rows are missing"):
        developed(png(width, height, depth, 0, 1, bytes(raw - 1)), np.asarray)


def test_rows_that_unpack_little_by_little_are_counted_to_the_last():
    raw = bytes(2_001 * 2_000)  # four megabytes in four kilobytes
    assert developed(png(2_000, 2_000, 8, 0, 0, raw), lambda picture: picture.size) == (2_000, 2_000)
    with pytest.raises(PhotoError, match="rows are missing"):
        developed(png(2_000, 2_000, 8, 0, 0, raw[:-1]), np.asarray)


def test_a_png_whose_rows_cannot_be_unpacked_is_damaged():
    content = bytearray(base64.b64decode(png(40, 40, 8, 0, 0, bytes(range(256)) * 7)))
    content[60:64] = b"\xff\xff\xff\xff"
    with pytest.raises(PhotoError, match="damaged"):
        developed(base64.b64encode(bytes(content)).decode(), np.asarray)


def jpeg(size=(60, 40), **options):
    file = io.BytesIO()
    Image.new("L", size, 250).save(file, "JPEG", **options)
    return file.getvalue()


def test_a_jpeg_of_too_many_scans_or_kept_whole_while_decoded_is_refused(monkeypatch):
    monkeypatch.setattr("demo.pictures.LARGEST", 2_000)
    monkeypatch.setattr("demo.pictures._LARGEST_JPEG", 3_000)
    for content, taken in (
        (jpeg(), True), (jpeg((60, 60)), False), (jpeg((40, 40), progressive=True), True),
        (jpeg(progressive=True), False), (jpeg() + b"\xff\xda" * 20, False),
    ):  # fmt: skip
        file = base64.b64encode(content).decode()
        if taken:
            assert developed(file, lambda picture: picture.format) == "JPEG"
        else:
            with pytest.raises(PhotoError, match="Scale it down"):
                developed(file, np.asarray)


def test_a_small_file_that_announces_a_huge_picture_is_not_decoded():
    with pytest.raises(PhotoError, match="4,000,000 pixels"):
        developed(png(8_000, 8_000, 8, 0, 0, bytes(8_001)), lambda picture: __import__("lenet").from_photo(picture))
