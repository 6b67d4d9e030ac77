"""Lines brought to the height that the sweep reads: sizes and places worked out by hand."""

import numpy as np
import pytest

from lenet.ink import InkError, draw
from lenet.line.strip import BLANK, WIDEST, Strip, _middle_size, strip_of_ink, strip_of_photo


def bar(x, top=0.2, bottom=1.2):
    return np.array([[x, top], [x, bottom]])


@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_a_digit_of_middle_size_is_20_pixels_high_with_its_line(zoom):
    strip = strip_of_ink([bar(1.0), bar(1.5)], zoom)
    scale = 17.5 * zoom
    assert strip.scale == pytest.approx(scale)
    # Half a window of blank on the left, the middle of the line in the middle; whole columns of the score map.
    assert strip.offset == pytest.approx((14 - scale, 14 - 0.7 * scale))
    assert strip.picture.shape == (28, 28 + 4 * int(np.ceil(0.5 * scale / 4)))
    x = np.array([14, 14 + 0.5 * scale])
    start, end = (np.stack([x, [14 + side * scale / 2] * 2], 1) for side in (-1, 1))
    np.testing.assert_allclose(strip.picture, draw(start, end, 28, strip.picture.shape[1]), atol=1e-5)


def test_strokes_in_any_direction_are_measured_by_their_boxes():
    up = np.array([[3.0, 1.0], [2.2, 0.2], [2.4, 0.4]])
    down = np.array([[5.0, 0.3], [4.1, 1.5]])
    for strokes in ([up, down], [down, up], [up[::-1], down[::-1]], [up[::-1], down]):
        strip = strip_of_ink(strokes)
        # 0.8 and 1.2 high; the second holds more ink.
        scale = 17.5 / 1.2
        assert strip.scale == pytest.approx(scale)
        lengths = np.array([1.0 * np.sqrt(2) * 0.8 + 0.2 * np.sqrt(2), np.hypot(0.9, 1.2)])
        middle = (lengths @ [0.6, 0.9]) / lengths.sum()
        assert strip.offset == pytest.approx((14 - 2.2 * scale, 14 - middle * scale), abs=1e-4)
        assert strip.picture.shape == (28, 28 + 4 * int(np.ceil((5.0 - 2.2) * scale / 4)))


def test_of_sizes_that_differ_the_one_with_most_ink_counts():
    near, far = bar(1.0, 0.0, 1.0), bar(9.0, 0.2, 0.7)
    assert strip_of_ink([near, far]).scale == pytest.approx(17.5)
    again = np.concatenate([far, far[::-1], far])
    assert strip_of_ink([near, again]).scale == pytest.approx(17.5 / 0.5)


def test_a_line_too_long_is_scaled_down_to_2800_pixels():
    strip = strip_of_ink([bar(0.0), bar(300.0)])
    assert strip.scale == pytest.approx((2_800 - 28) / 300)
    assert strip.picture.shape == (28, 2_800)
    assert WIDEST == 2_800
    long = np.zeros((8, 4_000), np.float32)
    long[:, [0, -1]] = 1
    assert strip_of_photo(long).picture.shape == (28, 2_800)
    assert strip_of_photo(long).scale == pytest.approx((2_800 - 28) / 4_000 * 8)  # of the photo's height
    long[:, 0], long[:, 500] = 0, 1
    assert strip_of_photo(long).scale == pytest.approx((2_800 - 28) / 3_500 * 8)


def test_more_ink_than_can_be_drawn_in_four_sizes_is_refused():
    to_and_fro = np.array([[0.0, i % 2] for i in range(900)])
    assert strip_of_ink([to_and_fro[:850]]).picture.any()  # 4 * 849 * 17.5 pixels are 59,430
    with pytest.raises(InkError, match="too much ink"):
        strip_of_ink([to_and_fro[:860]])


