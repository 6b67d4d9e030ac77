"""Lines for the sweep's training are set and labelled as promised; training learns and is reproducible."""

import dataclasses
import json

import pytest
import torch
import torch.nn.functional as F

from lenet.model import LeNet5
from lenet.scan import STRIDE, sweep
from lenet.train import NO_DIGIT, Pool, Recipe, synthetic
from lenet.train_scan import ScanRecipe, set_lines, train_scan, train_scan_all
from tests.lenet.test_train import digits  # noqa: F401  (a fixture)

SMALL = ScanRecipe(steps=30, lines=8, synthetic_digits=300, synthetic_junk=100)


@pytest.fixture(scope="module")
def pictures():
    return synthetic(Recipe(synthetic_digits=300, synthetic_junk=100), 1)


def lines_of(pictures, recipe, seed=4):
    random = torch.Generator().manual_seed(seed)
    drawn, junk = pictures
    return set_lines([Pool(each, random) for each in (drawn, drawn, junk)], recipe, random)


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
