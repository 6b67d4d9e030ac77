"""Lines of several digits: found, boxed and read."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lenet.ink import InkError, checked, draw, segments
from lenet.line.detect import METHODS, are_digits, parted, read_line
from lenet.line.segment import extents
from lenet.line.strip import strip_of_ink
from lenet.line.views import looked_at
from lenet.synthetic import digits as synth
from lenet.synthetic.lines import CLOSE, SPACED, compose


def line(text, setting=SPACED, seed=3):
    random = np.random.default_rng(seed)
    return compose([synth.digit(int(c), random) for c in text], setting, random)


def ink(made):
    return [stroke.tolist() for stroke in made.strokes]


@pytest.mark.parametrize("text", ["2026", "31", "745", "908"])
def test_reads_a_line(text):
    assert read_line(ink(line(text))).text == text


@pytest.mark.parametrize("method", METHODS)
def test_boxes_hold_their_digits(method):
    made = line("2026", seed=5)
    found = read_line(ink(made), method).detections
    assert len(found) == 4
    for detection, box in zip(found, made.boxes, strict=True):
        # A pixel of the strip is 0.02 pad heights here; its line is 2.5 pixels wide.
        np.testing.assert_allclose(detection.box, box, atol=0.08)
        assert 0 < detection.confidence <= 1


def test_strokes_of_a_detection_are_its_own():
    made = line("474", seed=8)
    strokes = ink(made)
    strokes.insert(0, [])  # an empty stroke counts, but is nobody's
    found = read_line(strokes).detections
    assert sorted(i for each in found for i in each.strokes) == list(range(1, len(strokes)))
    for each in found:
        boxes = extents([np.array(strokes[i]) for i in each.strokes])
        assert each.box[0] == pytest.approx(boxes[:, 0].min())


def test_size_and_place_do_not_matter():
    made = line("2026")
    small = [(stroke * 0.3 + [1.0, 0.4]).tolist() for stroke in made.strokes]
    assert read_line(small).text == read_line(ink(made)).text == "2026"


def test_a_photo_of_a_line():
    start, end = segments(checked(ink(line("2026"))))
    drawn = draw(start * 200, end * 200, 200, 500, 12)
    photo = Image.fromarray(np.rint(235 - 200 * drawn).astype(np.uint8))
    reading = read_line(photo)
    assert reading.text == "2026"
    assert not any(each.strokes for each in reading.detections)


def test_nothing_on_a_blank_line():
    nothings: list[Any] = [[], [[]], Image.new("L", (200, 50), 255)]
    for nothing in nothings:
        assert read_line(nothing).detections == []


def test_mistakes_are_told():
    with pytest.raises(ValueError, match="method must be one of best, swept, grouped"):
        read_line([], "guess")
    with pytest.raises(InkError, match="pair of finite numbers"):
        read_line([[["a", 1]]])  # type: ignore[list-item]


def test_the_way_back_from_the_strip():
    made = line("81")
    strip = strip_of_ink(checked(ink(made)))
    scale, (x, y) = strip.scale, strip.offset
    rows, columns = np.nonzero(strip.picture > 0.5)
    left, top, right, bottom = strip.back((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    points = np.concatenate(made.strokes)
    np.testing.assert_allclose([left, top], points.min(0), atol=2 / scale)
    np.testing.assert_allclose([right, bottom], points.max(0), atol=2 / scale)
    assert left * scale + x == pytest.approx(columns.min())
    assert top * scale + y == pytest.approx(rows.min())


def test_the_sweep_says_whether_a_digit_stands_there():
    views = looked_at(lambda zoom: strip_of_ink(line("2026").strokes, zoom))
    boxes = line("2026").boxes
    for left, _, right, _ in boxes:
        assert views.evidence(left, right) > 0
    assert views.evidence(boxes[-1][2] + 1.5, boxes[-1][2] + 2.0) < -5  # beside the line


def test_what_the_sweep_does_not_see_is_no_digit():
    strokes = [np.asarray(stroke) for stroke in line("2026").strokes]
    views = looked_at(lambda zoom: strip_of_ink(strokes, zoom))
    assert "".join(str(found.digit) for found in parted(strokes, views)) == "2026"
    blind = [np.full_like(logits, -20.0) for logits in views.maps]
    assert parted(strokes, replace(views, maps=blind)) == []


@pytest.mark.parametrize(
    ("scores", "touching", "digits"),
    [
        ([7, 1, 2.5], [], "111"),
        ([7, 1, 1.5, -5], [], "1000"),  # something else in the line: doubtful parts are no digits either
        ([7, 1, 8], [(1, 2)], "100"),  # where parts touch, a doubtful one is none, and its neighbour a piece of it
        ([7, 1, 12], [(1, 2)], "101"),  # unless that is as sure as can be
        ([7, 5, 5], [(0, 1), (1, 2)], "111"),  # digits may touch
        ([7, -5, 5, 5, 5], [(1, 2), (2, 3)], "10001"),  # a piece of a piece
    ],
)
def test_which_parts_are_digits(scores, touching, digits):
    touch = np.zeros((len(scores), len(scores)), bool)
    for a, b in touching:
        touch[a, b] = touch[b, a] = True
    assert "".join("01"[int(is_digit)] for is_digit in are_digits(np.array(scores, float), touch)) == digits


def test_a_mark_among_digits_is_none():
    made = line("2026")
    mark = np.array([[made.boxes[1][2] + 0.02, 0.5], [made.boxes[1][2] + 0.02, 0.54]])
    assert read_line([*ink(made), mark.tolist()]).text == "2026"
    assert read_line([(stroke / 5).tolist() for stroke in made.strokes]).text == "2026"  # a small line is no mark


def test_composed_lines_keep_to_their_setting():
    random = np.random.default_rng(1)
    for _ in range(30):
        made = compose([synth.digit(k, random) for k in (8, 2, 5)], CLOSE, random, height=0.4)
        gaps = [(b[0] - a[2]) / 0.4 for a, b in zip(made.boxes, made.boxes[1:], strict=False)]
        assert all(0 <= gap <= 0.15 + 1e-9 for gap in gaps)
        heights = [box[3] - box[1] for box in made.boxes]
        assert all(0.4 * 0.69 <= height <= 0.4 * 1.31 for height in heights)
