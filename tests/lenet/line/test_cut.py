"""Strokes of a line are cut where one digit passes into the next."""

import itertools

import numpy as np
import pytest

import lenet
from lenet.ink import InkError
from lenet.line.cut import pieces_of, whole
from lenet.synthetic.hand import arc, joined, straight


def zero(left, start=90):
    """A 0 one high and 0.6 wide, from its top round and back."""
    return arc(left + 0.3, 0.5, 0.3, 0.5, start, 360)


TWO_ZEROS = joined(zero(0), straight((0.3, 0.0), (0.95, 0.05)), zero(0.9, 110))


def test_two_digits_in_one_stroke_are_cut_between_them():
    pieces, whose = pieces_of([TWO_ZEROS])
    assert set(whose) == {0}
    for piece, following in itertools.pairwise(pieces):
        assert piece[-1] == pytest.approx(following[0])
    assert sum(0.6 < piece[-1][0] < 0.9 for piece in pieces[:-1]) == 1
    assert np.concatenate(pieces).min(0) == pytest.approx(TWO_ZEROS.min(0), abs=0.01)
    assert np.concatenate(pieces).max(0) == pytest.approx(TWO_ZEROS.max(0), abs=0.01)


@pytest.mark.parametrize(("left", "lean"), [(0.9, 0.6), (0.6, 0.0), (0.5, 0.0), (0.5, 0.3)])
def test_digits_that_touch_or_lean_over_each_other_are_read(left, lean):
    line = joined(zero(0), straight((0.3, 0.0), (left + 0.05, 0.05)), zero(left, 110))
    assert lenet.read_line([(line - line[:, 1:] * [lean, 0]).tolist()]).text == "00"


@pytest.mark.parametrize(("start", "apart"), [(20, 0.6), (45, 0.6), (45, 0.55), (135, 0.6)])
def test_ovals_in_one_stroke_are_read_wherever_they_begin(start, apart):
    line = joined(arc(0.3, 0.5, 0.3, 0.5, start, 360), arc(0.3 + apart, 0.5, 0.3, 0.5, start, 360))
    assert lenet.read_line([line.tolist()]).text == "00"


def test_strokes_no_wider_than_a_digit_stay_as_they_are():
    strokes = [zero(0), straight((1, 0), (1.6, 0), (1.2, 1))]
    pieces, whose = pieces_of(strokes)
    assert whose == [0, 1]
    assert all(piece is stroke for piece, stroke in zip(pieces, strokes, strict=True))


def test_a_stroke_is_not_cut_near_its_ends():
    wide = straight((0, 0), (1, 0), (0.9, 1))
    pieces, _ = pieces_of([wide])
    assert all(0.2 < piece[-1][0] < 0.8 for piece in pieces[:-1])


def test_a_line_is_cut_so_often_at_most():
    strokes = [straight((9 * k, 0), (9 * k + 8, 1)) for k in range(40)]
    pieces, whose = pieces_of(strokes)
    assert len(pieces) == 40 + 24
    assert sorted(set(whose)) == list(range(40))


def test_a_group_is_strokes_where_it_holds_all_of_them():
    whose = [0, 1, 1, 2]
    assert whole((0,), whose) == (0,)
    assert whole((1, 2), whose) == (1,)
    assert whole((0, 1, 2, 3), whose) == (0, 1, 2)
    assert whole((1,), whose) == ()
    assert whole((0, 2), whose) == ()


def test_digits_joined_in_one_stroke_are_read():
    reading = lenet.read_line([TWO_ZEROS.tolist()])
    assert reading.text == "00"
    assert [found.strokes for found in reading.detections] == [(), ()]
    apart = lenet.read_line([zero(0).tolist(), zero(0.9).tolist()])
    assert [found.strokes for found in apart.detections] == [(0,), (1,)]


def test_a_part_of_a_stroke_comes_with_the_picture_that_was_read():
    found = lenet.read_line([(TWO_ZEROS * 0.4 + [0.5, 0.3]).tolist()]).detections
    assert [each.digit for each in found] == [0, 0]
    for each in found:
        assert each.strokes == ()
        assert each.picture is not None
        assert each.picture.shape == (28, 28)
        assert lenet.recognize(each.picture).probabilities.argmax() == 0


def test_where_the_pieces_are_too_many_to_weigh_strokes_stay_whole(monkeypatch):
    line = [(TWO_ZEROS * 0.4 + [0.5, 0.3]).tolist(), [[2.2, 0.3], [2.2, 0.7]]]
    costs: list[float] = []

    def affordable(pieces: float) -> None:
        costs.append(pieces)
        if len(costs) == 1:
            raise InkError("too much")

    monkeypatch.setattr("lenet.line.detect.affordable", affordable)
    found = lenet.read_line(line).detections
    assert [each.strokes for each in found if each.digit == 1] == [(1,)]
    assert costs[1] < costs[0]
    monkeypatch.setattr("lenet.line.detect.affordable", lambda _: (_ for _ in ()).throw(InkError("too much")))
    with pytest.raises(InkError):
        lenet.read_line(line)


def test_a_rule_under_the_digits_is_not_cut():
    rule = straight((0, 1.1), (1.0, 1.15), (2.5, 1.1))
    pieces, _ = pieces_of([zero(0), zero(1), rule])
    assert len(pieces) == 3
