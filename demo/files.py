"""Where the project lies, and the page's own scripts, styles and templates, and the version of these."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "demo" / "static"


def version() -> str:
    """A sum over the page's own files. They are asked for under it, so that browsers may keep them for ever."""
    total = hashlib.sha256()
    for file in sorted(STATIC.rglob("*.*")):
        total.update(file.read_bytes())
    return total.hexdigest()[:12]


VERSION = version()