def test_a_dot_is_not_blown_up():
    strip = strip_of_ink([np.array([[0.5, 0.5]])])
    assert strip.scale == pytest.approx(17.5 / 0.02)
    assert strip.picture.shape == (28, 28)
    assert strip.picture.sum() == pytest.approx(np.pi * 1.25**2, rel=0.1)
    assert np.argwhere(strip.picture > 0.9).mean(0).tolist() == [13.5, 13.5]


def test_no_ink_is_a_blank_window():
    for blank in (BLANK, strip_of_ink([]), strip_of_photo(np.full((50, 70), 0.5, np.float32))):
        assert blank.picture.shape == (28, 28)
        assert blank.picture.dtype == np.float32
        assert not blank.picture.any()
        assert (blank.scale, blank.offset) == (0, (0, 0))


def middle(*parts):
    """parts: left, right, top, bottom, amount of ink each."""
    return _middle_size(*np.array(parts, float).T)


def test_the_middle_size_is_the_median_by_ink():
    assert middle((0, 0.1, 0, 1, 1), (2, 2.1, 0, 2, 1), (4, 4.1, 0, 4, 3))[0] == 4
    assert middle((4, 4.1, 0, 4, 1), (0, 0.1, 0, 1, 2), (2, 2.1, 0, 2, 2))[0] == 2
    assert middle((0, 0.1, 0, 1, 1), (2, 2.1, 0, 2, 1))[0] == 1


def test_the_middle_of_a_line_is_that_of_its_ink():
    assert middle((0, 0.1, 0, 1, 1), (2, 2.1, 2, 4, 3))[1] == pytest.approx((0.5 * 1 + 3 * 3) / 4)


def test_pieces_that_overlap_in_x_are_one_digit():
    # A 5: its bar begins where its bow ends; and a 1.
    assert middle((0.5, 1.0, 0, 0.2, 1), (2, 2.1, 0, 0.5, 1), (0, 0.5, 0.1, 1.5, 2)) == (1.5, (3 * 0.75 + 0.25) / 4)
    assert middle((0.6, 1.0, 0, 0.2, 1), (0, 0.5, 0.1, 1.5, 2))[0] == 1.4  # no overlap
    # Pieces reach as far as the farthest before them did.
    assert middle((0, 3, 0, 4, 1), (0.5, 1, 1, 2, 1), (2, 2.5, 2, 5, 1))[0] == 5


def test_digits_that_touch_are_higher_together_than_one_and_a_dash_is_an_eighth_of_its_length():
    assert middle((0, 3, 0, 1.3, 1))[0] == pytest.approx(1)
    assert middle((0, 1, 0, 1, 1))[0] == 1
    assert middle((5, 13, 0.5, 0.6, 1))[0] == 1
    assert middle((0, 0.01, 0, 0.01, 1))[0] == 0.02


def test_a_line_in_a_photo_is_placed_to_the_pixel():
    ink = np.zeros((60, 200), np.float32)
    ink[10:50, 50:60] = ink[10:50, 100:110] = 1
    ink[ink == 0] = 0.4  # less than half strength does not count for size and place
    strip = strip_of_photo(ink)
    # A point goes by half its pixels, so by 30 times its share of the photo's height.
    assert (strip.scale, strip.offset) == (30, (14 - 25, -1))
    assert strip.picture.shape == (28, 28 + 32)
    expected = np.zeros((28, 60), bool)
    expected[4:24, 14:19] = expected[4:24, 39:44] = True
    assert ((strip.picture > 0.9) == expected).all()
    assert strip.picture.dtype == np.float32
    assert strip_of_photo(ink, 4.0).scale == 2 * 60
    enlarged = strip_of_photo(ink[:, :80], 4.0)
    assert enlarged.picture.shape == (28, 28 + 20)
    assert (enlarged.picture[:, 16:32] > 0.99).all()


