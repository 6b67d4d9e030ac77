"""A card in words: the figures that matter most, as rows of tables for the page and the README."""

from __future__ import annotations

from statistics import mean, stdev
from typing import Any

# What the sets are that have been measured, by the names they have in the card.
SETS = {
    "mnist": "MNIST's test set",
    "digits-39-writers": "39 pens of DigiLeTs",
    "unipen-128-writers": "128 pens of UNIPEN",
    "pendigits-30-writers": "30 pens of pendigits",
    "unipen-letters-145-writers": "letters and signs of 145 pens of UNIPEN",
    "unipen-numbers-59-writers": "numbers of 59 writers",
    "photos": "photos and scans",
    "everyday-paper": "pictures of everyday paper, made by program",
    "everyday-paper-any-hand": "the same, some 1s and 7s turned into one another",
    "everyday-paper-unseen": "everyday paper that no limit was chosen with",
    "junk": "junk by program",
}
# Of each kind of set, the figures to tell, and what they are.
_TOLD = {
    "mnist": {
        "test_error_percent": "error ({n:,} digits)",
        "calibration_error_percent": "expected calibration error, 15 bins",
        "wrongly_rejected_percent": "wrongly called no digit",
    },
    "ink": {
        "accuracy_percent": "accuracy ({n:,} digits)",
        "worst_digit_percent": "worst of the ten digits",
        "wrongly_rejected_percent": "wrongly called no digit",
    },
    "photos": {
        "answered_right_percent": "answered rightly ({n:,} digits)",
        "wrong_percent": "answered wrongly",
    },
    "letters": {"refused_percent": "called no digit ({n:,})"},
    "junk": {"rejected_percent": "called no digit ({n:,})", "auroc": "AUROC against MNIST's digits"},
}
METHODS = {
    "best": "likeliest parting, by both (default)",
    "swept": "swept network alone",
    "grouped": "overlapping strokes",
}
MISREAD = ".misread.json"  # ends the name of the file that lists what a network misreads of MNIST, beside its weights


def summary(card: dict[str, Any]) -> list[tuple[str, str]]:
    """What was measured of a network for single digits: rows of what it is and how much. What was not is left out."""
    measured = card["measured"]
    rows = []
    if seeds := measured.get("mnist_per_seed"):
        errors = [figures["test_error_percent"] for figures in seeds.values()]
        spread = f"{mean(errors):.2f} ± {stdev(errors) if len(errors) > 1 else 0:.2f} %"
        rows.append((f"{SETS['mnist']}, error, {len(seeds)} seeds, mean ± standard deviation", spread))
    for kind, told in _TOLD.items():
        found = measured.get(kind, {})
        for name, figures in ({kind: found} if "n" in found else found).items():
            for figure, words in told.items():
                value = f"{figures[figure]:.2f} %" if figure.endswith("percent") else f"{figures[figure]:.4f}"
                rows.append((f"{SETS.get(name, name)}, {words.format(n=figures['n'])}", value))
    return rows


def lines_table(card: dict[str, Any]) -> list[list[str]]:
    """What was measured of the network for lines: a head, then a row a way to read.

    The default's figure is marked with an asterisk where a plainer way reads more lines, and its name says so.
    """
    lines, strangers = card["measured"]["lines"], card["measured"]["strangers"]
    rows = [["whole strings right", *(SETS.get(kind, kind) for kind in lines), "invented among strangers"]]
    for method, name in METHODS.items():
        rows.append([name])
        for figures in lines.values():
            shares = {each: found["strings_right_percent"] for each, found in figures["methods"].items()}
            beaten = method == "best" and max(shares.values()) > shares[method]
            rows[-1].append(f"{shares[method]:.1f} %{' *' if beaten else ''}")
        rows[-1].append(f"{strangers['methods'][method]['invented']} in {strangers['n']}")
        if any("*" in cell for cell in rows[-1]):
            rows[-1][0] += "; * a plainer way reads more"
    return rows
