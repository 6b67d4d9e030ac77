"""A card in words and tables."""

from copy import deepcopy

import lenet
from lenet.evaluation.report import METHODS, lines_table, summary
from lenet.line import detect

CARD = {
    "measured": {
        "mnist_per_seed": {"1": {"test_error_percent": 0.4}, "2": {"test_error_percent": 0.6}},
        "letters": {"unipen-letters-145-writers": {"refused_percent": 91.256, "n": 1_840}},
        "ink": {"mine": {"accuracy_percent": 98.0, "worst_digit_percent": 90.0, "wrongly_rejected_percent": 1.5,
                         "accuracy_turned_percent": 97.0, "n": 1_234}},
        "junk": {"rejected_percent": 98.0, "auroc": 0.99871, "n": 30},
    }
}  # fmt: skip


def test_what_was_measured_is_told_and_nothing_else():
    assert summary(CARD) == [
        ("MNIST's test set, error, 2 seeds, mean ± standard deviation", "0.50 ± 0.14 %"),
        ("mine, accuracy (1,234 digits)", "98.00 %"),
        ("mine, worst of the ten digits", "90.00 %"),
        ("mine, accuracy when turned by up to 10 degrees", "97.00 %"),
        ("mine, wrongly called no digit", "1.50 %"),
        ("letters and signs of 145 pens of UNIPEN, called no digit (1,840)", "91.26 %"),
        ("junk by program, called no digit (30)", "98.00 %"),
        ("junk by program, AUROC against MNIST's digits", "0.9987"),
    ]
    assert summary({"measured": {}}) == []
    one = {"measured": {"mnist_per_seed": {"7": {"test_error_percent": 0.4}}}}
    assert summary(one)[0][1] == "0.40 ± 0.00 %"


def test_the_bundled_cards_tell_of_every_set():
    told = " ".join(what for what, _ in summary(lenet.card()))
    assert all(name in told for name in ("MNIST", "DigiLeTs", "UNIPEN", "photos", "junk"))


def test_a_plainer_way_that_reads_more_is_marked_at_the_default():
    assert tuple(METHODS) == detect.METHODS
    made = deepcopy(lenet.card("scan"))
    lines, strangers = made["measured"]["lines"], made["measured"]["strangers"]
    for kind, shares in {"spaced": (97.0, 96.0, 97.0), "close": (95.0, 95.01, 94.0), "touching": (80, 70, 60)}.items():
        for method, share in zip(METHODS, shares, strict=True):
            lines[kind]["methods"][method]["strings_right_percent"] = share
    strangers["methods"]["best"]["invented"], strangers["n"] = 6, 500
    head, default, swept, _ = lines_table(made)
    assert head[1:-1] == ["spaced", "close", "touching"]
    assert default[1:] == ["97.0 %", "95.0 % *", "80.0 %", "6 in 500 lines"]
    assert swept[1:-1] == ["96.0 %", "95.0 %", "70.0 %"]
