"""Example drawings to load with one click, as `python -m tests.examples` writes them.

Each is {"name": for the button's label, "strokes": in pad fractions}.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_WRITTEN = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))

DIGITS: list[dict[str, Any]] = _WRITTEN["digits"]
LINES: list[dict[str, Any]] = _WRITTEN["lines"]
LINE_PAD: float = _WRITTEN["width"]  # of the wide pad on a small screen, in pad heights
