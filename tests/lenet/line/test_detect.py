"""Lines of several digits: found, boxed and read."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import lenet
from lenet.ink import InkError, checked, draw, segments
from lenet.line import detect
from lenet.line.detect import METHODS, _read, _thinnest, are_digits, grouped, parted, read_line, swept
from lenet.line.segment import extents
from lenet.line.strip import Strip, strip_of_ink
from lenet.line.views import looked_at
from lenet.synthetic import digits as synth
from lenet.synthetic.lines import CLOSE, SPACED, compose


class Line:
    """A line of synthetic digits: its strokes, and of each digit the box."""

    def __init__(self, text, setting=SPACED, seed=3):
        random = np.random.default_rng(seed)
        glyphs = [synth.digit(int(c), random) for c in text]
        self.strokes = compose(glyphs, setting, random)
        parts = iter(self.strokes)
        points = [np.concatenate([next(parts) for _ in glyph]) for glyph in glyphs]
        self.boxes = [(*each.min(0), *each.max(0)) for each in points]


def ink(made):
    return [stroke.tolist() for stroke in made.strokes]


@pytest.mark.parametrize("text", ["2026", "31", "745", "908"])
def test_reads_a_line(text):
    assert read_line(ink(Line(text))).text == text


@pytest.mark.parametrize("method", METHODS)
def test_boxes_hold_their_digits(method):
    made = Line("2026", seed=5)
    found = read_line(ink(made), method).detections
    assert len(found) == 4
    for detection, box in zip(found, made.boxes, strict=True):
        # A pixel of the strip is 0.02 pad heights here; its line is 2.5 pixels wide.
        np.testing.assert_allclose(detection.box, box, atol=0.08)
        assert 0 < detection.confidence <= 1


def test_strokes_of_a_detection_are_its_own():
    made = Line("474", seed=8)
    strokes = ink(made)
    strokes.insert(0, [])  # an empty stroke counts, but is nobody's
    found = read_line(strokes).detections
    assert sorted(i for each in found for i in each.strokes) == list(range(1, len(strokes)))
    for each in found:
        boxes = extents([np.array(strokes[i]) for i in each.strokes])
        assert each.box[0] == pytest.approx(boxes[:, 0].min())


def test_size_and_place_do_not_matter():
    made = Line("2026")
    small = [(stroke * 0.3 + [1.0, 0.4]).tolist() for stroke in made.strokes]
    assert read_line(small).text == read_line(ink(made)).text == "2026"


def test_a_photo_of_a_line():
    start, end = segments(checked(ink(Line("2026"))))
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
    made = Line("81")
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
    views = looked_at(lambda zoom: strip_of_ink(Line("2026").strokes, zoom))
    boxes = Line("2026").boxes
    for left, _, right, _ in boxes:
        assert views.evidence(left, right) > 0
    assert views.evidence(boxes[-1][2] + 1.5, boxes[-1][2] + 2.0) < -5  # beside the line


def test_what_the_sweep_does_not_see_is_no_digit():
    strokes = [np.asarray(stroke) for stroke in Line("2026").strokes]
    views = looked_at(lambda zoom: strip_of_ink(strokes, zoom))
    assert "".join(str(found.digit) for found in parted(strokes, views)) == "2026"
    blind = [np.full_like(logits, -20.0) for logits in views.maps]
    assert parted(strokes, replace(views, maps=blind)) == []


@pytest.mark.parametrize(
    ("scores", "touching", "digits"),
    [
        ([7, 1, 2.5], [], "111"),
        ([7, -4, 2.5], [], "111"),
        ([7, -4.01, 3], [], "101"),  # something else in the line: doubtful parts are no digits either
        ([7, -4.01, 2.99], [], "100"),
        ([7, -5, 6.99], [(1, 2)], "100"),  # what touches something else may be a piece of it
        ([7, -5, 7], [(1, 2)], "101"),  # unless it is surer still
        ([7, 5, 5], [(0, 1), (1, 2)], "111"),  # digits may touch
        ([7, -5, 6, 6, 8], [(1, 2), (2, 3), (3, 4)], "10001"),  # a piece of a piece
    ],
)
def test_which_parts_are_digits(scores, touching, digits):
    alone = np.zeros((len(scores), len(scores)), bool)
    assert said_of(are_digits(np.array(scores, float), paired(touching, len(scores)), alone)) == digits


@pytest.mark.parametrize(
    ("scores", "joined", "digits"),
    [
        ([7, 5, 5], [(0, 1)], "111"),
        ([7, 99, -5], [(1, 2)], "100"),  # however sure
        ([7, 99, 99, -5], [(1, 2), (2, 3), (1, 3)], "1000"),
        ([7, 99, -3], [(1, 2)], "111"),  # where nothing is strange
    ],
)
def test_a_stroke_is_digits_throughout_or_none(scores, joined, digits):
    apart = np.zeros((len(scores), len(scores)), bool)
    assert said_of(are_digits(np.array(scores, float), apart, paired(joined, len(scores)))) == digits


def paired(pairs, count):
    of_each = np.zeros((count, count), bool)
    for a, b in pairs:
        of_each[a, b] = of_each[b, a] = True
    return of_each


def said_of(digits):
    return "".join("01"[int(is_digit)] for is_digit in digits)


def knowing(monkeypatch, *odds):
    """The network for single digits finds strokes to be a digit each, by these log-odds: number 0 a 0 and so on."""

    def read(strokes, groups):
        logp = np.full((len(groups), 11), -80.0)
        for row, group in zip(logp, groups, strict=True):
            row[10] = -1e-9
            if len(group) == 1:
                row[group[0]] = -np.log1p(np.exp(-odds[group[0]]))
                row[10] = -np.log1p(np.exp(odds[group[0]]))
        return logp

    monkeypatch.setattr(detect, "_read", read)


def seeing(*odds: float, texts: dict[tuple[int, ...], float] | None = None) -> Any:
    """Views that find a digit wherever a stroke stands, by these log-odds. texts: what they read, and how likely."""
    votes = texts or {}
    return SimpleNamespace(
        evidence=lambda left, right: odds[round((left + right) / 2)],
        texts=list(votes),
        votes=lambda asked: np.array([votes.get(text, -np.inf) for text in asked]),
    )


def bars(*heights):
    return [np.array([[i, 0.0], [i, height]]) for i, height in enumerate(heights)]


@pytest.mark.parametrize(
    ("odds", "seen", "score"),
    [
        (3, 1, 4), (-1.5, -1.6, -3.9), (-1.5, -1.7, None), (9, -7.9, -3.85), (9, -8.1, None), (50, -7.9, -3.85),
        (-1.5, 50, 0.5), (-1.5, 2, 0.5),
    ],
)  # fmt: skip
def test_both_networks_have_their_say_but_only_so_far(monkeypatch, odds, seen, score):
    knowing(monkeypatch, 8, odds, 8)
    found = parted(bars(1, 1, 1), seeing(3, seen, 3))
    assert [each.digit for each in found] == ([0, 1, 2] if score is not None else [0, 2])
    if score is not None:
        # A digit with the probability that both say together; that it is this one the first says, here surely.
        assert found[1].confidence == pytest.approx(1 / (1 + np.exp(-score)), abs=1e-4)
        assert found[1].box == (1, 0, 1, 1)
        assert found[1].strokes == (1,)


def test_confidence_never_exceeds_one(monkeypatch):
    knowing(monkeypatch, -0.5, 2)
    found = parted(bars(1, 1), seeing(4, 4))
    assert all(0 < each.confidence <= 1 for each in found)


def test_what_is_a_fifth_of_the_middle_part_is_a_mark(monkeypatch):
    knowing(monkeypatch, *[9] * 5)
    for height, digits in ((0.19, "0234"), (0.21, "01234")):
        found = parted(bars(1, height, 1.5, 1, 0.9), seeing(*[4] * 5))
        assert "".join(str(each.digit) for each in found) == digits
    # From a fifth on it is none, wherever the line is written; the longer side counts.
    assert len(parted(bars(1, 0.2, 1), seeing(*[4] * 3))) == 3
    low = [stroke + [0, 5] for stroke in bars(1, 0.19, 1)]
    assert len(parted(low, seeing(*[4] * 3))) == 2
    dash = [*bars(1, 1), np.array([[1.9, 0.5], [2.2, 0.5]])]
    assert len(parted(dash, seeing(*[4] * 3))) == 3


def test_a_mark_makes_the_line_one_that_holds_something_else(monkeypatch):
    knowing(monkeypatch, 9, 9, 9, 0.5)
    assert len(parted(bars(1, 1, 1, 1), seeing(4, 4, 4, 1))) == 4
    assert len(parted(bars(1, 0.1, 1, 1), seeing(4, 4, 4, 1))) == 2


def test_digits_that_are_parts_of_a_stroke_stand_and_fall_with_its_other_parts(monkeypatch):
    """Five bars, of which the second and the third are of one stroke, and so are the fourth and the fifth."""

    def found(heights, *odds):
        knowing(monkeypatch, *odds)
        monkeypatch.setattr(detect, "pieces_of", lambda strokes: (strokes, [0, 1, 1, 2, 2]))
        return "".join(str(each.digit) for each in parted(bars(*heights), seeing(*[4] * 5)))

    assert found([1] * 5, *[20] * 5) == "01234"
    assert found([1] * 5, 20, 20, -20, 20, 20) == "034"
    assert found([1, 1, 1, 0.1, 1], *[20] * 5) == "0124"  # a mark takes nothing with it


def test_the_sweep_may_overrule_the_first_network(monkeypatch):
    """Of two strokes, the first network finds one a 0, or a 5 almost as likely, and the other one surely a 1."""

    def read(strokes, groups):
        logp = np.full((len(groups), 11), -40.0)
        for row, group in zip(logp, groups, strict=True):
            if group == (0,):
                row[[0, 5, 10]] = np.log([0.7, 0.299, 0.001])
            elif group == (1,):
                row[[1, 10]] = np.log([0.999, 0.001])
            else:
                row[10] = -1e-9
        return logp

    monkeypatch.setattr(detect, "_read", read)

    def found(**texts):
        views = seeing(4, 4, texts={tuple(map(int, text[1:])): vote for text, vote in texts.items()})
        return parted(bars(1, 1), views)

    def text(of):
        return "".join(str(each.digit) for each in of)

    assert text(found()) == "01"
    gain = np.log(0.7 / 0.299)
    assert text(found(t01=-5, t51=-5 + (gain - 0.1) / 0.6)) == "01"
    overruled = found(t01=-5, t51=-5 + (gain + 0.1) / 0.6)
    assert text(overruled) == "51"
    assert overruled[0].confidence == pytest.approx(0.299, rel=0.02)  # still what the first network gives it
    # A digit more counts 1.0; what no parting reads is left aside, and so is nothing at all.
    assert text(found(t01=-5, t1=-5 + (np.log(0.7 / 0.001) + 2 + 1.0 - 0.1) / 0.6)) == "01"
    assert text(found(t01=-5, t1=-5 + (np.log(0.7 / 0.001) + 2 + 1.0 + 0.1) / 0.6)) == "1"
    assert text(found(t01=-5, t011=50)) == "01"
    assert text(found(t01=-5, t=-5)) == "01"


def test_grouped_digits_are_those_above_the_cards_threshold(monkeypatch):
    monkeypatch.setattr(detect, "threshold", lambda: 1.5)
    knowing(monkeypatch, 1.4, 1.6, 30, -2)
    found = grouped(bars(1, 1, 1, 1))
    assert [each.digit for each in found] == [1, 2]
    at_limit = detect._odds(detect._read(bars(1, 1), [(1,)])[0])
    monkeypatch.setattr(detect, "threshold", lambda: at_limit)
    assert len(grouped(bars(1, 1))) == 1
    assert found[0].confidence == pytest.approx(1 / (1 + np.exp(-1.6)))
    assert found[0].box == (1, 0, 1, 1)


def test_groups_are_read_as_the_pictures_of_their_strokes():
    strokes = [np.asarray(stroke) for stroke in Line("25").strokes]
    groups = [(0,), tuple(range(len(strokes)))]
    with torch.inference_mode():
        pictures = [lenet.rasterize([strokes[i] for i in group]) for group in groups]
        logits = lenet.load()(torch.from_numpy(np.stack(pictures))[:, None]).numpy()
    eleven = np.concatenate([logits, np.zeros((2, 1))], 1)
    expected = eleven - np.log(np.exp(eleven).sum(1, keepdims=True))
    np.testing.assert_allclose(_read(strokes, groups), expected, atol=1e-4)


def scores_with(columns, **digits):
    logits = np.full((10, columns), -6.0)
    for digit, column in digits.items():
        logits[int(digit[1:]), column] = 6.0
    return logits


def test_swept_digits_are_boxed_by_the_ink_between_their_borders():
    picture = np.zeros((28, 80), np.float32)
    picture[5:22, 9:19] = 1  # under column 0, whose window is 0 to 28
    picture[8:10, 18:25] = 0.5  # a stroke that joins it to the next, thinnest at 22
    picture[3:25, 24:33] = 1  # under column 4, of 16 to 44
    picture[12:20, 60:64] = 0.3  # too faint to be ink
    strip = Strip(picture, 28.0, (0.0, 0.0))
    found = swept(strip, scores_with(14, d7=0, d2=4, d5=12))
    assert [each.digit for each in found] == [7, 2]  # the 5 has no ink
    np.testing.assert_allclose(np.array(found[0].box) * 28, [9, 5, 23, 22])
    np.testing.assert_allclose(np.array(found[1].box) * 28, [22, 3, 33, 25])
    assert all(each.confidence == pytest.approx(1, abs=0.01) and each.strokes == () for each in found)
    picture[6, 0] = 1  # the first column of all
    assert swept(strip, scores_with(14, d7=0))[0].box[0] == 0
    picture[6, 0] = 0
    wider = swept(strip, scores_with(14, d7=0))
    np.testing.assert_allclose(np.array(wider[0].box) * 28, [9, 3, 28, 25])  # to the end of the window


def test_digits_far_apart_are_boxed_within_their_windows():
    picture = np.zeros((28, 100), np.float32)
    picture[10:12] = 1
    strip = Strip(picture, 28.0, (0.0, 0.0))
    boxes = [np.array(each.box) * 28 for each in swept(strip, scores_with(19, d1=2, d3=16))]
    np.testing.assert_allclose(boxes, [[8, 10, 36, 12], [64, 10, 92, 12]])


def test_the_border_is_where_the_least_ink_is_and_else_in_the_middle():
    ink = np.full(40, 5.0)
    assert _thinnest(ink, 10, 20) == 15.5
    ink[12] = 4.8
    assert _thinnest(ink, 10, 20) == 12.5
    ink[12] = 4.9  # 3 pixels away from the middle cost 0.15
    assert _thinnest(ink, 10, 20) == 15.5
    ink[10] = ink[20] = 0  # the digits themselves
    assert _thinnest(ink, 10, 20) == 15.5
    ink[11] = 0
    assert _thinnest(ink, 10, 20) == 11.5
    ink[11], ink[19] = 5, 0
    assert _thinnest(ink, 10, 20) == 19.5
    assert _thinnest(ink, 10, 10.5) == 11.5


def test_a_strip_is_swept_as_it_is():
    strip = strip_of_ink(checked(ink(Line("31"))))
    reading = read_line(strip)
    assert reading.strip is strip
    assert reading.text == "31"
    assert reading.logits.shape == (10, (strip.picture.shape[1] - 28) // 4 + 1)


def test_a_mark_among_digits_is_none():
    made = Line("2026")
    mark = np.array([[made.boxes[1][2] + 0.02, 0.5], [made.boxes[1][2] + 0.02, 0.54]])
    assert read_line([*ink(made), mark.tolist()]).text == "2026"
    assert read_line([(stroke / 5).tolist() for stroke in made.strokes]).text == "2026"  # a small line is no mark


def test_composed_lines_keep_to_their_setting():
    for seed in range(30):
        made = Line("825", CLOSE, seed)
        gaps = [(b[0] - a[2]) / 0.4 for a, b in zip(made.boxes, made.boxes[1:], strict=False)]
        assert all(0 <= gap <= 0.15 + 1e-9 for gap in gaps)
        heights = [box[3] - box[1] for box in made.boxes]
        assert all(0.4 * 0.69 <= height <= 0.4 * 1.31 for height in heights)


def test_a_line_of_more_parts_than_can_be_read_for_one_caller_is_refused():
    tally = [[[0.02 * i, 0.2], [0.02 * i, 0.8]] for i in range(300)]
    with pytest.raises(InkError, match="too much ink"):
        read_line(tally)
    assert read_line(tally[:20] + [[[x + 0.15 * i, y] for x, y in stroke] for i, stroke in enumerate(tally[20:80])])
    for method in ("swept", "grouped"):  # these try no partings
        assert read_line(tally, method).strip.picture.any()
