"""Figures on lines of digits, by hand, and those of the bundled network against its card."""

import json

import numpy as np
import pytest
import torch

from lenet.__main__ import main
from lenet.evaluation.lines import kept, on_lines
from lenet.evaluation.records import read_ink, read_lines
from lenet.line.detect import METHODS
from lenet.model import LeNet5
from lenet.weights import card, file_of, save
from tests.lenet.line.test_detect import Line, ink
from tests.lines import SETTINGS, composed, errors, with_strangers


def test_kept_is_what_was_read_in_its_order():
    assert [kept(*pair) for pair in (("123", "123"), ("123", "13"), ("123", "1923"), ("12", ""), ("121", "212"))] == [
        3, 2, 3, 0, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "read", "counts"),
    [
        ("20?26", "2026", (0, 0, 0)),
        ("20?26", "20426", (1, 0, 0)),
        ("20?26", "204126", (2, 0, 0)),
        ("20?26", "2028", (0, 1, 0)),
        ("20?26", "206", (0, 0, 1)),
        ("2?6", "", (0, 0, 2)),
        ("", "1", (1, 0, 0)),
    ],
)
def test_errors_are_of_three_kinds(text, read, counts):
    assert errors(text, read) == counts


def test_evaluate_lines(tmp_path, capsys):
    records = [{"text": text, "strokes": ink(Line(text, seed=seed))} for seed, text in enumerate(["12", "907", "44"])]
    file = tmp_path / "lines.json"
    file.write_text(json.dumps(records))
    assert main(["evaluate", "--lines", str(file)]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures == on_lines(read_lines(file))
    assert set(figures["methods"]) == set(METHODS)
    assert figures["n"] == 3
    assert figures["strings_right_percent"] == figures["methods"]["best"]["strings_right_percent"]


@pytest.mark.parametrize("name", SETTINGS)
def test_strangers_lines_agree_with_the_card(pens_file, name):
    count = 60
    measured = on_lines(composed(read_ink(pens_file), SETTINGS[name], count, seed=7))
    promised = card("scan")["measured"]["lines"][name]
    for method in METHODS:
        share = promised["methods"][method]["strings_right_percent"] / 100
        spread = 100 * np.sqrt(max(share * (1 - share), 0.02) / count)
        assert measured["methods"][method]["strings_right_percent"] >= 100 * share - 3 * spread


def test_the_network_that_is_named_is_the_one_that_sweeps(tmp_path, capsys):
    file = tmp_path / "lines.json"
    file.write_text(json.dumps([{"text": "12", "strokes": ink(Line("12"))}]))
    shown = []
    for network in ([], ["--network", "scan"], ["--network", str(file_of("scan"))]):
        assert main(["evaluate", "--lines", str(file), *network]) == 0
        shown.append(json.loads(capsys.readouterr().out))
    assert shown[0] == shown[1] == shown[2]
    torch.manual_seed(1)
    save(LeNet5(), tmp_path / "untaught.pt", {})
    assert main(["evaluate", "--lines", str(file), "--network", str(tmp_path / "untaught.pt")]) == 0
    assert json.loads(capsys.readouterr().out)["methods"]["swept"]["strings_right_percent"] == 0


def test_strangers_are_counted():
    made = Line("31", seed=7)
    figures = with_strangers([{"text": "3?1", "strokes": made.strokes}, {"text": "3", "strokes": made.strokes}])
    assert figures["n"] == 2
    assert figures["methods"]["best"] == {"invented": 1, "misread": 0, "missed": 0, "digits": 3}
