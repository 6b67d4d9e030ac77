"""What the server writes down: a line each, and the same one at most once a minute."""

from __future__ import annotations

import logging
import re
import time

_EVERY = 60.0  # seconds
_LONGEST = 280  # bytes


class Sparing(logging.Filter):
    """Lets what repeats through once a minute, with how often it came meanwhile. brief: and all in one line."""

    def __init__(self, brief: bool) -> None:
        super().__init__()
        self.brief = brief
        self.last: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        line = " ".join(record.getMessage().split())
        if record.exc_info and record.exc_info[1] is not None:
            error, where = record.exc_info[1], record.exc_info[2]
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            at = f" at {where.tb_frame.f_code.co_filename[-60:]}:{where.tb_lineno}" if where else ""
            line += f": {type(error).__name__}: {' '.join(str(error).split())[:120]}{at}"
        kind = re.sub(r"\d+", "#", f"{record.name} {line[:80]}")
        now = time.monotonic()
        began, unsaid = self.last.get(kind, (-_EVERY, 0))
        if now - began < _EVERY:
            self.last[kind] = (began, unsaid + 1)
            return False
        self.last = {known: each for known, each in self.last.items() if now - each[0] < 10 * _EVERY}
        self.last[kind] = (now, 0)
        line = line.encode()[:_LONGEST].decode("utf-8", "ignore")
        record.msg, record.args = line + (f" ({unsaid} more)" if unsaid else ""), ()
        if self.brief:
            record.exc_info = record.exc_text = record.stack_info = None
        return True


def spare() -> None:
    """Let the loggers of the server and of this page write sparingly."""
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(Sparing(brief=True))
    logging.getLogger("demo.wire").addFilter(Sparing(brief=False))  # a fault of ours: where, is to be known
