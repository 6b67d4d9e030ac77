"""The sweep's training learns strings and columns, is reproducible, and writes a card."""

import dataclasses
import json

import pytest
import torch

from lenet.__main__ import main
from lenet.line.sweep import sweep
from lenet.model import NO_DIGIT, LeNet5, with_no_digit
from lenet.training import line as training
from lenet.training.line import Recipe, columns_loss, loss, strings_loss, train
from lenet.training.mnist import Pictures
from lenet.training.strips import DrawnLines, drawn_lines

SOURCES = {"MNIST": 54, "digits": 51, "junk": 23}
TINY = Recipe(steps=60, sources=SOURCES, drawn=100, drawn_lines=60, drawn_per_batch=6, averaging=0.9)


@pytest.fixture(scope="module")
def digits():
    images = torch.randint(256, (60, 28, 28), generator=torch.Generator().manual_seed(9), dtype=torch.uint8)
    return Pictures(images, torch.arange(60) % 10)


def test_strings_are_learned_and_the_same_seed_gives_the_same_weights(digits):
    torch.manual_seed(1)
    start = LeNet5()
    lines = DrawnLines(drawn_lines(40, 99), 40).take(torch.Generator())

    def lost(model):
        with torch.inference_mode():
            return float(strings_loss(with_no_digit(sweep(model, lines.pictures)), lines.digits))

    trained, again = train(start, digits, TINY, 1), train(start, digits, TINY, 1)
    assert lost(trained) < 0.8 * lost(start)
    assert torch.equal(trained.F6.weight, again.F6.weight)
    assert not torch.equal(trained.F6.weight, train(start, digits, dataclasses.replace(TINY, steps=2), 2).F6.weight)


def test_the_strings_loss_is_least_for_the_string_itself():
    strings = [[3, 1], [7, 7, 2], []]
    right = torch.full((3, NO_DIGIT + 1, 12), -9.0)
    right[:, NO_DIGIT] = 0.0
    for row, string in zip(right, strings, strict=True):
        for place, label in enumerate(string):
            row[label, 2 * place + 1] = 9.0
    wrong = right.roll(1, 1)
    wrong[:, NO_DIGIT] = right[:, NO_DIGIT]
    assert strings_loss(right, strings) < 0.05
    assert strings_loss(wrong, strings) > 1


def test_columns_without_a_label_cost_nothing_and_digits_weigh_more():
    logits = torch.zeros(1, NO_DIGIT + 1, 3)
    logits[0, 4, 0] = logits[0, NO_DIGIT, 1] = 5.0
    recipe = dataclasses.replace(Recipe(), label_smoothing=0.0)
    labels = torch.tensor([[4, NO_DIGIT, -100]])
    before = columns_loss(logits, labels, recipe)
    logits[0, 6, 2] = 9.0
    assert torch.equal(columns_loss(logits, labels, recipe), before)
    each = -torch.log_softmax(logits, 1)
    wrong = torch.tensor([[5, NO_DIGIT, -100]])
    expected = (recipe.digit_weight * each[0, 5, 0] + each[0, NO_DIGIT, 1]) / (recipe.digit_weight + 1)
    torch.testing.assert_close(columns_loss(logits, wrong, recipe), expected)


def test_columns_count_for_a_quarter_beside_the_strings():
    torch.manual_seed(1)
    model = LeNet5()
    strips = DrawnLines(drawn_lines(8, 5), 8).take(torch.Generator())
    columns = torch.full((8, sweep(model, strips.pictures).shape[2]), NO_DIGIT)
    labelled = dataclasses.replace(strips, columns=columns)
    extra = loss(model, labelled, Recipe()) - loss(model, strips, Recipe())
    torch.testing.assert_close(
        extra, 0.25 * columns_loss(with_no_digit(sweep(model, strips.pictures)), columns, Recipe())
    )


def test_the_command_in_small(digits, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(training, "mnist", lambda split, folder: digits)
    monkeypatch.setattr(training, "quick", lambda recipe: dataclasses.replace(TINY, steps=2))
    out = tmp_path / "sweep.pt"
    assert main(["train-scan", f"--mnist={tmp_path}/", "--out", str(out), "--quick", "--seed", "5"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["out"] == str(out)
    card = json.loads(out.with_suffix(".json").read_text())
    assert card["seed"] == 5
    names = f"--mnist={tmp_path.name}/ --out sweep.pt"
    assert card["command"] == f"python -m lenet train-scan {names} --quick --seed 5"
    assert len(card["started_from_sha256"]) == 64
    assert [file.suffix for file in tmp_path.iterdir()].count(".part") == 0
