"""What a network's outputs stand for, where they are no digits: labels that are given with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .files import MOST_LABELS, OwnError

Labels = tuple[str, ...]

_LONGEST = 40  # letters
_KIND = (
    f'labels must be a list of 2 to {MOST_LABELS} names, as in {{"labels": ["shirt", "bag"]}}, '
    f"each of 1 to {_LONGEST} letters."
)


def labels_in(given: Any) -> Labels | None:
    """The labels that something holds under that name, or None where it has none. Raises OwnError for what is none."""
    value = given.get("labels") if isinstance(given, Mapping) else None
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= MOST_LABELS:
        raise OwnError(_KIND)
    if not all(isinstance(each, str) and 0 < len(each) <= _LONGEST and each.isprintable() for each in value):
        raise OwnError(_KIND)
    return tuple(value)
