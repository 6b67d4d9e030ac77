"""What a card is set to, checked: anyone can send anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from demo.wire import RequestError

Settings = dict[str, Any]


def choice(settings: Settings, name: str, of: Sequence[str]) -> str:
    """One of some words, the first where nothing is set."""
    value = settings.get(name, of[0])
    if not isinstance(value, str) or value not in of:
        raise RequestError(f"{name} must be one of {', '.join(of)}.")
    return value


def number(settings: Settings, name: str, low: float, high: float, default: float = 0.0) -> float:
    """A number from low to high."""
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise RequestError(f"{name} must be a number from {low:g} to {high:g}.")
    return float(value)


def whole(settings: Settings, name: str, below: int, default: int = 0) -> int:
    """A whole number from 0, below another."""
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < below:
        raise RequestError(f"{name} must be a whole number from 0 to {below - 1}.")
    return value


def numbers(settings: Settings, name: str, count: int, most: float) -> list[float]:
    """So many numbers, each at most so large."""
    value = settings.get(name)
    given = value if isinstance(value, list) else []
    sound = [type(each) in (int, float) and -most <= each <= most for each in given]
    if sound != count * [True]:
        raise RequestError(f"{name} must be {count} numbers, each at most {most:g}.")
    return [float(each) for each in given]