def test_ink_of_a_photo_keeps_its_strength_and_the_thinnest_line_is_left():
    solid = np.zeros((60, 40), np.float32)
    solid[10:50, 10:30] = 1
    assert strip_of_photo(solid).picture.max() == 1
    for thin in (np.zeros((640, 40), np.float32), np.zeros((1, 640), np.float32)):
        thin[:, 20:21] = 1
        if len(thin) == 1:
            thin[:] = 1
        assert strip_of_photo(thin).picture.any(0).sum() == (1 if len(thin) > 1 else round(640 * 20 / 80))
    sloped = np.zeros((20, 10), np.float32)
    sloped[3:17] = np.linspace(0.6, 1, 10)
    assert len(np.unique(strip_of_photo(sloped).picture)) > 12  # enlarged by slopes, not by steps


def test_a_photos_digits_are_measured_column_by_column():
    ink = np.zeros((90, 90), np.float32)
    ink[10:70, 20:25] = ink[10:20, 20:60] = 1  # one digit, 60 high
    ink[40:70, 80:84] = 1  # one of 30
    strip = strip_of_photo(ink)
    assert strip.scale == pytest.approx(20 / 60 * 90)
    # 5 * 60 + 35 * 10 pixels around row 40, 4 * 30 around 55
    assert strip.offset[1] == round(14 - (650 * 40 + 120 * 55) / 770 / 3)


def test_a_column_without_ink_parts_two_digits_of_a_photo():
    ink = np.zeros((90, 60), np.float32)
    ink[10:70, 20:22] = 1  # 120 pixels, 60 high
    ink[30:50, 23:33] = 1  # 200 pixels, 20 high
    assert strip_of_photo(ink).scale == 90
    ink[:, 22] = ink[:, 21]
    assert strip_of_photo(ink).scale == 30


def test_a_box_of_the_strip_leads_back_to_the_pad():
    strip = Strip(np.zeros((28, 40), np.float32), 2.0, (10.0, -4.0))
    assert strip.back((10, 0, 14, 6)) == (0, 2, 2, 5)
    farther = strip.shifted(2)
    assert farther.offset == (12, -4)
    assert farther.back((12, 0, 16, 6)) == (0, 2, 2, 5)


def test_shifting_moves_the_picture_with_its_place():
    strip = strip_of_ink([bar(1.0), bar(1.5)])
    farther = strip.shifted(2)
    assert (farther.picture[:, 2:] == strip.picture[:, :-2]).all()
    assert farther.scale == strip.scale


def test_a_digit_cut_out_is_placed_like_any_other():
    picture = np.zeros((28, 60), np.float32)
    picture[4:24, 30:40] = 1
    picture[:, 10:12] = picture[:, 50:52] = 1  # its neighbours
    strip = Strip(picture, 20.0, (10.0, 4.0))
    expected = np.zeros((28, 28))
    expected[4:24, 9:19] = 1
    assert (strip.cut((1.0, 0.0, 1.5, 1.0)) == expected).all()
    assert (strip.cut((1.02, 0.0, 1.48, 1.0)) == expected).all()  # to the nearest pixel
    assert strip.cut((0, -1, 0.05, 9)).sum() == 20  # as much of a box as there is, 28 high, 2 wide
    assert strip.cut((-2, 0.2, 0.1, 0.4)).any()
    assert not strip.cut((0.5, 0.0, 0.9, 1.0)).any()
    # Not a pixel more than the box, and none less at the rim.
    frame = np.zeros((28, 28), np.float32)
    frame[:10, :5] = 1
    expected = np.zeros((28, 28))
    expected[4:24, 9:19] = 1
    for edge in (0.0, -3.0):
        assert (Strip(frame, 1.0, (0.0, 0.0)).cut((edge, edge, 5.0, 10.0)) == expected).all()
    frame[10], frame[:10, 5] = 1, 1
    assert (Strip(frame, 1.0, (0.0, 0.0)).cut((0.0, 0.0, 5.0, 10.0)) == expected).all()
