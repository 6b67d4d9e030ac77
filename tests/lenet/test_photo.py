"""Photos and scans -> 28x28."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

import lenet
from lenet.photo import PhotoError, from_photo


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
