"""Strokes -> 28x28: against pictures made by hand, and properties that hold for any ink."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenet.ink import (
    BOX,
    LINE_WIDTH,
    MAX_POINTS,
    MAX_STROKES,
    MOST_PIECES,
    InkError,
    _thinned,
    affordable,
    centre_of_mass,
    checked,
    draw,
    draw_digit,
    prepare,
    rasterize,
    segments,
)
from lenet.specks import without_specks

coordinate = st.floats(0, 1, allow_nan=False, width=32)
strokes = st.lists(
    st.lists(st.tuples(coordinate, coordinate).map(list), min_size=1, max_size=12), min_size=1, max_size=4
)
SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]


def moved(ink, scale: float = 1.0, dx=0.0, dy=0.0):
    return [[[x * scale + dx, y * scale + dy] for x, y in stroke] for stroke in ink]


def drawn_slowly(start, end, height, width, line):
    """A line is what lies within half its width of a segment, with a rim of one pixel in which it fades."""
    y, x = np.mgrid[:height, :width] + 0.5
    nearest = np.full((height, width), np.inf)
    for (ax, ay), (bx, by) in zip(start, end, strict=True):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        t = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0, 1) if length else np.zeros_like(x)
        nearest = np.minimum(nearest, np.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    return np.clip(line / 2 + 0.5 - nearest, 0, 1)


def prepared_slowly(ink, size=28):
    """By the definition: longest side to 20 of 28 pixels, lines 2.5 wide, centred by mass."""
    start, end = segments([np.array(stroke, float) for stroke in ink])
    points = np.concatenate([start, end])
    low, high = points.min(0), points.max(0)
    scale = 17.5 / 28 * size / max((high - low).max(), 0.02)
    line = 2.5 / 28 * size
    offset = size / 2 - (low + high) / 2 * scale
    offset = (
        offset + size / 2 - centre_slowly(drawn_slowly(start * scale + offset, end * scale + offset, size, size, line))
    )
    return drawn_slowly(start * scale + offset, end * scale + offset, size, size, line), scale, offset


def centre_slowly(picture):
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] + 0.5
    return np.array([(picture * x).sum(), (picture * y).sum()]) / picture.sum()


# On a grid so coarse that no point is thinned out.
tenths = st.integers(0, 10).map(lambda k: k / 10)
coarse = st.lists(
    st.lists(st.tuples(tenths, tenths).map(list), min_size=1, max_size=6, unique_by=tuple), min_size=1, max_size=4
)


@settings(max_examples=40, deadline=None)
@given(coarse, st.sampled_from([28, 28, 56]))
def test_ink_is_drawn_as_the_definition_says(ink, size):
    prepared = prepare(ink, size, specks=True)
    picture, scale, offset = prepared_slowly(ink, size)
    np.testing.assert_allclose(prepared.picture, picture, atol=2e-3)
    assert prepared.scale == pytest.approx(scale)
    np.testing.assert_allclose(prepared.offset, offset, atol=2e-3)
    assert prepared.picture.dtype == np.float32


@pytest.mark.parametrize(("height", "width", "line"), [(28, 90, 2.5), (60, 40, 9.0), (56, 28, 5.0), (20, 30, 150.0)])
def test_segments_are_drawn_on_any_canvas_and_cut_off_at_its_rim(height, width, line):
    random = np.random.default_rng(height)
    # More than are drawn at once, when the line is so wide; some of them begin and end outside.
    corners = random.uniform(-10, [width + 10, height + 10], (70 if line == 150.0 else 7, 2))
    if line == 150.0:
        corners += 160  # far away, so that the last of them reaches farthest
        corners[-1] = [60, 60]
    start, end = corners[:-1], corners[1:]
    expected = drawn_slowly(start, end, height, width, line)
    picture = draw(start, end, height, width, line)
    assert picture.shape == (height, width)
    if line == 2.5:
        np.testing.assert_array_equal(draw(start, end, height, width), picture)
    np.testing.assert_allclose(picture, expected, atol=2e-3)


def test_short_segments_are_drawn_whole_wherever_they_lie_between_pixels():
    for x, y, turn, length in itertools.product((9, 9.5), (9, 9.95), np.arange(8) * np.pi / 4, (0, 0.7, 1.9, 2.9)):
        start = np.array([[x, y]])
        end = start + length * np.array([[np.cos(turn), np.sin(turn)]])
        expected = drawn_slowly(start, end, 20, 20, 2.5)
        np.testing.assert_allclose(draw(start, end, 20, 20, 2.5), expected, atol=1e-5)


def test_strokes_are_cut_into_segments_and_a_dot_is_one_of_no_length():
    start, end = segments([np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[7.0, 8.0]])])
    assert start.tolist() == [[1, 2], [3, 4], [7, 8]]
    assert end.tolist() == [[3, 4], [5, 6], [7, 8]]
    start, end = segments([np.array([[1.0, 2.0], [3.0, 4.0]])])
    assert (start.tolist(), end.tolist()) == ([[1, 2]], [[3, 4]])
    assert [part.shape for part in segments([])] == [(0, 2), (0, 2)]


def test_a_blank_picture_lies_nowhere_on_the_pad():
    blank = prepare([])
    assert (blank.scale, blank.offset) == (0, (0, 0))


def test_a_digit_of_checked_strokes_is_28_pixels_without_specks():
    strokes = checked([*moved(SEVEN, 0.3, 0.1, 0.1), [[0.95, 0.95]]])
    np.testing.assert_array_equal(draw_digit(strokes).picture, rasterize(moved(SEVEN, 0.3, 0.1, 0.1)))
    assert draw_digit([]).picture.shape == (28, 28)


def test_a_dense_pen_costs_no_more_than_a_coarse_one():
    along = np.linspace(0, 20, 2_001)
    curve = np.stack([along, 3 * np.sin(along / 3)], 1)
    length = np.hypot(*np.diff(curve, axis=0).T).sum()
    start, end = _thinned(*segments([curve, curve + 50]))
    joined = np.flatnonzero((start[1:] != end[:-1]).any(1))
    # Runs of 0.4 pixels; the two strokes stay apart, and each from its first point to its last.
    assert 0.9 < len(start) / (2 * length / 0.4) < 1.1
    assert len(joined) == 1
    np.testing.assert_array_equal(start[[0, joined[0] + 1]], [curve[0], curve[0] + 50])
    np.testing.assert_array_equal(end[[joined[0], -1]], [curve[-1], curve[-1] + 50])
    assert np.hypot(*(end - start).T).max() < 0.8
    # Quarters of a pixel: two make a run, for the second reaches past 0.4, and the fourth past 0.8.
    quarters = np.stack([np.arange(5) / 4, np.zeros(5)], 1)
    start, end = _thinned(quarters[:-1], quarters[1:])
    assert (start[:, 0].tolist(), end[:, 0].tolist()) == ([0, 0.5], [0.5, 1])
    start, end = _thinned(quarters[:2] / 2, quarters[1:3] / 2)
    assert (start[:, 0].tolist(), end[:, 0].tolist()) == ([0], [0.25])
    one = np.array([[1.0, 2.0]])
    assert _thinned(one, one + 0.1) == (pytest.approx(one), pytest.approx(one + 0.1))


def test_centre_of_mass_of_a_picture_that_is_not_square():
    picture = np.zeros((3, 5), np.float32)
    np.testing.assert_array_equal(centre_of_mass(picture), [2.5, 1.5])
    picture[2, 0], picture[2, 3] = 0.25, 0.75
    np.testing.assert_allclose(centre_of_mass(picture), [0.25 * 0.5 + 0.75 * 3.5, 2.5])


def test_checked_strokes_are_float_arrays_without_the_empty_ones():
    strokes = checked([[], [[0, 1]], ((0.5, 0.25), [1, 2]), np.ones((3, 2), np.float32)])
    assert [stroke.tolist() for stroke in strokes] == [[[0, 1]], [[0.5, 0.25], [1, 2]], [[1, 1]] * 3]
    assert all(stroke.dtype == np.float64 for stroke in strokes)


def test_the_limits_of_ink_are_the_last_that_is_read():
    assert MAX_STROKES >= 1_000
    assert MAX_POINTS >= 20_000
    assert len(checked([[[0.5, 0.5]]] * 1_000)) == 1_000
    assert len(checked([[[0.5, 0.5]] * 10_000] * 2)) == 2
    with pytest.raises(InkError, match=r"^Too many strokes: at most 1,000 can be read at once"):
        checked([[]] * 1_001)
    with pytest.raises(InkError, match=r"^Too many points: at most 20,000 can be read at once"):
        checked([[[0.5, 0.5]] * 20_000, [[0.5, 0.5]]])
    assert checked([[[16, -16]]])[0].tolist() == [[16, -16]]
    with pytest.raises(InkError, match="coordinates are fractions of its height, at most 16"):
        checked([[[0, -16.01]]])


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
    points = np.concatenate(without_specks([np.array(stroke) for stroke in ink]))
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
        [[[float("nan"), 0]]], [[[float("inf"), 0]]], [[[1e9, 0]]], [[[10**400, 0]]],
        [[[10**400, 0.5]]], [[[0, [1]]]], [[[[0], [1]]]],
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


def test_a_speck_is_a_tenth_of_the_largest_stroke_and_half_the_digit_away():
    body = np.array([[0.0, 0.0], [0.4, 1.0]])
    dot = np.array([[0.0, 0.0], [0.0, 0.0]])
    for far, kept in ((0.45, True), (0.5, True), (0.55, False)):
        for place in ([0.4 + far, 0.5], [-far, 0.5], [0.2, 1 + far], [0.2, -far]):
            assert len(without_specks([body, dot + place])) == 1 + kept
    for side, kept in ((0.5, False), (1.0, False), (1.125, True), (1.5, True)):
        flat = np.array([[32.0, 5.0], [32.0 + side, 5.0]])
        assert len(without_specks([10 * body, flat])) == 1 + kept
    # Away from all of the digit, not from one stroke of it; its size is that of all of it.
    second = body + [1.2, 0.3]
    assert len(without_specks([body, second, dot + [1.0, 0.5]])) == 3
    assert len(without_specks([body, second, dot + [2.3, 0.5]])) == 3
    assert len(without_specks([body, second, dot + [1.6 + 0.9, 0.5]])) == 2
    assert len(without_specks([body, second, dot + [-0.9, 0.5]])) == 2
    # Wherever on the pad it is written.
    for far, count in ((0.45, 2), (0.55, 1)):
        assert len(without_specks([body + 5, dot + [5.4 + far, 5.5]])) == count
        assert len(without_specks([body - 5, dot + [far - 4.6, -4.5]])) == count
    # Diagonally counts the distance itself.
    assert len(without_specks([body, dot + [0.4 + 0.4, 1.4]])) == 1
    assert len(without_specks([body, dot + [0.4 + 0.34, 1.34]])) == 2


def test_dots_near_the_digit_and_dots_alone_are_drawn():
    near = [*SEVEN, [[0.9, 0.5]]]
    assert not np.array_equal(rasterize(near), rasterize(SEVEN))
    dots = [[[0.1, 0.1]], [[0.9, 0.9]]]
    assert np.array_equal(rasterize(dots), prepare(dots, specks=True).picture)


def test_more_ink_than_can_be_drawn_for_one_caller_is_refused_and_a_full_pad_is_not():
    zigzag = [[[i % 2, i / 20_000] for i in range(20_000)]]
    for size in (28, 56):
        with pytest.raises(InkError, match="too much ink"):
            prepare(zigzag, size)
    scribble = [[[i % 2, i / 1_000] for i in range(1_000)]]
    assert prepare(scribble).picture.any()
    affordable(MOST_PIECES)
    with pytest.raises(InkError, match="Undo a few strokes"):
        affordable(MOST_PIECES + 1)
