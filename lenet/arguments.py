"""What several commands ask of their arguments; each is a type for argparse."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path


def output(ending: str) -> Callable[[str], Path]:
    """A file that can be written, its name with this ending; refused before the work, not after it."""

    def checked(text: str) -> Path:
        file = Path(text)
        if file.suffix.lower() != ending:
            raise argparse.ArgumentTypeError(f"{text} must end in {ending}")
        if not file.parent.is_dir():
            raise argparse.ArgumentTypeError(f"there is no folder {file.parent}")
        if file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
            raise argparse.ArgumentTypeError(f"{text} cannot be written")
        return file

    return checked


def whole(text: str) -> int:
    """A whole number from 0, such as a seed."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 to 999,999,999")
    return int(text)
