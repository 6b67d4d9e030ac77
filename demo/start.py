"""What must hold before anybody is let in: the networks are whole, and the port is free."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from demo.experiments import measured
from lenet import moments
from lenet.mistake import Mistake
from lenet.weights import DEFAULT, NAMES, OTHERS, SCAN, WeightsError, card, check, file_of, load, threshold

T = TypeVar("T")


class StartError(Mistake):
    """The page cannot be served; the message says what to do."""


def whole() -> None:
    """Raise WeightsError for a bundled network that is missing, damaged, or another one than its name says."""
    for name in (DEFAULT, SCAN):
        if "weights_sha256" not in card(name):
            raise _lacking(name)
        load(name)
    threshold(DEFAULT)
    for file in [
        *(file_of(name) for name in OTHERS if name in NAMES),
        *filter(Path.is_file, [moments.FILE, measured.FILE]),
    ]:
        check(file)
    if "rejection" in card(SCAN):
        raise WeightsError(f"{file_of(SCAN)} reads single digits, where one for lines belongs; fetch the folder anew.")


def figures_of(name: str, tell: Callable[[], T]) -> T:
    """What the page tells of a network, by its card. Raises WeightsError for a card that does not hold it."""
    try:
        return tell()
    except (KeyError, TypeError, AttributeError, ValueError, OSError) as error:
        raise _lacking(name) from error


def _lacking(name: str) -> WeightsError:
    file = file_of(name).with_suffix(".json")
    return WeightsError(f"{file} or what lies beside it lacks figures that the page shows; fetch the folder anew.")


def file_in(arguments: Sequence[str]) -> Path | None:
    """The file of weights that the page starts with and follows, if one is named. Raises StartError.

    It need not be there yet, since a training script may be about to save it; its folder must.
    """
    if not arguments:
        return None
    if len(arguments) != 2 or arguments[0] != "--network":
        raise StartError(
            "This takes --network FILE, or nothing; set GRADIO_SERVER_NAME and GRADIO_SERVER_PORT for the rest."
        )
    file = Path(arguments[1])
    if file.is_dir() or not file.parent.is_dir():
        raise StartError(f"{file} cannot be a file of weights; name one that is there, or will be.")
    return file


def port() -> int | None:
    """The port that GRADIO_SERVER_PORT asks for, or None: then Gradio takes the first free one from 7860 on.

    Raises StartError for one that is taken; nobody would look for the page at another.
    """
    asked = os.environ.get("GRADIO_SERVER_PORT")
    if not asked:
        return None
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    try:
        if not 0 < int(asked) < 2**16:
            raise ValueError
        family, kind, _, _, address = socket.getaddrinfo(host, int(asked), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            probe.bind(address)
    except ValueError as error:
        raise StartError("GRADIO_SERVER_PORT must be a number from 1 to 65535.") from error
    except OSError as error:
        raise StartError(
            f"Port {asked} cannot be had ({error.strerror}). Stop what holds it, or choose another."
        ) from error
    return int(asked)
