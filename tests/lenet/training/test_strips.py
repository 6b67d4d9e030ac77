"""Lines for the sweep's training are set and labelled as promised."""

import itertools

import numpy as np
import pytest
import torch

from lenet.line.sweep import STRIDE
from lenet.model import NO_DIGIT
from lenet.training.dataset import drawn
from lenet.training.mnist import Pictures
from lenet.training.strips import UNLABELLED, DrawnLines, Setting, _line, drawn_lines, set_lines


@pytest.fixture(scope="module")
def batch():
    digits, junk = drawn("digits", 104, 1), drawn("junk", 24, 1)
    return Pictures(torch.cat([digits.images, junk.images]), torch.cat([digits.labels, junk.labels]))


@pytest.fixture(scope="module")
def strips(batch):
    return set_lines(batch, Setting(), torch.Generator().manual_seed(4))


def test_shapes_and_labels(strips):
    columns = (Setting().width - 28) // STRIDE + 1
    assert strips.pictures.shape == (16, 1, 28, Setting().width)
    assert strips.columns.shape == (16, columns)
    assert strips.pictures.min() >= 0
    assert strips.pictures.max() <= 1
    assert set(strips.columns.unique().tolist()) <= {UNLABELLED, *range(NO_DIGIT + 1)}


def test_a_labelled_column_has_ink_in_its_middle(strips):
    found = (strips.columns >= 0) & (strips.columns < NO_DIGIT)
    assert found.sum() > 20
    for row, column in found.nonzero().tolist():
        assert strips.pictures[row, 0, :, STRIDE * column + 6 : STRIDE * column + 22].sum() > 5


def test_lines_end_before_the_rim_and_columns_show_the_string_in_its_order(strips):
    assert sum(map(len, strips.digits)) > 40
    assert strips.pictures[..., -4:].max() < 0.3
    for labels, string in zip(strips.columns.tolist(), strips.digits, strict=True):
        rest = iter(string)
        assert all(label in rest for label, _ in itertools.groupby(x for x in labels if 0 <= x < NO_DIGIT))


def test_what_is_no_digit_keeps_to_half_of_the_lines_and_has_no_label(batch):
    junk = batch.labels == NO_DIGIT
    marked = Pictures(batch.images.where(junk[:, None, None], torch.zeros(1, dtype=torch.uint8)), batch.labels)
    strips = set_lines(marked, Setting(), torch.Generator().manual_seed(4))
    inked = strips.pictures.flatten(1).any(1).tolist()
    assert not any(inked[:8])
    assert sum(inked[8:]) > 4
    alone = set_lines(Pictures(batch.images[junk], batch.labels[junk]), Setting(), torch.Generator().manual_seed(4))
    assert alone.columns is not None
    assert torch.equal(alone.columns, torch.full_like(alone.columns, NO_DIGIT))
    assert alone.digits == [[]] * 3


def test_half_of_the_drawn_lines_hold_a_stranger_and_some_of_these_nothing_else(monkeypatch):
    of_junk: list[int] = []
    of_styles: list[int] = []

    def seen(label, among):
        among.append(label)
        return [np.eye(2)]

    monkeypatch.setattr("lenet.synthetic.junk.stranger", lambda _: seen(NO_DIGIT, of_junk))
    monkeypatch.setattr("lenet.synthetic.styles.style", lambda label, _: seen(label, of_styles))
    random = np.random.default_rng(4)
    digits, strange, words = 0, 0, 0
    for _ in range(800):
        before = len(of_junk) + of_styles.count(NO_DIGIT)
        _, labels = _line(random)
        strangers = len(of_junk) + of_styles.count(NO_DIGIT) - before
        assert strangers == 1 or not labels or not strangers
        digits, strange, words = digits + len(labels), strange + (strangers > 0), words + (not labels)
    assert strange / 800 == pytest.approx(0.5, abs=0.05)
    assert words / strange == pytest.approx(0.1, abs=0.04)
    of_signs = of_styles.count(NO_DIGIT)
    assert of_signs / (len(of_junk) + of_signs) == pytest.approx(0.3, abs=0.06)
    assert (len(of_styles) - of_signs) / digits == pytest.approx(0.3, abs=0.03)


def test_drawn_lines_do_not_depend_on_workers_and_fill_batches_of_like_widths(monkeypatch):
    monkeypatch.setattr("lenet.training.strips._CHUNK", 15)
    lines, again = drawn_lines(30, 7), drawn_lines(30, 7, workers=2)
    assert [digits for _, digits in lines] == [digits for _, digits in again]
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(lines, again, strict=True))
    assert {len(digits) for _, digits in lines} == set(range(7))  # none in a word
    batches = DrawnLines(lines, 10)
    taken = [batches.take(torch.Generator().manual_seed(seed)) for seed in range(60)]
    widths = sorted(strip.shape[1] for strip, _ in lines)
    assert {strips.pictures.shape[-1] for strips in taken} == set(widths[9:])
    for strips in taken:
        for picture, digits in zip(strips.pictures, strips.digits, strict=True):
            alone = [strip for strip, written in lines if written == digits]
            assert any(
                torch.equal(picture[0, :, : one.shape[1]] * 255, torch.from_numpy(one).float())
                and not picture[0, :, one.shape[1] :].any()
                for one in alone
            )
