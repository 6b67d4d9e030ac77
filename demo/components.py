"""gr.HTML subclasses, one per visible part. Each loads the ES module of its name from static/."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

STATIC = Path(__file__).resolve().parent / "static"

# Gradio knows the path that a proxy puts in front of the page; without it, modules would be sought at "/".
_LOAD = """
const root = (window.gradio_config?.root || document.baseURI.split(/[?#]/)[0]).replace(/\\/$/, '');
const base = root + '/gradio_api/file=demo/static/';
import(base + %(module)s)
  .then((part) => part.mount(element, %(config)s, typeof server === 'undefined' ? null : server))
  .catch((error) => {
    console.error(error);
    const sentence = 'This part of the page could not be loaded. Reload the page to try again.';
    element.insertAdjacentHTML('beforeend', `<p role="alert">${sentence}</p>`);
  });
"""


class Part(gr.HTML):
    """A part of the page: static/<name>.html, brought to life by `mount` of static/<name>.js."""

    def __init__(self, name: str, config: dict[str, Any], server: list[Callable[..., Any]] | None = None) -> None:
        super().__init__(
            html_template=(STATIC / f"{name}.html").read_text("utf-8"),
            js_on_load=_LOAD % {"module": json.dumps(f"{name}.js"), "config": _embedded(config)},
            server_functions=server,
            apply_default_css=False,
            elem_classes=["part", f"part-{name}"],
        )


def _embedded(config: dict[str, Any]) -> str:
    return json.dumps(config, separators=(",", ":")).replace("</", "<\\/")


class Pad(Part):
    """Where one draws, with undo, redo, clear and the examples. Holds the connection to the server."""

    def __init__(self, config: dict[str, Any], server: list[Callable[..., Any]]) -> None:
        super().__init__("pad", config, server)


class Answer(Part):
    """The digit, in words and figures, and ten probability bars."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__("answer", config)


class Layers(Part):
    """Every layer of the network, as pictures, from the input to the output."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__("layers", config)


class Explain(Part):
    """The sum behind the pinned cell."""

    def __init__(self, config: dict[str, Any], server: list[Callable[..., Any]]) -> None:
        super().__init__("explain", config, server)


class Controls(Part):
    """How the layers are shown; a link, the activations and a picture to take along."""

    def __init__(self, config: dict[str, Any], server: list[Callable[..., Any]]) -> None:
        super().__init__("controls", config, server)


class Learn(Part):
    """The ideas in short, what sharing saves, and all kernels."""

    def __init__(self, config: dict[str, Any], server: list[Callable[..., Any]]) -> None:
        super().__init__("learn", config, server)


class Quality(Part):
    """How good the network is: figures, confusions, and its real misreadings to explore."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__("quality", config)


class Scan(Part):
    """The second tab: a wide pad, the digits found on it, and the score map."""

    def __init__(self, config: dict[str, Any], server: list[Callable[..., Any]]) -> None:
        super().__init__("scan", config, server)
