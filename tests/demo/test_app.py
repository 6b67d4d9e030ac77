"""The page as it is built and served: what it shows, what it lets scripts call, what it promises visitors."""

import os
from typing import Any

import pytest
import torch

from demo import app
from demo.limits import BodyLimit
from lenet.evaluation.report import summary
from lenet.ledger import ledger
from lenet.model import LAYERS
from lenet.weights import card
from tests.serving import ROOT

CONFIG = app.demo.get_config_file()


class Served:
    """Stands in for the blocks: notes how they are served."""

    def __init__(self) -> None:
        self.queued: dict[str, Any] = {}
        self.launched: dict[str, Any] = {}

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
    threads = torch.get_num_threads()
    app.main()
    monkeypatch.setattr(blocks, "folder", os.getcwd(), raising=False)
    monkeypatch.setattr(blocks, "threads", torch.get_num_threads(), raising=False)
    yield blocks
    torch.set_num_threads(threads)


def test_nothing_of_a_visitor_is_stored_or_shown(served):
    assert served.launched["run_history"] is False  # else every call would lie in the visitor's browser
    assert served.launched["show_error"] is False
    assert app.demo is served
    assert not CONFIG["analytics_enabled"]


def test_what_a_caller_can_ask_for_is_bounded(served):
    assert served.launched["max_file_size"] == "16mb"
    (middleware,) = served.launched["app_kwargs"]["middleware"]
    assert middleware.cls is BodyLimit
    assert served.queued == {"max_size": 256}


def test_it_is_served_from_the_root_by_one_thread_without_rendering_first(served):
    assert served.folder == str(ROOT)
    assert served.threads == 1
    assert served.launched["ssr_mode"] is False
    assert served.launched["theme"] is app.THEME
    assert served.launched["footer_links"] == ["api", "settings"]
    assert all(path.is_file() for path in served.launched["css_paths"])


def test_the_page_asks_no_other_host_for_fonts():
    assert not app.THEME._stylesheets
    assert app.THEME.font == "system-ui, sans-serif"
    assert app.THEME.font_mono == "ui-monospace, monospace"


def test_three_endpoints_are_public_and_hold_up_nobody():
    endpoints = {each["api_name"]: each for each in CONFIG["dependencies"]}
    assert set(endpoints) == {"recognize", "activations", "scan"}
    functions = {each.api_name: each for each in app.demo.fns.values()}
    assert all(functions[name].concurrency_limit is None for name in endpoints)


def parts():
    """The props of what the page holds."""
    return [component["props"] for component in CONFIG["components"]]


def test_scripts_may_call_what_their_part_needs():
    called = {name for props in parts() for name in props.get("server_fns") or []}
    assert called == {"see", "photo", "download", "snippet", "kernels", "scan", "scan_photo"}


def test_every_visible_part_is_there_and_both_tabs():
    classes = {name for props in parts() for name in props.get("elem_classes") or []}
    assert {"masthead", "desk", "desk-left", "desk-right"} <= classes
    for name in ("pad", "answer", "layers", "controls", "explain", "learn", "quality"):
        assert f"part-{name}" in classes
    tabs = [component["props"] for component in CONFIG["components"] if component["type"] == "tabitem"]
    assert [props["label"] for props in tabs] == ["One digit", "Many digits"]
    second = tabs[1]
    assert second["render_children"] is True  # its examples and figures are there before it is opened
    assert CONFIG["title"] == app.TITLE == "LeNet-5, live"
    assert CONFIG["fill_width"] is True


def test_every_part_is_its_template_brought_to_life_by_a_module_from_static():
    templates = {file.read_text("utf-8") for file in (ROOT / "demo" / "static").rglob("*.html")}
    built = [props for props in parts() if "part" in (props.get("elem_classes") or [])]
    assert len(built) >= 8
    for props in built:
        assert props["html_template"] in templates
        assert "/gradio_api/file=demo/static/" in props["js_on_load"]
        assert ".mount(element, " in props["js_on_load"]
        assert props["apply_default_css"] is False
        assert len(props["elem_classes"]) == 2


def test_the_masthead_says_what_the_page_is():
    (head,) = [props for props in parts() if "masthead" in (props.get("elem_classes") or [])]
    assert "<h1>LeNet-5, live</h1>" in head["value"]
    assert head["apply_default_css"] is False


def test_columns_of_the_desk_are_as_wide_as_the_pad():
    columns = [props for props in parts() if any(name.startswith("desk-") for name in props.get("elem_classes") or [])]
    assert [props["min_width"] for props in columns] == [300, 300]


def test_the_page_is_told_every_layer():
    assert app.layer_table() == [
        {
            "name": layer.name, "kind": layer.kind, "maps": layer.maps, "height": layer.height, "width": layer.width,
            "kernel": layer.kernel, "stride": layer.stride, "padding": layer.padding, "parameters": layer.parameters,
            "multiplyAdds": layer.multiply_adds,
        }
        for layer in LAYERS
    ]  # fmt: skip
    assert app.layer_table()[1]["multiplyAdds"] == 117_600
    assert len(ledger()) == 7


def test_the_quality_shown_is_that_of_the_card():
    told, measured = app.quality(), card()["measured"]["mnist"]
    assert told["confusion"] == measured["confusion"]
    assert told["rejectionCurve"] == measured["rejection_curve"]
    assert len(told["misread"]) == sum(map(sum, measured["confusion"])) - sum(
        row[i] for i, row in enumerate(measured["confusion"])
    )
    assert told["summary"] == summary(card())
