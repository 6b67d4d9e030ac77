"""A visible part of the page: one gr.HTML whose template, style and script are files in static/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from demo.files import STATIC, VERSION

# Styles of the whole page; a part's own reach no farther than the part.
PAGE_STYLES = [STATIC / "core" / "base.css", STATIC / "ink" / "ink.css"]

# Gradio knows the path that a proxy puts in front of the page; without it, modules would be sought at "/".
_LOAD = """
const root = (window.gradio_config?.root || document.baseURI.split(/[?#]/)[0]).replace(/\\/$/, '');
import(`${root}/gradio_api/file=demo@VERSION/static/${props.part}.js`)
  .then((part) => part.mount(element, props, server))
  .catch((error) => {
    console.error(error);
    const sentence = 'This part of the page could not be loaded. Reload the page to try again.';
    element.insertAdjacentHTML('beforeend', `<p role="alert">${sentence}</p>`);
  });
""".replace("VERSION", VERSION)


class Part(gr.HTML):
    """static/<part>.html, styled by <part>.css and brought to life by `mount(element, props, server)` of <part>.js."""

    def __init__(self, part: str, server: list[Callable[..., Any]] | None = None, **props: Any) -> None:
        """part: its folder and name, as in "digit/pad". server: what its script may call. props: what it is given."""
        folder, name = part.split("/")
        super().__init__(
            html_template=(STATIC / folder / f"{name}.html").read_text("utf-8"),
            css_template=(STATIC / folder / f"{name}.css").read_text("utf-8"),
            js_on_load=_LOAD,
            server_functions=server,
            apply_default_css=False,
            elem_classes=["part", f"part-{name}"],
            part=part,
            **props,
        )
