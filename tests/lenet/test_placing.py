"""A digit as it was found in a picture -> the 28x28 picture, prepared as MNIST was."""

import numpy as np
import pytest

import lenet
from lenet import placing
from lenet.ink import draw, rasterize, segments
from lenet.photo import from_photo
from lenet.placing import placed, prepared, with_line_width
from lenet.synthetic.digits import digit


def test_a_large_digit_gets_its_line_width_when_it_is_small(monkeypatch):
    sizes = []

    def noted(ink):
        sizes.append(ink.shape)
        return ink

    monkeypatch.setattr(placing, "with_line_width", noted)
    assert prepared(np.ones((500, 400), np.float32)).shape == (28, 28)
    prepared(np.ones((90, 100), np.float32))
    prepared(np.ones((2, 1_000), np.float32))
    assert sizes == [(160, 128), (90, 100), (1, 160)]


def cross(side, arm):
    """A cross as large as its picture."""
    ink = np.zeros((side, side), np.float32)
    half = slice((side - arm) // 2, (side + arm) // 2)
    ink[half] = ink[:, half] = 1
    return ink


def strip(across, along, slanted):
    """A straight line, soft-edged, as large as its picture."""
    ends = np.array([(0, 0), (along, along * slanted)]) + across
    high, wide = (int(side) for side in ends[1][::-1] + across)
    return draw(ends[:1], ends[1:], high, wide, across)


def test_thin_lines_are_thickened_to_an_eighth_of_the_height():
    # 10 wide and 200 high: 2 * 2000 pixels of ink by 416 of rim are 9.6, and 25 are wanted, so 8 on every side.
    thicker = with_line_width(np.ones((200, 10), np.float32))
    assert thicker.shape == (216, 26)
    assert (thicker[20:-20] == 1).all()
    assert (with_line_width(np.ones((10, 200), np.float32)) == thicker.T).all()


def test_slanted_lines_grow_as_upright_ones_do():
    upright, slanted = (with_line_width(strip(6.0, 200, slant)) for slant in (0, 1))
    assert upright[:, 100].sum() == pytest.approx(25, abs=2)
    assert slanted[:, 100].sum() / np.sqrt(2) == pytest.approx(25, abs=2)


def test_thick_lines_are_thinned_to_an_eighth_of_the_height_but_by_a_third_at_most():
    thinned = with_line_width(np.maximum(cross(200, 36), 0.5))  # half strength is no ink
    thinned[thinned < 1] = 0
    assert thinned.shape == (200, 200)
    # 2 * 13104 of ink by 792 of rim are 33.1: 4 are taken from either side.
    assert thinned[20].sum() == thinned[:, 20].sum() == 36 - 2 * 4
    # 2 * 38400 by 792 are 97, of which 16, a sixth, are taken from either side, where 36 are wanted.
    assert with_line_width(cross(200, 160))[100].sum() == 200 - 2 * 16
    assert not with_line_width(cross(200, 160))[:16].any()  # from the outside too


def test_digits_written_with_any_pen_look_alike():
    random, apart = np.random.default_rng(4), []
    for number in range(20):
        glyph = digit(number % 10, random)
        points = np.concatenate(glyph)
        high = np.ptp(points, 0).max()
        expected = rasterize([stroke / high * 0.6 for stroke in glyph])
        for pen in (3.0, 8.0, 16.0, 24.0, 30.0):
            strokes = [(stroke - points.min(0)) / high * (160 - pen) + pen / 2 for stroke in glyph]
            size = np.ceil(np.concatenate(strokes).max(0) + pen / 2).astype(int)
            found = prepared(draw(*segments(strokes), size[1], size[0], pen))
            apart.append([pen, found.sum() / expected.sum()])
    for pen, ratio in apart:
        assert 0.75 < ratio < 1.35, pen


def test_lines_that_were_thinner_than_a_pixel_are_as_dark_as_others():
    thin = np.zeros((480, 480), np.float32)
    thin[:, 100:101] = thin[240:241] = 1
    assert prepared(thin).max() > 0.95
    wide = np.zeros((480, 480), np.float32)
    wide[:, 70:130] = wide[210:270] = 1
    assert prepared(thin).sum() == pytest.approx(prepared(wide).sum(), rel=0.2)
    crossed = np.zeros((100, 100), np.float32)
    crossed[:, 50:54], crossed[30:34] = 1, 0.3
    assert prepared(crossed).sum() == pytest.approx(prepared(crossed.T).sum(), rel=0.05)
    assert prepared(0.05 * thin).sum() < prepared(thin).sum() / 4  # as good as nothing is left as it is


def test_lines_of_about_the_right_width_and_coarse_pictures_stay_as_they_are():
    for same in (cross(200, 24), cross(200, 30), np.ones((30, 2), np.float32)):
        assert with_line_width(same) is same
    assert with_line_width(np.ones((31, 1), np.float32)).shape != (31, 1)


def test_ink_so_fine_that_nothing_of_it_is_solid_stays_as_it_is():
    fine = np.full((200, 200), 0.4, np.float32)
    assert with_line_width(fine) is fine
    speckled = np.full((640, 640), 255, np.uint8)
    speckled[100:540:4, 100:540:4] = 0
    assert from_photo(speckled).shape == (28, 28)


def test_a_digit_is_placed_by_its_longest_side_and_its_mass():
    expected = np.zeros((28, 28))
    expected[4:24, 9:19] = 1
    assert (placed(np.ones((40, 20), np.float32), 28) == expected).all()
    assert (placed(np.ones((20, 40), np.float32), 28) == expected.T).all()
    assert (placed(np.ones((5, 4), np.float32), 28)[4:24, 6:22] == 1).all()  # enlarged
    assert placed(np.ones((40, 20), np.float32), 56).sum() == 40 * 20
    assert placed(np.full((40, 20), 0.3, np.float32)).shape == (28, 28)
    assert not placed(np.full((40, 20), 0.3, np.float32)).any()
    line = placed(np.ones((400, 2), np.float32))
    assert (line[4:24].sum(1) == 1).all()  # never nothing
    assert (placed(np.ones((2, 400), np.float32))[:, 4:24].sum(0) == 1).all()
    heavy = np.zeros((40, 40), np.float32)
    heavy[:, 30:] = heavy[30:] = 1
    x, y = lenet.ink.centre_of_mass(placed(heavy, 28))
    assert max(abs(x - 14), abs(y - 14)) <= 0.5


def test_a_faint_rim_of_a_digit_does_not_count_for_its_size():
    ink = np.full((48, 32), 0.3, np.float32)
    ink[4:44, 6:26] = 1
    assert (placed(ink, 28)[4:24, 9:19] == 1).all()
    assert placed(ink, 28).sum() == 200
    ink[ink < 1] = 0.31
    assert ((placed(ink, 28) > 0.25).any(1).sum(), (placed(ink, 28) > 0.25).any(0).sum()) == (20, 13)


def test_digits_are_made_smaller_by_averages_and_larger_by_slopes():
    striped = np.ones((40, 40), np.float32)
    striped[:, ::2] = 0
    striped[:, 0] = striped[0] = 1
    smaller = placed(striped)
    assert set(np.round(smaller[6:22, 6:22].flatten() * 255)) == {128}
    assert smaller[10, 23] == pytest.approx(128 / 255)
    sloped = placed(np.array([[0.4, 0.4], [1.0, 1.0]], np.float32))
    assert len(np.unique(sloped)) > 8
    little = placed(np.repeat([0.4, 1.0], [7, 8])[:, None].repeat(9, 1).astype(np.float32))
    assert len(np.unique(little)) > 3
