"""Lines for the sweep's training are set and labelled as promised; training learns and is reproducible."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lenet.line.sweep import STRIDE, sweep
from lenet.model import LeNet5
from lenet.training.pictures import NO_DIGIT, Pool, synthetic
from lenet.training.train_scan import ScanRecipe, set_lines, strings_loss, train_scan, train_scan_all, train_strings
from lenet.training.written import _line, batches, written_lines
from tests.lenet.training.test_train import digits  # noqa: F401  (a fixture)

SMALL = ScanRecipe(
    steps=30,
    string_steps=2,
    lines=8,
    string_lines=8,
    written_lines=60,
    written_per_batch=6,
    letters_steps=2,
    letters_written_lines=60,
    synthetic_letters=100,
    synthetic_scripts=100,
    synthetic_digits=300,
    synthetic_junk=100,
)


@pytest.fixture(scope="module")
def pictures():
    return synthetic(300, 100, 1)


def lines_of(pictures, recipe, seed=4, whole=False):
    random = torch.Generator().manual_seed(seed)
    drawn, junk = pictures
    return set_lines([Pool(each, random) for each in (drawn, drawn, junk)], recipe, random, whole)


def test_shapes_and_labels(pictures):
    lines = lines_of(pictures, SMALL)
    columns = (SMALL.width - 28) // STRIDE + 1
    assert lines.pictures.shape == (8, 1, 28, SMALL.width)
    assert lines.labels.shape == (8, columns)
    assert lines.pictures.min() >= 0
    assert lines.pictures.max() <= 1
    assert set(lines.labels.unique().tolist()) <= {-100, *range(NO_DIGIT + 1)}


def test_a_labelled_column_has_ink_in_its_middle(pictures):
    lines = lines_of(pictures, SMALL)
    found = (lines.labels >= 0) & (lines.labels < NO_DIGIT)
    assert found.sum() > 20
    for row, column in found.nonzero().tolist():
        middle = lines.pictures[row, 0, :, STRIDE * column + 6 : STRIDE * column + 22]
        assert middle.sum() > 5


def test_a_line_of_junk_holds_no_digit(pictures):
    recipe = dataclasses.replace(SMALL, mnist=0.0, synthetic=0.0)
    assert (lines_of(pictures, recipe).labels == NO_DIGIT).all()


def test_whole_lines_end_before_the_rim(pictures):
    recipe = dataclasses.replace(SMALL, begin=SMALL.string_begin, gaps=SMALL.string_gaps)
    lines = lines_of(pictures, recipe, whole=True)
    assert lines.written.sum() > 20
    assert lines.pictures[..., -4:].max() < 0.3
    # Every column with a digit is one of the string's, in its order.
    for labels, string, written in zip(lines.labels, lines.strings, lines.written, strict=True):
        seen = [label for label in labels.tolist() if 0 <= label < NO_DIGIT]
        rest = iter(string[written].tolist())
        assert all(label in rest for label, _ in itertools.groupby(seen))


def test_the_strings_loss_is_least_for_the_string_itself(pictures):
    lines = lines_of(pictures, dataclasses.replace(SMALL, begin=SMALL.string_begin), whole=True)
    columns = lines.labels.shape[1]
    right = torch.full((len(lines.labels), NO_DIGIT + 1, columns), -9.0)
    right[:, NO_DIGIT] = 0.0
    for row, string, written in zip(right, lines.strings, lines.written, strict=True):
        for place, label in enumerate(string[written].tolist()):
            row[label, 2 * place + 1] = 9.0
    wrong = right.roll(1, 1)
    wrong[:, NO_DIGIT] = right[:, NO_DIGIT]
    strings = lines.digits
    assert strings_loss(right, strings) < 0.05
    assert strings_loss(wrong, strings) > 1


@pytest.mark.parametrize(("any_letter", "share"), [(False, 0.25), (True, 0.5)])
def test_so_many_lines_hold_a_stranger(monkeypatch, any_letter, share):
    drawn = []

    def stranger(random, any_of):
        drawn.append(any_of)
        return [np.eye(2)]

    monkeypatch.setattr("lenet.synthetic.junk.stranger", stranger)
    random = np.random.default_rng(3)
    for _ in range(400):
        _line(random, any_letter)
    assert set(drawn) == {any_letter}
    assert len(drawn) / 400 == pytest.approx(share, abs=0.07)


def test_written_lines_do_not_depend_on_workers_and_fill_batches():
    lines, again = written_lines(30, 7), written_lines(30, 7, workers=2)
    assert [line.digits for line in lines] == [line.digits for line in again]
    assert all((a.picture == b.picture).all() for a, b in zip(lines, again, strict=True))
    assert {len(line.digits) for line in lines} == set(range(1, 7))
    stream = batches(lines, 10, torch.Generator().manual_seed(1))
    seen = [next(stream) for _ in range(3)]
    assert sorted(string for _, strings in seen for string in strings) == sorted(line.digits for line in lines)
    for filled, strings in seen:
        for picture, string in zip(filled, strings, strict=True):
            width = int(picture.any(1).nonzero().max()) + 1
            alone = [line.picture[:, :width] for line in lines if line.digits == string]
            assert any(torch.equal(picture[0, :, :width] * 255, torch.from_numpy(one).float()) for one in alone)


def test_strings_are_learned(pictures):
    recipe = dataclasses.replace(SMALL, string_steps=60)
    lines = lines_of(pictures, dataclasses.replace(recipe, begin=recipe.string_begin), 99, whole=True)

    def loss(model):
        with torch.inference_mode():
            return float(strings_loss(F.pad(sweep(model, lines.pictures), (0, 0, 0, 1)), lines.digits))

    torch.manual_seed(1)
    before = loss(LeNet5())
    torch.manual_seed(1)
    written = written_lines(60, 1)
    model = train_strings(LeNet5(), pictures[0], pictures[0], pictures[1], written, recipe, 1)
    assert loss(model) < 0.8 * before


def test_it_learns(pictures):
    recipe = dataclasses.replace(SMALL, steps=60)
    lines = lines_of(pictures, recipe, 99)

    def loss(model):
        with torch.inference_mode():
            return float(F.cross_entropy(F.pad(sweep(model, lines.pictures), (0, 0, 0, 1)), lines.labels))

    trained = train_scan(pictures[0], pictures[0], pictures[1], recipe, 1)
    torch.manual_seed(1)
    assert loss(trained) < 0.8 * loss(LeNet5())


def test_the_command_in_small(digits, tmp_path):  # noqa: F811
    out = tmp_path / "scan.pt"
    recipe = dataclasses.replace(SMALL, steps=3)
    card = train_scan_all(digits, out, recipe, seed=5, workers=1)
    again = train_scan_all(digits, tmp_path / "again.pt", recipe, seed=5, workers=2)
    assert json.loads(json.dumps(card)) == json.loads(out.with_suffix(".json").read_text())
    first, second = (torch.load(path, weights_only=True) for path in (out, tmp_path / "again.pt"))
    assert torch.equal(first["F6.weight"], second["F6.weight"])
    assert again["recipe"] == card["recipe"]
