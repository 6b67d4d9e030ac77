"""Builds the page; `demo` is the gr.Blocks, and running this file serves it."""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # `python demo/app.py`, as a Hugging Face Space runs it
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
import torch

from demo import api, digit, examples, lab, line, networks, zerogpu  # noqa: F401 - the last is there to be found
from demo.experiments import EXPERIMENTS
from demo.files import STATIC, TRIED
from demo.follow import Followed
from demo.gate import gate
from demo.logs import spare
from demo.part import PAGE_STYLES, Part
from demo.start import figures_of, file_in, port, whole
from lenet.evaluation.report import MISREAD, lines_table, summary
from lenet.line.sweep import STRIDE, WINDOW
from lenet.mistake import Mistake
from lenet.weights import DEFAULT, SCAN, card, file_of

TITLE = "LeNet-5, live"

# Fonts of the visitor's own machine: the page asks no other host for anything.
_FONT = ["system-ui", "sans-serif"]
THEME = gr.themes.Default(
    primary_hue=gr.themes.colors.orange,
    neutral_hue=gr.themes.colors.slate,
    font=_FONT,
    font_mono=["ui-monospace", "monospace"],
)


class Page(gr.Blocks):
    """Blocks with styles of their own, launched or mounted."""

    def _set_html_css_theme_variables(self) -> None:  # what Gradio calls for both
        self.theme, self.css_paths = THEME, PAGE_STYLES
        super()._set_html_css_theme_variables()


def quality() -> dict[str, Any]:
    """What is known of the bundled weights: their card's figures and the MNIST test digits they misread."""
    measured = card()["measured"]
    misread = file_of(DEFAULT).with_suffix(MISREAD)
    return {
        "summary": summary(card()),
        "confusion": measured["mnist"]["confusion"],
        "rejectionCurve": measured["mnist"]["rejection_curve"],
        "misread": json.loads(misread.read_text("utf-8")),
    }


def build(followed: str | None = None) -> gr.Blocks:
    """The page and its endpoints. followed: the name of the file of weights that it shows, if any."""
    gr.set_static_paths([STATIC, TRIED])
    bundled = networks.described()
    with Page(title=TITLE, fill_width=True, analytics_enabled=False) as blocks:
        gr.HTML(
            f'<a class="skip" href="#drawing-pad">To the drawing pad</a><h1>{TITLE}</h1>'
            "<p>Draw a digit. Every number the network computes is on this page, while your pen is still moving.</p>",
            elem_classes=["masthead"],
            apply_default_css=False,
        )
        with gr.Tabs():
            with gr.Tab("One digit"):
                with gr.Row(elem_classes=["desk"]):
                    with gr.Column(elem_classes=["desk-left"], min_width=300):
                        Part(
                            "digit/pad",
                            [digit.see, digit.photo],
                            network=bundled,
                            examples=examples.DIGITS,
                        )
                        Part("digit/answer")
                    with gr.Column(elem_classes=["desk-right"], min_width=300):
                        Part("digit/network", [networks.network], followed=followed, published=networks.PUBLISHED)
                        Part("digit/layers")
                        Part("digit/controls", [digit.download])
                        Part("digit/explain", [digit.snippet])
                Part("digit/learn", [digit.kernels])
                Part("digit/quality", **figures_of(DEFAULT, quality))
            with gr.Tab("Many digits", render_children=True), gr.Column(elem_classes=["line-desk"]):
                Part("line/reading")
                Part("line/pad", [line.scan], stride=STRIDE, window=WINDOW)
                Part("line/scores", stride=STRIDE, window=WINDOW)
                Part("line/tools", [line.scan_photo], examples=examples.LINES, exampleWidth=examples.LINE_PAD)
                Part("line/ideas", figures=figures_of(SCAN, lambda: lines_table(card(SCAN))))
            with gr.Tab("Experiments"):  # loads nothing until it is opened
                Part("lab/lab", [lab.experiment], experiments=EXPERIMENTS)
        api.offer(blocks)
    return blocks


def checked(followed: str | None = None) -> gr.Blocks:
    """`build`, when the networks are what their cards say; else one sentence, and the end with status 1."""
    try:
        whole()
        return build(followed)
    except (Mistake, OSError) as error:
        sys.exit(f"error: {error}")


demo = checked()


def main() -> None:
    """Serve the page where GRADIO_SERVER_NAME, GRADIO_SERVER_PORT and GRADIO_ROOT_PATH say."""
    try:
        file = file_in(sys.argv[1:])
        free = port()
    except Mistake as error:
        sys.exit(f"error: {error}")
    page = demo
    if file:
        followed = Followed(file)
        networks.followed[:] = [followed]
        page = checked(file.name)
        try:
            followed.look()
        except Mistake as error:  # the page says so too, and goes on looking
            print(error, file=sys.stderr)
    spare()
    warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a picture is told to who sent it
    # One forward pass is too small to share out; threads of torch's own would only get in each other's way.
    torch.set_num_threads(1)
    # Lines and photos are worked at in threads. An answer gives way some ten times, each time no longer than this.
    sys.setswitchinterval(0.0001)
    page.queue(max_size=256).launch(
        footer_links=["api", "settings"],
        state_session_capacity=50,  # of each, Gradio keeps the last call and its answer
        run_history=False,  # it would store every call in the visitor's browser
        show_error=False,
        # The page is drawn by its own scripts; rendering it on the server first would add a second
        # process and show nothing sooner.
        ssr_mode=False,
        server_port=free,
        app_kwargs=gate(page),
    )


if __name__ == "__main__":
    main()
