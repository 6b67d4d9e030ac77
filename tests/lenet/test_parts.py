"""What hangs together in a picture of ink, and which groups of it a digit may be."""

import numpy as np
import pytest

from lenet.parts import _coarser, groups_of, line_of, parts_of


def drawn(*boxes, size=(100, 120)):
    """A mask with filled boxes: left, top, right, bottom, the last two exclusive."""
    mask = np.zeros(size, bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def ring(left, top, right, bottom, line=2, size=(100, 120)):
    mask = drawn((left, top, right, bottom), size=size)
    mask[top + line : bottom - line, left + line : right - line] = False
    return mask


def boxes_of(groups):
    """Left, top, right and bottom of each group; all of a mask is ink at each of its sides."""
    for mask in (group.mask for group in groups):
        assert all(side.any() for side in (mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    return [
        (group.left, group.top, group.left + group.mask.shape[1], group.top + group.mask.shape[0]) for group in groups
    ]


def filled(mask):
    """The parts of a mask, one pixel after the other: the plain way."""
    labels, number = np.zeros(mask.shape, int), 0
    for start in zip(*np.nonzero(mask)):
        if labels[start]:
            continue
        number += 1
        waiting = [start]
        while waiting:
            row, column = waiting.pop()
            inside = 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]
            if not inside or not mask[row, column] or labels[row, column]:
                continue
            labels[row, column] = number
            waiting += [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    return labels


@pytest.mark.parametrize("share", [0.1, 0.3, 0.45, 0.6, 0.9])
def test_parts_are_those_that_a_plain_fill_finds(share):
    random = np.random.default_rng(int(100 * share))
    for size in ((1, 1), (1, 30), (30, 1), (40, 50)):
        mask = random.random(size) < share
        parts, plain = parts_of(mask), filled(mask)
        pairs = np.unique(np.stack([parts.labels.ravel(), plain.ravel()]), axis=1)
        assert len(parts.areas) == plain.max()
        assert pairs.shape[1] == len(np.unique(plain))  # one to one
        assert ((parts.labels > 0) == mask).all()
        for number, (left, top, right, bottom) in enumerate(parts.boxes, 1):
            rows, columns = np.nonzero(parts.labels == number)
            assert (left, top, right, bottom) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert parts.areas[number - 1] == len(rows)


def test_nothing_has_no_parts_and_no_groups():
    assert len(parts_of(drawn()).areas) == 0
    assert groups_of(drawn()) == []


def test_near_parts_are_one_group_and_far_ones_are_not():
    near = drawn((10, 10, 40, 60), (48, 10, 60, 60))
    groups = groups_of(near)
    assert boxes_of(groups) == [(10, 10, 60, 60), (10, 10, 40, 60)]
    assert [group.is_part for group in groups] == [False, True]  # which may be the digit alone
    far = drawn((10, 10, 30, 60), (70, 10, 90, 50))
    assert boxes_of(groups_of(far)) == [(10, 10, 30, 60), (70, 10, 90, 50)]


def test_dashes_are_one_group():
    dashes = drawn(*((50, top, 53, top + 6) for top in range(10, 90, 9)), size=(100, 120))
    assert boxes_of(groups_of(dashes)) == [(50, 10, 53, 88), (50, 10, 53, 16)]  # and a dash alone


def test_what_touches_the_rim_is_no_part_of_a_group_within():
    mask = drawn((20, 20, 40, 60), (44, 0, 50, 60))
    groups = groups_of(mask)
    assert boxes_of(groups) == [(20, 20, 40, 60), (20, 0, 50, 60)]
    assert [group.of_rim for group in groups] == [0, 6 / 440]
    for side in range(4):
        turned = np.rot90(drawn((30, 20, 40, 100)), side)
        assert groups_of(turned)[0].of_rim == 10 / 440


def test_a_box_around_a_digit_is_left_out():
    box = ring(10, 10, 90, 90)
    assert boxes_of(groups_of(box | drawn((40, 30, 60, 70)))) == [(40, 30, 60, 70)]
    # A 0 with specks in it is none, and neither is one that stands alone.
    assert boxes_of(groups_of(box | drawn((30, 30, 32, 32), (60, 70, 62, 72)))) == [(10, 10, 90, 90)]
    assert boxes_of(groups_of(box)) == [(10, 10, 90, 90)]


def test_linked_digits_with_a_stroke_in_one_are_no_row_of_boxes():
    def ellipse(x):
        y, across = np.mgrid[:100, :300]
        away = np.hypot((across - x) / 30, (y - 50) / 36)
        return (away > 0.85) & (away < 1)

    zeros = ellipse(60) | ellipse(118) | ellipse(176)
    assert line_of(zeros | drawn((117, 40, 119, 62), size=(100, 300)))[zeros].all()


@pytest.mark.parametrize("is_upright", [False, True])
def test_a_row_or_column_of_boxes_around_a_digit_is_left_out(is_upright):
    def found(*held):
        row = ring(10, 32, 290, 82, size=(300, 300))
        mask = row | drawn(*((x, 32, x + 2, 82) for x in range(50, 290, 40)), *held, size=row.shape)
        return [group.mask.shape for group in groups_of(mask.T if is_upright else mask)]

    assert found((140, 40, 160, 74)) == ([(20, 34)] if is_upright else [(34, 20)])
    assert found((149, 54, 152, 57))[0] == ((280, 50) if is_upright else (50, 280))  # no more than a speck


def test_specks_beside_a_digit_are_left_out():
    mask = drawn((40, 20, 60, 80), (64, 50, 67, 53))
    assert boxes_of(groups_of(mask)) == [(40, 20, 60, 80)]
    assert boxes_of(groups_of(drawn((20, 20, 23, 23)))) == []


def test_speckled_pictures_are_made_coarser():
    noise = np.random.default_rng(1).random((640, 640)) < 0.2
    noise[200:400, 300:340] = True
    left, top, right, bottom = boxes_of(groups_of(noise))[0]
    assert (left, right) == pytest.approx((300, 340), abs=4)
    assert (top, bottom) == pytest.approx((200, 400), abs=4)
    block = drawn((10, 10, 20, 30), (40, 40, 41, 60))
    corners = drawn((10, 10, 11, 11), (19, 10, 20, 11), (10, 29, 11, 30), (19, 29, 20, 30))
    kept = drawn((10, 10, 20, 30)) & ~corners
    assert (_coarser(block) <= kept).all()
    assert _coarser(block)[11:29, 11:19].all()


def test_of_very_many_parts_the_largest_make_groups():
    mask = np.zeros((400, 400), bool)
    mask[1:-1:20, 1:-1:20] = True
    mask[100:300, 150:200] = mask[100:300, 210:230] = True
    assert parts_of(mask).areas.size > 300
    assert boxes_of(groups_of(mask)) == [(150, 100, 230, 300), (150, 100, 200, 300)]


def test_a_line_is_what_stands_beside_its_tallest_part():
    digits = drawn((20, 30, 30, 60), (40, 35, 50, 58), (60, 30, 64, 60))
    others = ring(10, 20, 110, 70) | drawn((80, 50, 82, 52), (20, 85, 30, 95))
    assert (line_of(digits | others) == digits).all()
    assert (line_of(digits) == digits).all()
    assert not line_of(drawn()).any()
    at_rim = drawn((0, 10, 10, 50), (20, 10, 30, 50), (40, 0, 50, 50))
    assert (line_of(at_rim) == at_rim).all()  # a line may fill its picture
