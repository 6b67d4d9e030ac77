"""What a person does with the page, and what the page tells in return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from playwright.sync_api import FloatRect, Frame, JSHandle, Page

from demo.wire import fields_of
from lenet.synthetic import digits as synth
from tests.serving import Server

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # Playwright's own list, which this replaces, and two parts of a window that take as long as a page to come.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
]  # fmt: skip
# The page's store, as its scripts import it.
STORE = "./gradio_api/file=demo/static/core/store.js"
LINE_STORE = (STORE.replace("core/store", "line/line"), "line")  # that of the second tab
Strokes = Sequence[Sequence[Sequence[float]]]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@dataclass
class Watched:
    """A page with what went wrong on it."""

    page: Page
    server: Server
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        self.page.goto(self.server.url + query)
        # Hidden where a link opens another tab.
        self.page.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=60_000, state="attached")


def watch(page: Page, server: Server) -> Watched:
    seen = Watched(page, server)
    page.on("console", lambda m: seen.complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))

    def request(made) -> None:
        local = made.url.startswith((seen.server.url, "data:", "blob:"))
        if not local:
            seen.foreign.append(made.url)

    page.on("request", request)
    # Every painted answer, so that a test can look back.
    page.add_init_script(
        "window.painted = []; document.addEventListener('lenet:painted', (e) => painted.push(e.detail));"
    )
    return seen


def digit_on_pad(label: int, seed: int, *, every: int = 3) -> list[list[list[float]]]:
    """A synthetic digit in the middle of the pad. every: of so many points one is kept, as of a quick hand."""
    strokes = [stroke.tolist() for stroke in synth.digit(label, np.random.default_rng([label, seed]))]
    return centred(thinned(strokes, every))


def thinned(strokes: Strokes, every: int) -> list[list[Sequence[float]]]:
    """Strokes of every so-many-th of their points, and the last."""
    return [[*stroke[:-1:every], stroke[-1]] for stroke in strokes]


def centred(strokes: Strokes, height: float = 0.6) -> list[list[list[float]]]:
    points = np.concatenate([np.array(stroke) for stroke in strokes])
    low, high = points.min(0), points.max(0)
    scale = height / (high - low).max()
    return [((np.array(s) - (low + high) / 2) * scale + 0.5).tolist() for s in strokes]


def placed(box: FloatRect, strokes: Strokes) -> list[list[tuple[float, float]]]:
    """Strokes in heights of the pad -> points on the page, where the pad's box is."""
    return [[(box["x"] + x * box["height"], box["y"] + y * box["height"]) for x, y in s] for s in strokes]


def draw(page: Page, strokes: Strokes, pad: str = "pad") -> None:
    """Draw with the mouse: real pointer events, one a point."""
    at = page.locator(f"[data-testid={pad}]")
    at.scroll_into_view_if_needed()  # which waits until it stands still
    box = at.bounding_box()
    assert box
    for points in placed(box, strokes):
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def touch(page: Page, strokes: Strokes) -> None:
    """Draw with a finger: touch events as the browser gets them from a screen."""
    box = page.locator("[data-testid=pad]").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    for stroke in placed(box, strokes):
        points = [{"x": x, "y": y} for x, y in stroke]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [points[0]]})
        for point in points[1:]:
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def prediction(page: Page) -> str:
    return page.inner_text("[data-testid=prediction]")


def expect_prediction(page: Page, text: str) -> None:
    """Wait until the page reads `text` and has painted its newest ink."""
    page.wait_for_function(
        "text => document.querySelector('[data-testid=prediction]')?.textContent.trim() === text", arg=text
    )


def pixels(page: Page, testid: str) -> list[int]:
    """The RGBA values of a canvas."""
    return page.evaluate(
        'id => { const c = document.querySelector(`[data-testid="${id}"]`);'
        " return [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]; }",
        testid,
    )


def expect_ink(page: Page, testid: str) -> None:
    """Wait until something is painted on a canvas that is clear where it has no ink."""
    page.wait_for_function(
        'id => { const c = document.querySelector(`[data-testid="${id}"]`);'
        " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((value) => value > 0); }",
        arg=testid,
    )


# Conditions of the first tab's store: whether what is painted answers the ink that is on the pad;
UP_TO_DATE = "({ answer, subject }) => answer?.subject === subject"
# and whether the newest ink has been answered, with the sum of the cell that is opened.
_ANSWERED = """({ answer, subject, pinned, status }) => {
  const cell = pinned?.at(-1);
  const told = !cell || String(answer?.explanation?.cell) === [cell.layer, cell.map, cell.row, cell.column].join();
  return status.kind === 'ready' && answer?.subject === subject && told;
}"""


def store_of(page: Page, store: tuple[str, str] = (STORE, "state")) -> JSHandle:
    """A store of the page. store: its module and its name there."""
    return page.evaluate_handle("async ([module, name]) => (await import(module))[name]", list(store))


def until(page: Page, condition: str, store: tuple[str, str] = (STORE, "state")) -> None:
    """Wait until something holds of a store, which `store_of` takes. condition: a function of it, that answers at
    once."""
    page.wait_for_function(condition, arg=store_of(page, store))


def settled(page: Page, store: tuple[str, str] = (STORE, "state")) -> None:
    """Wait until the newest ink of a store has been answered and painted."""
    page.wait_for_timeout(100)  # what is chosen without changing the ink may not have been asked about yet
    until(page, _ANSWERED, store)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def opened_sum(page: Page | Frame) -> float:
    """The number of the cell that is opened, which is none of the input's, once its own sum is there."""
    page.wait_for_selector(".explain-open[aria-busy=false] [data-testid=explain-value]")
    return float(page.inner_text("[data-testid=explain-value]").replace("−", "-"))


def as_sent(page: Page) -> list[list[list[float]]]:
    """The ink that the page holds, as the server gets it."""
    wire = STORE.replace("store.js", "wire.js")
    sent = page.evaluate(
        f"Promise.all([import('{STORE}'), import('{wire}')]).then(([{{ state }}, w]) => w.sent(state.subject))"
    )
    return fields_of(sent)["ink"]


def tried(watched: Watched, name: str, settings: str = "{}") -> Page:
    """A page that a link to an experiment has opened, once the experiment is done on a 7. settings: JSON."""
    watched.page.goto(f"{watched.server.url}?ink=300.200_700.200_450.800&experiment={name}&settings={settings}")
    watched.page.locator(f"[data-testid=experiment-{name}-said][data-kind=ready]").wait_for(timeout=60_000)
    return watched.page


def tried_all(page: Page | Frame) -> None:
    """Go through the cards of the third tab until each has told what came of its experiment."""
    page.wait_for_selector(".card")
    for card in page.locator(".card").all():
        card.scroll_into_view_if_needed()
        card.locator(".card-said[data-kind=ready]").wait_for()
