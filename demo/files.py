"""Where the project lies, and the page's own scripts, styles and pictures, and the version of these."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
STATIC = DEMO / "static"
TRIED = DEMO / "experiments"  # each a folder of a script, a style, and the Python behind them


def browsers(name: str) -> Path | None:
    """The file of a name in demo/, if there is one that browsers may have."""
    file = DEMO / name
    folder = name.split("/")[0]
    is_theirs = folder == "static" or (folder == "experiments" and file.suffix in (".js", ".css"))
    return file if is_theirs and file.is_file() else None


def version() -> str:
    """A sum over the page's own files. They are asked for under it, so that browsers may keep them for ever."""
    total = hashlib.sha256()
    found = [*STATIC.rglob("*.*"), *TRIED.rglob("*.js"), *TRIED.rglob("*.css")]
    for file in sorted(found):
        total.update(file.read_bytes())
    return total.hexdigest()[:12]


VERSION = version()
