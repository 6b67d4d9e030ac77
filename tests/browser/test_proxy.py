"""The app behind a proxy that gives it a path of its own."""

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from tests.browser.acting import digit_on_pad, draw, expect_prediction
from tests.serving import Server


@pytest.fixture
def proxy():
    """Passes /lenet/... on to the app as /..., as a reverse proxy with a root path does."""
    app = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def forward(self):
            if not self.path.startswith("/lenet/"):
                self.send_error(404)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")}
            made = urllib.request.Request(app.url + self.path[7:], body, headers, method=self.command)
            try:
                with urllib.request.urlopen(made) as response:
                    self.pass_back(response.status, response.headers, response.read())
            except urllib.error.HTTPError as error:
                self.pass_back(error.code, error.headers, error.read())

        def pass_back(self, status, headers, body):
            self.send_response(status)
            for key, value in headers.items():
                if key.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                    self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_HEAD = forward

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/lenet"
    app.environment["GRADIO_ROOT_PATH"] = url
    with app:
        yield url + "/"
    server.shutdown()
    server.server_close()


def test_behind_a_proxy_with_a_root_path(browser: Browser, proxy):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(proxy)
    page.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=60_000)
    draw(page, digit_on_pad(7, 5))
    expect_prediction(page, "7")
    page.close()
