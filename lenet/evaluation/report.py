"""A card in words: the figures that matter most, as rows of tables for the page and the README."""

from __future__ import annotations

from statistics import mean, stdev
from typing import Any

# What the sets are that have been measured, by the names they have in the card.
SETS = {
    "digits-39-writers": "39 pens of DigiLeTs",
    "unipen-128-writers": "128 pens of UNIPEN",
    "pendigits-30-writers": "30 pens of pendigits",
    "unipen-letters-145-writers": "letters and signs of 145 pens of UNIPEN",
    "unipen-numbers-59-writers": "numbers of 59 pens of UNIPEN",
    "photos": "photos and scans",
}
METHODS = {
    "best": "the best parting of the strokes (the default)",
    "swept": "the swept network alone",
    "grouped": "strokes that overlap, grouped",
}
DEFAULT_METHOD = "best"


def summary(card: dict[str, Any]) -> list[tuple[str, str]]:
    """What was measured of a network for single digits: rows of what it is and how much. What was not is left out."""
    measured = card["measured"]
    rows = []
    if mnist := measured.get("mnist"):
        rows.append((f"MNIST test error ({mnist['n']:,} digits)", f"{mnist['test_error_percent']:.2f} %"))
    if seeds := measured.get("mnist_per_seed"):
        errors = [figures["test_error_percent"] for figures in seeds.values()]
        rows.append((f"the same, {len(seeds)} seeds, mean ± standard deviation", spread(errors)))
    if mnist:
        rows += [
            ("expected calibration error there, 15 bins", f"{mnist['calibration_error_percent']:.2f} %"),
            ("digits of MNIST wrongly called no digit", f"{mnist['wrongly_rejected_percent']:.2f} %"),
        ]
    for name, ink in measured.get("ink", {}).items():
        pens = SETS.get(name, name)
        rows += [
            (f"{pens}, accuracy ({ink['n']:,} digits)", f"{ink['accuracy_percent']:.2f} %"),
            (f"{pens}, worst of the ten digits", f"{ink['worst_digit_percent']:.2f} %"),
            (f"{pens}, wrongly called no digit", f"{ink['wrongly_rejected_percent']:.2f} %"),
        ]
        if turned := ink.get("accuracy_percent_turned"):
            rows.append((f"{pens}, turned by up to 10 degrees", f"{turned['turned up to 10 degrees']:.2f} %"))
    for name, letters in measured.get("letters", {}).items():
        what = f"{SETS.get(name, name)}, called no digit ({letters['n']:,})"
        rows.append((what, f"{letters['refused_percent']:.1f} %"))
    for name, photos in measured.get("photos", {}).items():
        rows += [
            (
                f"{SETS.get(name, name)}, answered rightly ({photos['n']:,})",
                f"{photos['answered_right_percent']:.1f} %",
            ),
            (f"{SETS.get(name, name)}, answered wrongly", f"{photos['wrong_percent']:.1f} %"),
        ]
    if junk := measured.get("junk"):
        rows += [
            (f"junk by program, called no digit ({junk['n']:,})", f"{junk['rejected_percent']:.1f} %"),
            ("AUROC, digits of MNIST against that junk", f"{junk['auroc']:.4f}"),
        ]
    return rows


def spread(values: list[float]) -> str:
    """Percentages as mean ± standard deviation of the sample."""
    return f"{mean(values):.2f} ± {stdev(values) if len(values) > 1 else 0:.2f} %"


def lines_table(card: dict[str, Any]) -> list[list[str]]:
    """What was measured of the network for lines: a head, then a row a way to read.

    The default's figure is marked with an asterisk where a plainer way reads more lines.
    """
    lines, strangers = card["measured"]["lines"], card["measured"]["strangers"]
    rows = [["whole strings right", *(SETS.get(kind, kind) for kind in lines), "digits invented among strangers"]]
    for method, name in METHODS.items():
        rows.append([name])
        for figures in lines.values():
            shares = {each: found["strings_right_percent"] for each, found in figures["methods"].items()}
            beaten = method == DEFAULT_METHOD and max(shares.values()) > shares[method]
            rows[-1].append(f"{shares[method]:.1f} %{' *' if beaten else ''}")
        rows[-1].append(f"{strangers['methods'][method]['invented']} in {strangers['n']} lines")
    if any("*" in cell for cell in rows[1]):
        rows[1][0] = rows[1][0].replace("default)", "default; * where a plainer way reads more)")
    return rows
