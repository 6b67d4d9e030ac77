"""Boxes around digits are told from the digits that touch and cross them."""

import numpy as np
import pytest

import lenet
from lenet import boxes
from lenet.finding import _with_soft_edges
from lenet.ink import draw, segments
from lenet.parts import parts_of
from lenet.synthetic.digits import digit
from tests.lenet.test_finding import written

SIZE = (300, 300)


def inked(*lines, width=3.0, size=SIZE):
    """Lines, each of points (x, y), drawn with a pen: float32 (h, w)."""
    return draw(*segments([np.array(line, float) for line in lines]), size[0], size[1], width)


def box_in(mask, empty=True):
    return boxes.box_in(parts_of(mask), empty)


def box(left, top, right, bottom, tilt=0.0):
    return [(left, top), (right, top + tilt), (right, bottom + tilt), (left, bottom), (left, top)]


SEVEN = [(90, 100), (150, 100), (110, 215)]  # its foot crosses the lower side of BOX
BOX = box(60, 60, 200, 200)


@pytest.mark.parametrize("tilt", [0, 8, -8])
@pytest.mark.parametrize("width", [2, 4, 6])
def test_the_sides_of_a_box_are_found_and_not_the_digit_that_crosses_them(tilt, width):
    frame, seven = inked(box(60, 60, 200, 200, tilt), width=width) > 0.5, inked(SEVEN, width=6) > 0.5
    found = box_in(frame | seven)
    assert found[frame & ~seven].mean() > 0.97
    assert found[seven].mean() < 0.05


def test_of_an_empty_box_and_of_one_around_a_digit_all_is_found_or_nothing():
    frame = inked(BOX) > 0.5
    assert (box_in(frame) == frame).all()
    assert not box_in(frame, empty=False).any()  # it may be a 0
    inside, speck = inked([(120, 100), (120, 160)]) > 0.5, inked([(120, 100), (120, 110)]) > 0.5
    assert (box_in(frame | inside, empty=False) == frame).all()
    assert not box_in(frame | speck, empty=False).any()


def test_boxes_in_a_row_or_column_are_found_with_what_parts_them():
    row, seven = (
        [box(20, 60, 270, 130), *([(x, 60), (x, 130)] for x in (70, 120, 170, 220))],
        [(130, 70), (160, 70), (140, 136)],
    )
    for turned in (row, [[point[::-1] for point in line] for line in row]):
        is_row = turned is row
        crossed = seven if is_row else [(50, 180), (90, 180), (70, 210), (56, 214)]
        frame, ink = inked(*turned) > 0.5, inked(crossed, width=5) > 0.5
        found = box_in(frame | ink)
        assert found[frame & ~ink].mean() > 0.9
        assert found[ink].mean() < 0.2


@pytest.mark.parametrize(
    "strokes",
    [[digit(label, np.random.default_rng([label, number])) for number in range(20)] for label in range(10)],
    ids=str,
)
def test_a_digit_alone_has_no_box(strokes):
    pictures = [draw(*segments([stroke * 150 + 80 for stroke in glyph]), *SIZE, 8) for glyph in strokes]
    assert sum(box_in(picture > 0.5).any() for picture in pictures) <= 1  # a square 0


@pytest.mark.parametrize("count", [1, 3, 6])
@pytest.mark.parametrize("pen", [3, 5])
@pytest.mark.parametrize("foot", [140, 120], ids=["through", "short"])
def test_a_slim_digit_that_touches_its_box_is_not_taken_for_it(count, pen, foot):
    edges = [box(20 + 70 * at, 60, 90 + 70 * at, 140) for at in range(count)]
    frame, one = (
        inked(*edges, size=(200, 480)) > 0.5,
        inked([(60, foot - 50), (56, foot)], width=pen, size=(200, 480)) > 0.5,
    )
    one |= inked([(22, 100), (58, 100)], width=pen, size=(200, 480)) > 0.5  # a bar that touches the box
    found = box_in(frame | one)
    assert found[one & ~frame].mean() < 0.3
    assert found[frame & ~one].mean() > 0.9


def test_three_sides_are_no_box():
    assert not box_in(inked([(60, 60), (60, 200), (200, 200), (200, 60)], SEVEN) > 0.5).any()


