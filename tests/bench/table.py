"""How a benchmark tells what it measured."""

from __future__ import annotations

Row = tuple[str, str, str, bool]  # what, measured, wanted, whether that holds


def told(rows: list[Row]) -> int:
    """Print a table. Returns the exit status: 1 when a bound is missed."""
    print("| | measured | wanted | |\n|---|---|---|---|")
    for what, value, bound, holds in rows:
        print(f"| {what} | {value} | {bound} | {'yes' if holds else 'no'} |")
    return 0 if all(holds for *_, holds in rows) else 1
