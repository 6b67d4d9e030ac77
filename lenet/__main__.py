"""The command line. The last line of standard output is one JSON object; a mistake is one line on standard error and
status 2."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from .mistake import Mistake

# A command's module is imported when the command is run. It offers `add_arguments(parser)` and `run(options)`, which
# returns what is printed.
COMMANDS = {
    "predict": ("lenet.predict", "read pictures of one digit each"),
    "evaluate": ("lenet.evaluation.command", "measure a network"),
    "measure-units": ("lenet.evaluation.units", "find what excites each unit, for the page's experiments"),
    "train": ("lenet.training.digit", "train the network for single digits anew"),
    "set-threshold": ("lenet.training.calibration", "choose anew when the network says that something is no digit"),
    "train-scan": ("lenet.training.line", "train the network that is swept over lines anew"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Mistake(f"{message} ({self.prog} --help says more)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a picture is told in one line
    try:
        try:
            print(json.dumps(_run(sys.argv[1:] if arguments is None else arguments)))
        finally:
            sys.stdout.flush()
        return 0
    except BrokenPipeError:  # whoever read the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except KeyboardInterrupt:
        return 128 + 2
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except Mistake as error:
        told = str(error)
    print(f"error: {' '.join(told.split())}", file=sys.stderr)
    return 2


def _run(arguments: Sequence[str]) -> dict[str, Any]:
    parser = _Parser(prog="python -m lenet", description=__doc__)
    parsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    subject = None
    for name, (module, purpose) in COMMANDS.items():
        of_command = parsers.add_parser(name, help=purpose, description=purpose)
        if name in arguments[:1]:
            subject = importlib.import_module(module)
            subject.add_arguments(of_command)
    options = parser.parse_args(arguments, argparse.Namespace(arguments=arguments))
    assert subject  # or parse_args would not have come back
    return subject.run(options)


if __name__ == "__main__":
    sys.exit(main())