def test_the_soft_edges_of_a_box_go_with_it_and_those_of_the_digit_stay():
    ink = np.maximum(inked(BOX, width=4), inked(SEVEN, width=6))
    left = np.where(_with_soft_edges(ink, box_in(ink > 0.5)), 0, ink)
    alone = inked(SEVEN, width=6)
    assert np.abs(left - alone).sum() < 0.05 * alone.sum()


@pytest.mark.parametrize(("nearest", "least"), [(4, 18), (0, 15)])
def test_a_digit_that_touches_its_box_is_read(nearest, least):
    random, right = np.random.default_rng(1), 0
    for number in range(20):
        strokes = written(number % 10, random, 120, (80, 80))
        points = np.concatenate(strokes)
        (left, top), (right_side, bottom) = points.min(0) - nearest, points.max(0) + nearest
        ink = np.maximum(inked(box(left, top, right_side, bottom)), draw(*segments(strokes), *SIZE, 7))
        right += lenet.recognize((1 - ink).astype(np.float32)).digit == number % 10
    assert right >= least


@pytest.mark.parametrize("count", [3, 6])
def test_a_digit_in_a_row_of_boxes_is_read(count):
    random, right, size = np.random.default_rng(count), 0, (200, 480)
    for number in range(20):
        left, edges = 20 + 70 * int(random.integers(count)), 70 * np.arange(count + 1) + 20
        row = [[(x, 60), (x, 140)] for x in edges] + [[(20, y), (edges[-1], y)] for y in (60, 140)]
        strokes = written(number % 10, random, 50, (left + 12, 75))
        ink = np.maximum(inked(*row, width=2.5, size=size), inked(*strokes, width=5, size=size))
        right += lenet.recognize((1 - ink).astype(np.float32)).digit == number % 10
    assert right >= 17


def written_by_pencil(strokes, boxes, strength):
    """Strokes beside printed boxes, each left, top, right and bottom, on a sheet of 200x480."""
    printed, pencil = (inked(*lines, size=(200, 480)) for lines in ([box(*edges) for edges in boxes], strokes))
    return (0.9 * (1 - np.maximum(strength * pencil, 0.95 * printed))).astype(np.float32)


@pytest.mark.parametrize("strength", [0.2, 0.35, 0.6])
@pytest.mark.parametrize("gap", [10, 40])
@pytest.mark.parametrize("count", [1, 4])
def test_a_pencil_is_read_in_printed_boxes(count, gap, strength):
    random, right = np.random.default_rng(13), 0
    boxes = [(10 + (76 + gap) * at, 40, 86 + (76 + gap) * at, 150) for at in range(count)]
    for label in range(10):
        strokes = written(label, random, 56, (24 + (76 + gap) * (label % count), 66))
        right += lenet.recognize(written_by_pencil(strokes, boxes, strength)).digit == label
    assert right >= 9


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_a_digit_that_touches_its_box_is_read_on_squared_paper(strength):
    random, right = np.random.default_rng(16), 0
    squares = np.zeros((200, 240), np.float32)
    squares[::20] = squares[:, ::20] = strength
    for label in range(10):
        strokes = written(label, random, 100, (73, 44))
        ink = inked(box(70, 40, 170, 160), *strokes, width=4, size=squares.shape)
        light = 0.9 * (1 - np.maximum(0.9 * ink, squares))
        right += lenet.recognize(light.astype(np.float32)).digit == label
    assert right >= 8


@pytest.mark.parametrize("strength", [0.4, 0.6])
def test_a_number_in_pencil_is_read_in_the_boxes_of_a_form(strength):
    random, boxes = np.random.default_rng(14), [(10 + 86 * at, 40, 86 + 86 * at, 150) for at in range(4)]
    strokes = [each for at in range(4) for each in written((2, 0, 6, 3)[at], random, 56, (24 + 86 * at, 66))]
    assert lenet.read_line(written_by_pencil(strokes, boxes, strength)).text == "2063"


def test_a_number_in_a_box_is_read_as_a_line():
    random, right = np.random.default_rng(2), 0
    for number in range(10):
        text = f"{number}{(number * 3 + 1) % 10}"
        strokes = [
            each for at, label in enumerate(text) for each in written(int(label), random, 70, (85 + 75 * at, 82))
        ]
        points = np.concatenate(strokes)
        ink = np.maximum(inked(box(*(points.min(0) - 3), *(points.max(0) + 3))), draw(*segments(strokes), *SIZE, 6))
        right += lenet.read_line((1 - ink).astype(np.float32)).text == text
    assert right >= 8
