"""Strokes -> 28x28: against pictures made by hand, and properties that hold for any ink."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenet.ink import BOX, LINE_WIDTH, InkError, centre_of_mass, draw, prepare, rasterize

coordinate = st.floats(0, 1, allow_nan=False, width=32)
strokes = st.lists(
    st.lists(st.tuples(coordinate, coordinate).map(list), min_size=1, max_size=12), min_size=1, max_size=4
)
SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]


def moved(ink, scale: float = 1.0, dx=0.0, dy=0.0):
    return [[[x * scale + dx, y * scale + dy] for x, y in stroke] for stroke in ink]


def test_no_ink_is_blank():
    blank: list[list[list[list[float]]]] = [[], [[]], [[], []]]
    for ink in blank:
        assert rasterize(ink).shape == (28, 28)
        assert not rasterize(ink).any()


def test_vertical_line_is_the_picture_a_hand_would_make():
    picture = rasterize([[[0.5, 0.1], [0.5, 0.9]]])
    rows, columns = np.nonzero(picture > 0.5)
    # 20 pixels high, centred, and LINE_WIDTH = 2.5 wide: two full columns and a quarter of one either side.
    assert (rows.min(), rows.max()) == (4, 23)
    assert (columns.min(), columns.max()) == (13, 14)
    np.testing.assert_allclose(picture[14, 11:17], [0, 0.25, 1, 1, 0.25, 0], atol=1e-5)


def test_longest_side_is_20_pixels_and_proportions_stay():
    picture = rasterize([[[0.1, 0.4], [0.9, 0.4], [0.9, 0.6], [0.1, 0.6], [0.1, 0.4]]])
    rows, columns = np.nonzero(picture > 0.5)
    assert columns.max() - columns.min() + 1 == BOX
    line = LINE_WIDTH
    assert rows.max() - rows.min() + 1 == pytest.approx((BOX - line) * 0.2 / 0.8 + line, abs=1)


def test_round_caps_and_no_gap_at_joints():
    picture = draw(np.array([[10.0, 14.0]]), np.array([[10.0, 14.0]]), 28, 28, line=8)
    yy, xx = np.mgrid[:28, :28] + 0.5
    distance = np.hypot(xx - 10, yy - 14)
    assert (picture[distance < 3.4] == 1).all()
    assert not picture[distance > 4.6].any()


def test_line_is_drawn_at_the_same_width_whatever_the_drawing_size():
    small, large = rasterize(moved(SEVEN, 0.1)), rasterize(SEVEN)
    assert abs(small.sum() - large.sum()) < 0.01 * large.sum()


@settings(max_examples=60, deadline=None)
@given(strokes, st.floats(0.3, 3), st.floats(-1, 1), st.floats(-1, 1))
def test_moving_and_scaling_changes_no_pixel_by_more_than_a_tenth(ink, scale, dx, dy):
    points = np.concatenate([np.array(stroke) for stroke in ink])
    if np.ptp(points, axis=0).max() * min(scale, 1) < 0.05:
        return  # a dot keeps its size on purpose
    assert np.abs(rasterize(ink) - rasterize(moved(ink, scale, dx, dy))).max() < 0.1


@settings(max_examples=60, deadline=None)
@given(strokes)
def test_picture_is_in_range_and_centred_by_mass(ink):
    picture = rasterize(ink)
    assert picture.dtype == np.float32
    assert picture.min() >= 0
    assert picture.max() <= 1
    # Ink whose mass lies far to one side of its box may be cut off at the rim, as in MNIST.
    if picture[0].any() or picture[-1].any() or picture[:, 0].any() or picture[:, -1].any():
        return
    np.testing.assert_allclose(centre_of_mass(picture), [14, 14], atol=0.25)


def test_extra_points_on_a_line_change_nothing_visible():
    dense = [[[0.3 + 0.4 * t, 0.2] for t in np.linspace(0, 1, 400)] + [[0.45, 0.8]]]
    assert np.abs(rasterize(dense) - rasterize(SEVEN)).max() < 0.15


def test_placement_leads_from_the_pad_to_the_picture():
    prepared = prepare(SEVEN)
    for x, y in SEVEN[0]:
        column, row = x * prepared.scale + prepared.offset[0], y * prepared.scale + prepared.offset[1]
        assert prepared.picture[int(row), int(column)] > 0.9


@pytest.mark.parametrize(
    "ink",
    [
        "ink", 7, None, {"strokes": []}, ["stroke"], [[1, 2]], [[[1]]], [[[1, 2, 3]]], [[["1", "2"]]], [[[None, 1]]],
        [[[float("nan"), 0]]], [[[float("inf"), 0]]], [[[1e9, 0]]], [[[10**400, 0]]], [[[0, [1]]]], [[[[0], [1]]]],
        [[[True, "x"]]], [[{"x": 1, "y": 2}]],
    ],
)  # fmt: skip
def test_what_is_no_ink_is_refused_in_one_sentence(ink):
    with pytest.raises(InkError, match=r"^[A-Z].{5,150}\.$"):
        rasterize(ink)


def test_too_much_ink_is_refused_at_once():
    point = [0.5, 0.5]
    began = time.process_time()
    with pytest.raises(InkError, match="Too many points"):
        rasterize([[point] * 1_000_000])
    with pytest.raises(InkError, match="Too many strokes"):
        rasterize([[point]] * 1_000_000)
    assert time.process_time() - began < 1  # refused by counting, not by drawing


@pytest.mark.parametrize("speck", [[[0.95, 0.95]], [[0.02, 0.9], [0.03, 0.9]]])
def test_a_speck_far_from_the_digit_changes_nothing(speck):
    small = moved(SEVEN, 0.3, 0.1, 0.1)
    assert np.array_equal(rasterize([*small, speck]), rasterize(small))
    assert rasterize([*small, speck], 56).shape == (56, 56)
    assert not np.array_equal(prepare([*small, speck], specks=True).picture, rasterize(small))


def test_dots_near_the_digit_and_dots_alone_are_drawn():
    near = [*SEVEN, [[0.9, 0.5]]]
    assert not np.array_equal(rasterize(near), rasterize(SEVEN))
    dots = [[[0.1, 0.1]], [[0.9, 0.9]]]
    assert np.array_equal(rasterize(dots), prepare(dots, specks=True).picture)
