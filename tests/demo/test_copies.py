"""Two copies of the app behind nginx, without stickiness: one is killed and comes back, and the page loses nothing."""

import itertools
import json
import re
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.serving import ROOT, Server, free_port

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")

# README's lines for nginx, between two copies: every request to the next one, and from one that is gone to the other.
LINES = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[0]
CONFIGURATION = """
daemon off; worker_processes 1; pid FOLDER/nginx.pid; error_log FOLDER/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
  upstream copies {
    server 127.0.0.1:FIRST max_fails=1 fail_timeout=1s;
    server 127.0.0.1:SECOND max_fails=1 fail_timeout=1s;
  }
  proxy_connect_timeout 1s;
  proxy_next_upstream error timeout non_idempotent;
  README
}
"""


@pytest.fixture
def copies(tmp_path):
    """Two copies and the address of what stands before them."""
    port = free_port()
    with Server() as first, Server() as second:
        file = tmp_path / "nginx.conf"
        lines = LINES.replace("server {", f"server {{\n  listen 127.0.0.1:{port};")
        lines = lines.replace("http://127.0.0.1:7860", "http://copies")
        text = CONFIGURATION.replace("README", lines).replace("FOLDER", str(tmp_path))
        file.write_text(text.replace("FIRST", str(first.port)).replace("SECOND", str(second.port)))
        proxy = subprocess.Popen(["nginx", "-e", str(tmp_path / "error.log"), "-c", str(file)])
        url = f"http://127.0.0.1:{port}/"
        for _ in range(100):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield first, second, url
        proxy.terminate()
        proxy.wait(10)


def post(url, call):
    request = urllib.request.Request(url, json.dumps(call).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def component(url):
    with urllib.request.urlopen(url + "config", timeout=10) as answer:
        parts = json.load(answer)["components"]
    return next(part["id"] for part in parts if "see" in (part["props"].get("server_fns") or []))


def test_both_copies_know_the_same_page_and_endpoints_answer_through_either(copies):
    first, second, url = copies
    assert component(first.url) == component(second.url)
    for _ in range(10):
        assert post(url + "gradio_api/run/recognize", {"data": [SEVEN]})["data"][0]["digit"] == 7


def test_a_copy_that_is_killed_and_comes_back_costs_the_page_nothing(copies):
    first, _, url = copies
    number = component(url)
    answered, lost, over = [], [], threading.Event()

    def draw():
        for sequence in itertools.count(1):
            if over.is_set():
                return
            call = {"data": {"ink": SEVEN, "sequence": sequence}, "component_id": number, "fn_name": "see"}
            try:
                assert post(url + "gradio_api/component_server", call)["sequence"] == sequence
                answered.append(time.monotonic())
            except (OSError, urllib.error.HTTPError) as error:
                lost.append(error)

    drawing = threading.Thread(target=draw)
    drawing.start()
    time.sleep(1)
    first.process.kill()
    first.process.wait()
    time.sleep(2)
    while_away = len(answered)
    first.start()
    time.sleep(1)
    over.set()
    drawing.join()
    assert not lost
    assert while_away > 20
    assert max(b - a for a, b in itertools.pairwise(answered)) < 3
