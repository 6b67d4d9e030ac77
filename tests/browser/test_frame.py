"""In the Hub's page: a frame of another origin, as tall as the page, and the page around it scrolls."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame, Page, ViewportSize

from tests.browser.acting import draw, expect_prediction, opened_sum, tried_all
from tests.browser.test_trouble import SEVEN
from tests.serving import Server
from tests.web.test_web import tools  # noqa: F401 - a fixture

TALL = "<body style='margin: 0'><div style='height: 300px'>around</div><iframe src='{}' style='{}'></iframe></body>"
# As the Hub has it: the frame is made as high as what it holds, again and again.
RESIZED = TALL + "<script>{}\n;iFrameResize({{ checkOrigin: false }}, 'iframe');</script>"


@pytest.fixture
def around(server: Server):
    """Serves pages of another origin: what is put into it, by path."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    other = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    yield pages, f"http://127.0.0.1:{other.server_port}"
    other.shutdown()
    other.server_close()


def framed(browser: Browser, server: Server, url: str, size: ViewportSize) -> tuple[Page, Frame]:
    """The page around, and the app's frame in it, which only the Hub may have otherwise."""
    page = browser.new_context(viewport=size).new_page()

    def let(route):
        answer = route.fetch()
        headers = {key: value for key, value in answer.headers.items() if key != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    page.route(lambda address: address.split("?")[0] == server.url, let)
    page.goto(url)
    frame = next(each for each in page.frames if each.url.startswith(server.url))
    frame.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=60_000, state="attached")
    return page, frame


def on_screen(page: Page, frame: Frame, selector: str, height: int) -> tuple[float, float]:
    box = frame.locator(selector).bounding_box()
    assert box
    return box["y"], height - box["y"] - box["height"]


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_the_opened_cell_is_on_the_screen(browser: Browser, server: Server, around, size):
    pages, url = around
    pages["/tall"] = TALL.format(server.url, "width: 100%; height: 4000px; border: 0")
    page, frame = framed(browser, server, url + "/tall", size)
    assert frame.evaluate("window.innerHeight") == 4000
    frame.locator(".layer-S2 canvas").first.click(position={"x": 9, "y": 9})
    opened_sum(frame)
    for away in (0, 250):
        page.mouse.wheel(0, away)
        page.wait_for_timeout(400)
        above, below = on_screen(page, frame, ".explain-open", size["height"])
        assert above >= 0
        assert 0 <= below <= 80
    page.context.close()


def test_the_pad_beside_the_experiments_follows_what_is_seen(browser: Browser, server: Server, around):
    pages, url = around
    address = f"{server.url}?ink=300.200_700.200_450.800&experiment=push"
    pages["/lab"] = TALL.format(address, "width: 100%; height: 6000px; border: 0")
    size = ViewportSize(width=1280, height=800)
    page, frame = framed(browser, server, url + "/lab", size)
    tried_all(frame)
    page.mouse.move(700, 400)
    for away in (2000, 1500, -3500):
        page.mouse.wheel(0, away)
        page.wait_for_timeout(500)
        above, below = on_screen(page, frame, "[data-testid=lab-pad]", size["height"])
        assert above >= 0
        assert below > 200
    page.context.close()


def test_with_the_hubs_resizer(browser: Browser, server: Server, around, tools):  # noqa: F811
    pages, url = around
    script = (tools / "iframe-resizer" / "js" / "iframeResizer.min.js").read_text("utf-8")
    pages["/hub"] = RESIZED.format(server.url, "width: 1px; min-width: 100%; border: 0", script)
    size = ViewportSize(width=1280, height=800)
    page, frame = framed(browser, server, url + "/hub", size)
    page.wait_for_timeout(1_500)
    assert frame.evaluate("window.innerHeight") > 1_000  # Gradio brings the resizer's other half
    frame.locator(".layer-S2 canvas").first.click(position={"x": 9, "y": 9})
    opened_sum(frame)
    page.wait_for_timeout(400)
    above, below = on_screen(page, frame, ".explain-open", size["height"])
    assert above >= 0
    assert 0 <= below <= 80
    height = frame.evaluate("window.innerHeight")
    page.wait_for_timeout(1_500)
    assert frame.evaluate("window.innerHeight") == height  # the sheet and the marks make it no taller
    page.context.close()


def test_on_a_page_of_its_own_the_sheet_is_at_the_windows_edge(page: Page):
    draw(page, SEVEN)
    expect_prediction(page, "7")
    page.locator(".layer-S2 canvas").first.click(position={"x": 9, "y": 9})
    opened_sum(page)
    box = page.locator(".explain-open").bounding_box()
    assert box
    assert box["y"] + box["height"] == pytest.approx(790, abs=1)
