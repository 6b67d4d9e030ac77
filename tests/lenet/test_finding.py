"""The digit is found on everyday paper."""

import numpy as np
import pytest
import torch

import lenet
from lenet.finding import found_in, line_in
from lenet.ink import draw, segments
from lenet.paper import is_dark
from lenet.synthetic.digits import digit
from tests import paper
from tests.paper import KINDS, picture

EACH = 10  # one of every digit


@pytest.mark.parametrize("kind", KINDS)
def test_digits_on_everyday_paper_are_read(kind):
    pictures = [picture(kind, number) for number in range(1_000, 1_000 + EACH)]
    read = [lenet.recognize(image).digit for image, _ in pictures]
    assert sum(digit == label for digit, (_, label) in zip(read, pictures, strict=True)) >= EACH - 3


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in ("dashed", "hard shadow", "neighbours", "on a rule")]
)
def test_lines_on_everyday_paper_are_read(kind):
    pictures = [paper.line(kind, number) for number in range(2_000, 2_000 + EACH)]
    right = sum(lenet.read_line(image).text == text for image, text in pictures)
    assert right >= EACH // 2


def test_the_straight_lines_of_a_digit_in_a_small_picture_are_no_rules():
    random = np.random.default_rng(1)
    right = 0
    for _ in range(60):
        foot, stem = random.uniform(12, 16), random.uniform(14, 19)
        start = np.array([(random.uniform(9, 13), 2.5), (1.5, foot), (stem, random.uniform(6, 9))])
        end = np.array([(1.5, foot), (random.uniform(24, 27.5), foot - 0.5), (stem, random.uniform(24, 28))])
        four = 1 - draw(start, end, 28, 28, random.uniform(1.2, 2.6))
        right += lenet.recognize(four.astype(np.float32)).digit == 4
    assert right >= 57


def written(label, random, size, corner):
    """A synthetic digit whose longer side has a size, its top left corner at (x, y)."""
    glyph = digit(label, random)
    points = np.concatenate(glyph)
    return [(stroke - points.min(0)) / np.ptp(points, 0).max() * size + corner for stroke in glyph]


@pytest.mark.parametrize("margin", [0, 1, 3])
@pytest.mark.parametrize("high", [28, 200])
def test_a_digit_that_fills_its_picture_is_read(margin, high):
    random, right, pen = np.random.default_rng(3), 0, high / 12
    for number in range(30):
        strokes = written(number % 10, random, high - pen, (pen / 2, pen / 2))
        ink = draw(*segments(strokes), high, high, pen)
        rows, columns = np.flatnonzero(ink.max(1) > 0.3), np.flatnonzero(ink.max(0) > 0.3)
        crop = np.pad(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], margin)
        right += lenet.recognize(1 - crop).digit == number % 10
    assert right >= 27


@pytest.mark.parametrize("margin", [0, 2, 30])
def test_a_line_that_fills_its_picture_is_read(margin):
    right = 0
    for number in range(10):
        image, text = paper.line("plain", number)
        grey = np.asarray(image.convert("L"))
        ink = line_in(grey.astype(np.float32) / 255) > 0.5
        rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
        crop = grey[
            max(0, rows[0] - margin) : rows[-1] + 1 + margin, max(0, columns[0] - margin) : columns[-1] + 1 + margin
        ]
        right += lenet.read_line(crop).text == text
    assert right >= 7


def test_a_line_is_found_whatever_the_light():
    words, _ = paper.line("plain", 1)
    light = np.asarray(words.convert("L"), np.float32) / 255
    found, turned = line_in(light) > 0.5, line_in(1 - light) > 0.5
    assert found.sum() > 500
    assert (found & turned).sum() > 0.9 * found.sum()
    assert not line_in(np.full((50, 80), 0.5, np.float32)).any()


def test_without_ink_nothing_is_found():
    assert found_in(np.full((100, 120), 0.8, np.float32)) is None
    assert not lenet.from_photo(np.full((100, 120), 200, np.uint8)).any()


def test_a_faint_digit_is_read_where_the_light_slopes_more_than_its_ink_is_dark():
    random, right = np.random.default_rng(11), 0
    for label in range(10):
        cover = draw(*segments(written(label, random, 60, (95, 60))), 200, 240, 4.0)
        light = np.minimum(np.linspace(1.05, 0.75, 240) * (1 - 0.08 * cover), 1).astype(np.float32)
        right += lenet.recognize(light).digit == label
        assert not is_dark(light)
        assert is_dark(1 - light)
    assert right >= 8


def test_a_digit_is_read_beside_what_stands_near_it():
    random, right = np.random.default_rng(7), 0
    for label in [*range(10), *range(10)]:
        strokes = written(label, random, 100, (90, 72))
        light = 1 - 0.9 * draw(*segments(strokes), 200, 240, 5.0)
        light[44:58, 60:180][:, np.arange(120) % 20 < 14] = 0.3  # a palette
        right += lenet.recognize(light.astype(np.float32)).digit == label
    assert right >= 16


def test_a_digit_is_read_above_a_short_line():
    random, right = np.random.default_rng(8), 0
    for label in range(10):
        strokes = written(label, random, 90, (90, 50))
        line = np.array([(60.0, 152.0), (180.0, 152.0)])  # half as long as the picture is wide: no rule
        light = 1 - 0.9 * draw(*segments([*strokes, line]), 200, 240, 5.0)
        right += lenet.recognize(light.astype(np.float32)).digit == label
    assert right >= 8


@pytest.mark.parametrize("number", [80_001, 80_045, 80_096])
def test_dark_ink_is_read_where_a_hard_shadow_lets_more_of_the_light_look_like_ink(number):
    image, label = picture("hard shadow", number)
    assert lenet.recognize(image).digit == label


def test_a_plain_one_is_read_beside_what_the_rim_cuts_off():
    random, right = np.random.default_rng(15), 0
    for other in range(10):
        one = np.array([(120 + random.uniform(5, 20), 60), (110, 150)])
        light = 1 - 0.9 * draw(*segments([one, *written(other, random, 90, (-15, 60))]), 200, 240, 4.0)
        right += lenet.recognize(light.astype(np.float32)).digit == 1
    assert right >= 9


def test_a_hole_in_a_digit_is_no_light_ink():
    image, label = picture("on a rule", 70_049, digit)
    assert lenet.recognize(image).digit == label


def test_an_eight_is_read_whole_where_a_rule_crosses_its_lower_ring():
    image, label = picture("on a rule", 80_008)
    assert lenet.recognize(image).digit == label


def test_a_lone_straight_line_is_a_one_all_the_same():
    light = np.full((200, 240), 0.9, np.float32)
    light[38:162, 98:103] = 0.1
    assert lenet.recognize(light).digit == 1


def test_finding_leaves_torch_as_it_was():
    was = torch.is_grad_enabled()
    found_in(np.random.default_rng(1).random((80, 80)).astype(np.float32))
    assert torch.is_grad_enabled() == was
