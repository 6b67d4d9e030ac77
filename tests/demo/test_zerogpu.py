"""A free account's Space: ZeroGPU is told at the start that there is a function for it, and the page answers."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.demo.test_digit import SEVEN
from tests.serving import ROOT, Server


@pytest.fixture
def device():
    """Where ZeroGPU takes reports, and what came."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()
    server.server_close()


# What spaces changes in a CUDA build of torch, which is not to be had everywhere: left out, and nothing else.
WITHOUT_CUDA = """
import sys, types
torch = types.ModuleType("spaces.zero.torch")
torch.is_in_bad_fork, torch.patch, torch.pack = lambda: False, lambda: None, lambda: 0
sys.modules[torch.__name__] = torch
"""


def test_the_start_is_reported_and_the_page_answers(device, tmp_path):
    pytest.importorskip("spaces", reason="spaces is not installed")
    from gradio_client import Client

    url, came = device
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_CUDA)
    space = {"SPACES_ZERO_GPU": "true", "SPACES_ZERO_DEVICE_API_URL": url, "PYTHONPATH": str(tmp_path)}
    with Server(**space) as server:
        assert came == ["/startup-report"]
        client = Client(server.url, verbose=False, analytics_enabled=False)
        assert client.predict(SEVEN, api_name="/recognize")["digit"] == 7


@pytest.mark.parametrize("told", [{}, {"SPACES_ZERO_GPU": "true"}])
def test_elsewhere_and_without_the_package_there_is_nothing(told):
    code = "import sys; sys.modules['spaces'] = None; import demo.zerogpu; print(hasattr(demo.zerogpu, 'unneeded'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
