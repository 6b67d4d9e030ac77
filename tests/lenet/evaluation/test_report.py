"""A card in words: every row, from a card made up."""

import pytest

from lenet.evaluation.report import METHODS, lines_table, summary
from lenet.line import detect
from lenet.weights import SCAN, card

PENS = {"n": 2_345, "accuracy_percent": 99.456, "worst_digit_percent": 97.121, "wrongly_rejected_percent": 0.444}


def test_every_row_of_a_full_card():
    measured = {
        "mnist": {
            "n": 10_000, "test_error_percent": 0.475, "calibration_error_percent": 0.123,
            "wrongly_rejected_percent": 0.31,
        },
        "mnist_per_seed": {"1": {"test_error_percent": 0.4}, "2": {"test_error_percent": 0.5}},
        "ink": {"digits-39-writers": PENS, "mine": PENS},
        "letters": {"unipen-letters-145-writers": {"n": 4_321, "refused_percent": 88.16}},
        "photos": {"photos": {"n": 120, "answered_right_percent": 93.33, "wrong_percent": 1.25}},
        "junk": {"n": 1_500, "rejected_percent": 97.77, "auroc": 0.99876},
    }  # fmt: skip
    assert summary({"measured": measured}) == [
        ("MNIST's test set, error, 2 seeds, mean ± standard deviation", "0.45 ± 0.07 %"),
        ("MNIST's test set, error (10,000 digits)", "0.47 %"),
        ("MNIST's test set, expected calibration error, 15 bins", "0.12 %"),
        ("MNIST's test set, wrongly called no digit", "0.31 %"),
        ("39 pens of DigiLeTs, accuracy (2,345 digits)", "99.46 %"),
        ("39 pens of DigiLeTs, worst of the ten digits", "97.12 %"),
        ("39 pens of DigiLeTs, wrongly called no digit", "0.44 %"),
        ("mine, accuracy (2,345 digits)", "99.46 %"),
        ("mine, worst of the ten digits", "97.12 %"),
        ("mine, wrongly called no digit", "0.44 %"),
        ("photos and scans, answered rightly (120 digits)", "93.33 %"),
        ("photos and scans, answered wrongly", "1.25 %"),
        ("letters and signs of 145 pens of UNIPEN, called no digit (4,321)", "88.16 %"),
        ("junk by program, called no digit (1,500)", "97.77 %"),
        ("junk by program, AUROC against MNIST's digits", "0.9988"),
    ]


def test_what_was_not_measured_is_left_out():
    assert summary({"measured": {}}) == []
    assert [what for what, _ in summary({"measured": {"letters": {"mine": {"n": 7, "refused_percent": 50}}}})] == [
        "mine, called no digit (7)"
    ]


@pytest.mark.parametrize(
    ("errors", "told"),
    [([0.5], "0.50 ± 0.00 %"), ([0.4, 0.5], "0.45 ± 0.07 %"), ([1.0, 2.0, 3.0], "2.00 ± 1.00 %")],
)
def test_the_spread_of_the_seeds_is_that_of_a_sample(errors, told):
    seeds = {str(number): {"test_error_percent": error} for number, error in enumerate(errors)}
    ((what, value),) = summary({"measured": {"mnist_per_seed": seeds}})
    assert value == told
    assert f"{len(errors)} seeds" in what


DEFAULT = "likeliest parting, by both (default)"


def lines_card(default, plainer, strangers=9):
    methods = {
        "best": {"strings_right_percent": default}, "swept": {"strings_right_percent": 80.0},
        "grouped": {"strings_right_percent": plainer},
    }  # fmt: skip
    invented = {name: {"invented": number} for number, name in enumerate(methods, strangers)}
    return {
        "measured": {
            "lines": {"spaced": {"methods": methods}, "digits-39-writers": {"methods": {**methods}}},
            "strangers": {"n": 500, "methods": invented},
        }
    }


def test_a_row_for_every_way_to_read_lines():
    assert lines_table(lines_card(97.44, 90.0)) == [
        ["whole strings right", "spaced", "39 pens of DigiLeTs", "invented among strangers"],
        [DEFAULT, "97.4 %", "97.4 %", "9 in 500"],
        ["swept network alone", "80.0 %", "80.0 %", "10 in 500"],
        ["overlapping strokes", "90.0 %", "90.0 %", "11 in 500"],
    ]


def test_a_default_that_a_plainer_way_beats_is_marked():
    rows = lines_table(lines_card(97.0, 97.5))
    assert rows[1] == [f"{DEFAULT}; * a plainer way reads more", "97.0 % *", "97.0 % *", "9 in 500"]
    assert not any("*" in cell for row in [rows[0], *rows[2:]] for cell in row)
    assert not any("*" in cell for row in lines_table(lines_card(97.5, 97.5)) for cell in row)


def test_the_ways_to_read_are_those_there_are():
    assert tuple(METHODS) == detect.METHODS


def test_the_bundled_cards_tell_of_every_set():
    told = " ".join(what for what, _ in summary(card()))
    assert all(name in told for name in ("MNIST", "DigiLeTs", "UNIPEN", "photos", "junk"))
    assert len({len(row) for row in lines_table(card(SCAN))}) == 1
