"""The page as it is built and served: what it shows, what it lets scripts call, what it promises visitors."""

import os
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from demo import app, examples, networks, part
from demo.experiments import EXPERIMENTS
from demo.files import VERSION
from demo.gate import Gate
from lenet.evaluation.report import lines_table, summary
from lenet.weights import SCAN, card
from tests.serving import ROOT

CONFIG = app.demo.get_config_file()


class Served:
    """Stands in for the blocks: notes how they are served."""

    def __init__(self) -> None:
        self.queued: dict[str, Any] = {}
        self.launched: dict[str, Any] = {}
        self._queue = SimpleNamespace()

    def queue(self, **options: Any) -> "Served":
        self.queued = options
        return self

    def launch(self, **options: Any) -> None:
        self.launched = options


@pytest.fixture
def served(monkeypatch):
    monkeypatch.chdir("/")
    blocks = Served()
    monkeypatch.setattr(app, "demo", blocks)
    threads, interval = torch.get_num_threads(), sys.getswitchinterval()
    monkeypatch.setattr(sys, "argv", ["demo/app.py"])
    monkeypatch.delenv("GRADIO_SERVER_PORT", raising=False)
    monkeypatch.setattr(app, "spare", lambda: None)
    app.main()
    monkeypatch.setattr(blocks, "folder", os.getcwd(), raising=False)
    monkeypatch.setattr(blocks, "threads", torch.get_num_threads(), raising=False)
    monkeypatch.setattr(blocks, "interval", sys.getswitchinterval(), raising=False)
    yield blocks
    torch.set_num_threads(threads)
    sys.setswitchinterval(interval)


def test_nothing_of_a_visitor_is_stored_or_shown(served):
    assert served.launched["run_history"] is False  # else every call would lie in the visitor's browser
    assert served.launched["show_error"] is False
    assert app.demo is served
    assert not CONFIG["analytics_enabled"]


def test_what_a_caller_can_ask_for_is_bounded(served):
    assert served.launched["state_session_capacity"] == 50
    (middleware,) = served.launched["app_kwargs"]["middleware"]
    assert middleware.cls is Gate
    assert middleware.kwargs == {"blocks": served}
    assert served.queued == {"max_size": 256}


def test_it_is_served_from_anywhere_by_one_thread_without_rendering_first(served):
    assert served.folder == "/"
    assert served.threads == 1
    assert served.interval == pytest.approx(0.0001)
    assert served.launched["server_port"] is None
    assert served.launched["ssr_mode"] is False
    assert served.launched["footer_links"] == ["api", "settings"]
    assert "theme" not in served.launched  # that and the styles belong to the page, which may be mounted, too
    assert [path.name for path in part.PAGE_STYLES] == ["base.css", "ink.css"]  # tokens, then their use


def test_the_page_asks_no_other_host_for_fonts():
    assert not app.THEME._stylesheets
    assert app.THEME.font == "system-ui, sans-serif"
    assert app.THEME.font_mono == "ui-monospace, monospace"
    assert (app.THEME.primary_500, app.THEME.neutral_500) == ("#f97316", "#64748b")  # orange on slate


def test_three_endpoints_are_public_and_hold_up_nobody():
    endpoints = {each["api_name"]: each for each in CONFIG["dependencies"]}
    assert set(endpoints) == {"recognize", "activations", "scan"}
    limits = {each.api_name: each.concurrency_limit for each in app.demo.fns.values()}
    assert limits == {"recognize": None, "activations": None, "scan": 4}


def parts():
    """The props of what the page holds."""
    return [component["props"] for component in CONFIG["components"]]


# Of every part: what its script may call, and what it is given.
PARTS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "digit/pad": (["see", "photo"], {"network": networks.described(), "examples": examples.DIGITS}),
    "digit/answer": ([], {}),
    "digit/network": (["network"], {"followed": None, "published": networks.PUBLISHED}),
    "digit/layers": ([], {}),
    "digit/controls": (["download"], {}),
    "digit/explain": (["snippet"], {}),
    "digit/learn": (["kernels"], {}),
    "digit/quality": ([], app.quality()),
    "line/reading": ([], {}),
    "line/pad": (["scan"], {"stride": 4, "window": 28}),
    "line/scores": ([], {"stride": 4, "window": 28}),
    "line/tools": (["scan_photo"], {"examples": examples.LINES, "exampleWidth": examples.LINE_PAD}),
    "line/ideas": ([], {"figures": lines_table(card(SCAN))}),
    "lab/lab": (["experiment"], {"experiments": EXPERIMENTS}),
}


def built():
    """The props of every part, by its name."""
    return {props["props"]["part"]: props for props in parts() if "part" in (props.get("elem_classes") or [])}


def test_the_page_holds_every_part_and_nothing_else():
    assert list(built()) == list(PARTS)
    classes = {name for props in parts() for name in props.get("elem_classes") or []}
    assert {"masthead", "desk", "desk-left", "desk-right", "line-desk"} <= classes


@pytest.mark.parametrize("part", PARTS)
def test_a_part_gets_what_it_needs(part):
    called, given = PARTS[part]
    assert (built()[part].get("server_fns") or []) == called
    assert {name: value for name, value in built()[part]["props"].items() if name != "part"} == given


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_its_template_and_style_brought_to_life_by_its_module(part):
    file, props = ROOT / "demo" / "static" / part, built()[part]
    assert props["html_template"] == file.with_suffix(".html").read_text("utf-8")
    assert props["css_template"] == file.with_suffix(".css").read_text("utf-8")
    assert file.with_suffix(".js").is_file()
    assert f"/gradio_api/file=demo@{VERSION}/static/${{props.part}}.js" in props["js_on_load"]
    assert "part.mount(element, props, server)" in props["js_on_load"]
    assert props["apply_default_css"] is False
    assert props["elem_classes"] == ["part", f"part-{file.name}"]


def test_of_the_three_tabs_the_second_is_there_before_it_is_opened_and_the_third_is_not():
    tabs = [component["props"] for component in CONFIG["components"] if component["type"] == "tabitem"]
    assert [props["label"] for props in tabs] == ["One digit", "Many digits", "Experiments"]
    assert [props.get("render_children", False) for props in tabs[1:]] == [True, False]
    assert CONFIG["title"] == app.TITLE == "LeNet-5, live"
    assert CONFIG["fill_width"] is True


def test_the_masthead_says_what_the_page_is():
    (head,) = [props for props in parts() if "masthead" in (props.get("elem_classes") or [])]
    assert "<h1>LeNet-5, live</h1>" in head["value"]
    assert head["apply_default_css"] is False


def test_columns_of_the_desk_are_as_wide_as_the_pad():
    columns = [props for props in parts() if any(name.startswith("desk-") for name in props.get("elem_classes") or [])]
    assert [props["min_width"] for props in columns] == [300, 300]


def test_the_quality_shown_is_that_of_the_card():
    told, measured = app.quality(), card()["measured"]["mnist"]
    assert told["confusion"] == measured["confusion"]
    assert told["rejectionCurve"] == measured["rejection_curve"]
    assert len(told["misread"]) == sum(map(sum, measured["confusion"])) - sum(
        row[i] for i, row in enumerate(measured["confusion"])
    )
    assert told["summary"] == summary(card())
