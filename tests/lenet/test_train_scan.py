"""Lines for the sweep's training are set and labelled as promised; training learns and is reproducible."""

import dataclasses
import itertools
import json

import pytest
import torch
import torch.nn.functional as F

from lenet.model import LeNet5
from lenet.scan import STRIDE, sweep
from lenet.train import NO_DIGIT, Pool, Recipe, synthetic
from lenet.train_scan import ScanRecipe, set_lines, strings_loss, train_scan, train_scan_all, train_strings
from tests.lenet.test_train import digits  # noqa: F401  (a fixture)

SMALL = ScanRecipe(steps=30, string_steps=2, lines=8, synthetic_digits=300, synthetic_junk=100)


@pytest.fixture(scope="module")
def pictures():
    return synthetic(Recipe(synthetic_digits=300, synthetic_junk=100), 1)


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
    assert strings_loss(right, lines) < 0.05
    assert strings_loss(wrong, lines) > 1


def test_strings_are_learned(pictures):
    recipe = dataclasses.replace(SMALL, string_steps=60)
    lines = lines_of(pictures, dataclasses.replace(recipe, begin=recipe.string_begin), 99, whole=True)

    def loss(model):
        with torch.inference_mode():
            return float(strings_loss(F.pad(sweep(model, lines.pictures), (0, 0, 0, 1)), lines))

    torch.manual_seed(1)
    before = loss(LeNet5())
    torch.manual_seed(1)
    assert loss(train_strings(LeNet5(), pictures[0], pictures[0], pictures[1], recipe, 1)) < 0.8 * before


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
