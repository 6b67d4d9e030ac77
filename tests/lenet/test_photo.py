"""Photos and scans -> 28x28."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

import lenet
from lenet import photo
from lenet.photo import (
    LARGEST,
    PhotoError,
    _decoded,
    _from_array,
    _grey,
    from_photo,
    ink_of,
    look_at,
    opened,
)


def page(paper=255, ink=0, size=(400, 500), width=24, mode="L"):
    picture = Image.new(mode, size, paper)
    ImageDraw.Draw(picture).line([(120, 100), (280, 100), (190, 400)], fill=ink, width=width, joint="curve")
    return picture


REFERENCE = from_photo(page())


def difference(picture):
    return float(np.abs(from_photo(picture) - REFERENCE).mean())


def test_a_seven_on_paper_is_prepared_and_read():
    assert lenet.recognize(page()).digit == 7
    rows = np.flatnonzero(REFERENCE.max(1) > 0.3)
    assert 19 <= rows[-1] - rows[0] + 1 <= 21


def test_polarity_does_not_matter():
    assert difference(page(0, 255)) < 0.01
    assert difference(page(30, 220)) < 0.02


def test_size_does_not_matter():
    for side in (60, 200, 1500):
        assert difference(page().resize((side, side * 5 // 4), Image.Resampling.LANCZOS)) < 0.05, side


def test_a_thin_pen_is_thickened():
    thin = from_photo(page(width=5))
    assert thin.sum() > 0.7 * REFERENCE.sum()


def test_transparent_counts_as_paper():
    clear = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).line([(120, 100), (280, 100), (190, 400)], fill=(0, 0, 0, 255), width=24, joint="curve")
    assert difference(clear) < 0.02
    white = np.asarray(clear).copy()
    white[..., :3] = 255
    assert difference(Image.fromarray(white)) < 0.02


def test_a_shadow_across_the_page_is_no_ink():
    shade = np.linspace(1, 0.55, 400)[None, :]
    assert difference(Image.fromarray((np.asarray(page()) * shade).astype(np.uint8))) < 0.05


def test_mnist_like_pictures_pass_almost_unchanged():
    seven = lenet.rasterize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]])
    assert np.abs(from_photo(seven) - seven).mean() < 0.03


def test_blank_paper_has_no_ink():
    noise = np.random.default_rng(1).normal(235, 2, (300, 300)).clip(0, 255).astype(np.uint8)
    for blank in (Image.new("L", (50, 50), 255), Image.new("RGBA", (50, 50), (0, 0, 0, 0)), Image.fromarray(noise)):
        assert not from_photo(blank).any()
        assert lenet.recognize(blank).verdict == "blank"


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3,)),
        np.zeros((2, 2, 2, 2)),
        np.zeros((5, 5, 2)),
        np.array([["a"]]),
        np.full((9, 9), np.nan),
        np.where(np.eye(9) > 0, np.inf, 0),
        np.zeros((0, 4)),
    ],
)
def test_other_arrays_are_refused_in_one_sentence(array):
    with pytest.raises(PhotoError, match=r"\.$"):
        from_photo(array)


def test_a_damaged_file_is_refused():
    whole = io.BytesIO()
    page().save(whole, "PNG")
    cut = Image.open(io.BytesIO(whole.getvalue()[: len(whole.getvalue()) // 2]))
    with pytest.raises(PhotoError, match="damaged"):
        from_photo(cut)


# What undoes each way that a camera may have been held, by EXIF's numbers.
HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_turned_as_the_camera_was_held(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    page().transpose(HELD[orientation]).save(file, kind, exif=exif)
    with opened(file) as taken:
        assert difference(taken) < 0.01


@pytest.mark.parametrize("formats", [["PNG", "JPEG"], ["PNG"]])
def test_only_the_formats_that_are_asked_for_are_opened(formats):
    file = io.BytesIO()
    page().save(file, "GIF")
    assert opened(file).format == "GIF"
    with pytest.raises(PhotoError, match="no picture that can be read"):
        opened(file, formats)


def test_a_picture_of_too_many_pixels_or_none_is_refused_before_it_is_decoded(monkeypatch):
    with pytest.raises(PhotoError, match="between 1 and 4,000,000 pixels"):
        from_photo(Image.new("1", (8_001, 8_000)))
    monkeypatch.setattr(photo, "LARGEST", 20_000)
    assert from_photo(Image.new("L", (100, 200), 255)).shape == (28, 28)
    for size in ((100, 201), (0, 5), (5, 0)):
        with pytest.raises(PhotoError, match="scale it down"):
            from_photo(Image.new("L", size))
    assert LARGEST == 4_000_000


def test_a_file_that_unpacks_to_far_too_much_is_told_so(monkeypatch):
    file = io.BytesIO()
    page().save(file, "PNG")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)
    with pytest.raises(PhotoError, match="between 1 and 4,000,000 pixels"):
        opened(file)


def test_a_jpeg_is_decoded_smaller_than_it_is():
    file = io.BytesIO()
    large = Image.new("L", (3_000, 2_400), 250)
    ImageDraw.Draw(large).line([(1_500, 400), (1_500, 2_000)], fill=10, width=200)
    large.save(file, "JPEG")
    assert large.width * large.height > LARGEST
    assert from_photo(opened(file)).max() > 0.9


def test_both_sides_are_brought_to_640_at_most():
    for size, shape in (((640, 300), (300, 640)), ((641, 300), (300, 640)), ((320, 1280), (640, 160))):
        assert ink_of(page().resize(size)).shape == shape


def test_a_large_jpeg_is_not_decoded_in_full():
    file = io.BytesIO()
    page().resize((2_800, 3_500)).save(file, "JPEG")
    with opened(file) as taken:
        _decoded(taken)
        assert taken.size == (700, 875)  # JPEG can be decoded at a half, a quarter or an eighth
        assert taken.mode == "L"


def test_arrays_of_any_kind_are_the_same_picture():
    grey = np.asarray(page())
    for array in (
        grey, grey / 255, (grey / 255).astype(np.float32), grey.astype(np.int64), grey.astype(np.int32) * 3 - 100,
        np.stack([grey] * 3, 2), np.stack([*[grey] * 3, np.full_like(grey, 255)], 2),
    ):  # fmt: skip
        assert difference(array) < 0.01
    assert _from_array(np.zeros((1, 1))).size == (1, 1)
    rounded = np.array([[0.0, 0.2, 1.7, -3.0, 0.499 / 255, 0.501 / 255, 1.0]])
    assert np.asarray(_from_array(rounded)).tolist() == [[0, 51, 255, 0, 0, 1, 255]]
    assert np.asarray(_from_array(np.array([[0, 51, 256, -3]]))).tolist() == [[0, 51, 255, 0]]


def test_deep_greys_are_stretched_to_their_range():
    ramp = np.array([[1_000, 2_000, 3_000], [1_000, 1_500, 2_200]])
    for deep in (Image.fromarray(ramp.astype(np.int32)), Image.fromarray(ramp.astype(np.uint16)),
                 Image.fromarray(ramp.astype(np.float32) / 7)):  # fmt: skip
        np.testing.assert_allclose(np.asarray(_grey(deep)), [[0, 127, 255], [0, 63, 153]], atol=deep.mode == "F")
        assert np.asarray(_grey(deep)).max() == 255
    assert not np.asarray(_grey(Image.new("I", (3, 2), 500))).any()


def test_paper_behind_ink_on_nothing_is_what_the_ink_is_not():
    for light, paper in ((0, 255), (100, 255), (200, 0), (255, 0)):
        clear = Image.new("RGBA", (4, 3), (0, 0, 0, 0))
        clear.putpixel((1, 1), (light, light, light, 255))
        grey = np.asarray(_grey(clear))
        assert grey[1, 1] == light
        assert (np.delete(grey.flatten(), 5) == paper).all()
    # What is nearly nothing counts for little: a dark stroke among faint light ones is still dark ink.
    clear = Image.new("RGBA", (4, 3), (255, 255, 255, 10))
    clear.putpixel((1, 1), (0, 0, 0, 255))
    assert np.asarray(_grey(clear))[0, 0] == 255


def test_colours_and_palettes_with_holes_are_read():
    assert difference(page((250, 240, 200), (20, 30, 120), mode="RGB")) < 0.02
    assert difference(page((250, 240, 200, 255), (20, 30, 120, 255), mode="RGBA")) < 0.02
    assert difference(page().convert("P")) < 0.01
    clear = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    ImageDraw.Draw(clear).line([(120, 100), (280, 100), (190, 400)], fill=(0, 0, 0, 255), width=24, joint="curve")
    file = io.BytesIO()
    clear.quantize(4).save(file, "PNG")
    assert difference(Image.open(file)) < 0.05
    assert difference(clear.convert("LA")) < 0.02


def test_ink_of_uneven_strength_is_full_from_its_median_on():
    picture = np.full((100, 100), 250, np.uint8)
    for column, level in enumerate((50, 100, 150)):
        picture[20:80, 20 + 20 * column : 30 + 20 * column] = level
    found = ink_of(picture)
    assert found[50, 25] == found[50, 45] == 1
    assert 0.3 < found[50, 65] < 0.9
    assert found[50, 5] == 0
    assert found.dtype == np.float32


def test_a_deep_grey_scan_larger_than_needed_is_read():
    deep = Image.fromarray(np.asarray(page().resize((800, 1_000))).astype(np.uint16) * 257)
    assert difference(deep) < 0.05


def test_the_picture_may_have_another_size():
    assert from_photo(page(), 56).shape == (56, 56)
    assert abs(from_photo(page(), 56).reshape(28, 2, 28, 2).mean((1, 3)) - REFERENCE).mean() < 0.06


def test_the_digit_is_said_where_it_is():
    for size in ((400, 500), (40, 50), (1_200, 1_500)):
        seen = look_at(page().resize(size, Image.Resampling.LANCZOS))
        assert seen.box == pytest.approx((108 / 400, 88 / 500, 288 / 400, 408 / 500), abs=0.03)
        assert seen.ink is not None
        rows, columns = seen.ink.shape
        assert rows / columns == pytest.approx(320 / 180, rel=0.1)
        assert (seen.picture == from_photo(page().resize(size, Image.Resampling.LANCZOS))).all()


def test_a_digit_is_looked_for_within_a_frame():
    both = Image.new("L", (800, 500), 255)
    both.paste(page(), (0, 0))
    both.paste(page(width=40), (400, 0))
    left, right = (look_at(both, frame=frame) for frame in ((0, 0, 0.5, 1), (0.5, 0, 1, 1)))
    assert left.box[2] < 0.5 < right.box[0]
    assert right.box[0] - left.box[0] == pytest.approx(0.5, abs=0.02)
    with pytest.raises(PhotoError, match="frame"):
        look_at(both, frame=(0.5, 0, 0.5, 1))


def test_where_there_is_no_ink_the_whole_picture_was_looked_at():
    seen = look_at(Image.new("L", (50, 60), 200))
    assert (seen.ink, seen.box) == (None, (0, 0, 1, 1))
    assert not seen.picture.any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 640), (640, 1), (3, 3_000), (1, 20_000), (2, 4_000), (16, 700)])
def test_pictures_of_any_shape_are_looked_at(shape):
    for picture in (np.zeros(shape, np.uint8), np.indices(shape).sum(0).astype(np.uint8) % 2 * 255):
        seen = look_at(picture)
        assert seen.picture.shape == (28, 28)
        assert 0 <= min(seen.box) <= max(seen.box) <= 1


@pytest.mark.parametrize("frame", [(0, 0, 1), (0, 0, float("nan"), 1), (0, 0, float("inf"), 1), ()])
def test_a_frame_that_is_none_is_told_so(frame):
    with pytest.raises(PhotoError, match="frame"):
        look_at(page(), frame=frame)
