"""Firefox and WebKit draw, read and open a cell. Skipped, with the reason, where they are not installed."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import websocket

from tests.serving import Server, free_port

SEVEN = [(0.3, 0.2), (0.5, 0.2), (0.7, 0.2), (0.6, 0.45), (0.45, 0.8)]
# What Firefox would otherwise ask other hosts for.
QUIET = [
    "app.normandy.enabled", "app.update.enabled", "browser.aboutwelcome.enabled",
    "browser.safebrowsing.malware.enabled", "browser.safebrowsing.phishing.enabled",
    "browser.shell.checkDefaultBrowser", "datareporting.policy.dataSubmissionEnabled", "extensions.update.enabled",
    "network.captive-portal-service.enabled", "network.connectivity-service.enabled", "toolkit.telemetry.enabled",
]  # fmt: skip
READY = "document.querySelector('[data-testid=status]')?.dataset.kind === 'ready'"
PLACE = """(() => {
    const { left, top, width, height } = document.querySelector('%s').getBoundingClientRect();
    return JSON.stringify([left, top, width, height]);
})()"""


class Driven(Protocol):
    """A browser with one page."""

    def evaluate(self, expression: str) -> Any: ...
    def pointer(self, steps: list[tuple[str, Any]]) -> None:
        """steps: ("move", (x, y)), ("down", button) or ("up", button), one after the other."""


class Firefox:
    """Debian's own, over WebDriver BiDi."""

    def __init__(self, url: str, profile: Path, program: str) -> None:
        (profile / "user.js").write_text("".join(f'user_pref("{name}", false);\n' for name in QUIET))
        port = free_port()
        options = ["--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", str(port)]
        said = profile / "said.log"
        with said.open("w") as log:
            self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=log)
        give_up = time.monotonic() + 60
        while "WebDriver BiDi listening" not in said.read_text():
            if time.monotonic() > give_up:
                self.process.kill()
                pytest.fail(said.read_text())
            time.sleep(0.1)
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=60, suppress_origin=True)
        self.numbers = itertools.count(1)
        self.send("session.new", capabilities={})
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (reply := json.loads(self.socket.recv())).get("id") != number:
            pass
        assert reply["type"] == "success", reply
        return reply["result"]

    def evaluate(self, expression: str) -> Any:
        target = {"context": self.context}
        reply = self.send("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert reply["type"] == "success", reply
        return reply["result"].get("value")

    def pointer(self, steps: list[tuple[str, Any]]) -> None:
        self.send("input.performActions", context=self.context, actions=[mouse(steps)])

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)


class WebKit:
    """WebKitGTK's MiniBrowser, over W3C WebDriver."""

    def __init__(self, url: str, program: str) -> None:
        port = free_port()
        self.process = subprocess.Popen(
            [program, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.address = f"http://127.0.0.1:{port}/session"
        self.id = ""
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": {"args": ["--automation"]}}}}
        self.id = "/" + self.send("", wanted)["sessionId"]
        self.send("/window/rect", {"width": 1280, "height": 900})
        self.send("/url", {"url": url})

    def send(self, path: str, fields: dict[str, Any] | None = None, method: str = "POST") -> Any:
        body = json.dumps(fields or {}).encode()
        request = urllib.request.Request(self.address + self.id + path, body, {}, method=method)
        for again in range(50):  # until the driver listens
            try:
                with urllib.request.urlopen(request, timeout=60) as reply:
                    return json.load(reply)["value"]
            except urllib.error.HTTPError as error:
                raise AssertionError(error.read().decode()) from error
            except urllib.error.URLError:
                if again == 49:
                    raise
                time.sleep(0.1)
        raise AssertionError

    def evaluate(self, expression: str) -> Any:
        script = f"Promise.resolve({expression}).then(arguments[0], (error) => arguments[0](String(error)))"
        return self.send("/execute/async", {"script": script, "args": []})

    def pointer(self, steps: list[tuple[str, Any]]) -> None:
        self.send("/actions", {"actions": [mouse(steps)]})

    def close(self) -> None:
        self.send("", method="DELETE")
        self.process.terminate()
        self.process.wait(30)


def mouse(steps: list[tuple[str, Any]]) -> dict[str, Any]:
    """What both protocols call the actions of a pointer."""
    actions: list[dict[str, Any]] = []
    for kind, value in steps:
        if kind == "move":
            actions.append({"type": "pointerMove", "x": round(value[0]), "y": round(value[1]), "duration": 20})
        else:
            actions.append({"type": f"pointer{kind.title()}", "button": value})
    return {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}


@pytest.fixture(params=["firefox", "webkit"])
def other(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Iterator[Driven]:
    browser: Firefox | WebKit
    if request.param == "firefox":
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if program is None:
            pytest.skip("needs Firefox: install Debian's firefox-esr")
        browser = Firefox(server.url, tmp_path, program)
    else:
        program = shutil.which("WebKitWebDriver")
        if program is None or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            pytest.skip("needs Debian's webkit2gtk-driver, and a display for its window")
        browser = WebKit(server.url, program)
    yield browser
    browser.close()


def wait_for(browser: Driven, condition: str) -> None:
    browser.evaluate(
        f"(async () => {{ for (let i = 0; i < 400; i += 1) {{ if ({condition}) return true;"
        " await new Promise((done) => setTimeout(done, 50)); } return false; })()"
    )
    assert browser.evaluate(condition), condition


def test_it_draws_reads_and_opens_a_cell(other: Driven):
    wait_for(other, READY)
    left, top, _, height = json.loads(other.evaluate(PLACE % "[data-testid=pad]"))
    at = [(left + x * height, top + y * height) for x, y in SEVEN]
    other.pointer([("move", at[0]), ("down", 0), *(("move", place) for place in at[1:]), ("up", 0)])
    wait_for(other, "document.querySelector('[data-testid=prediction]').textContent === '7'")
    left, top, width, height = json.loads(other.evaluate(PLACE % "[data-testid=map-C3-4]"))
    other.pointer([("move", (left + width / 2, top + height / 2)), ("down", 0), ("up", 0)])
    wait_for(other, "document.querySelector('[data-testid=explain-value]')")
    title = other.evaluate("document.querySelector('[data-testid=explain-title]').textContent")
    assert title.startswith("C3 map 4")


@pytest.mark.parametrize("other", ["firefox"], indirect=True)  # which, on its own, would go on drawing
def test_the_right_button_ends_a_stroke_there(other: Driven):
    wait_for(other, READY)
    left, top, _, height = json.loads(other.evaluate(PLACE % "[data-testid=pad]"))
    places = [(left + x * height, top + y * height) for x, y in [(0.5, 0.2), (0.5, 0.8), (0.9, 0.9)]]
    first, second, third = places
    other.pointer(
        [
            ("move", first),
            ("down", 0),
            ("move", second),
            ("down", 2),
            ("up", 0),
            ("move", third),
            ("up", 2),
            ("move", second),
        ]
    )
    ink = (
        "(async () => JSON.stringify((await import("
        "new URL('./gradio_api/file=demo/static/core/store.js', document.baseURI).href)).state.ink))()"
    )
    strokes = json.loads(other.evaluate(ink))
    assert len(strokes) == 1
    assert strokes[0][-1] == pytest.approx([0.5, 0.8], abs=0.02)
