"""The app started in other ways and from other folders: the page, its files and its limits come along."""

import json
import re
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.demo.test_live import opened
from tests.serving import ROOT, Server

GRADIO = "from gradio.cli import cli; cli()"
HOMES = {
    "python -m demo": (["-m", "demo"], ROOT),
    "gradio demo/app.py": (["-c", GRADIO, "demo/app.py"], ROOT),
    "from anywhere": ([str(ROOT / "demo" / "app.py")], Path("/")),
}


def asked(url, body=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize(("command", "folder"), HOMES.values(), ids=HOMES)
def test_the_page_is_at_home(command, folder):
    with Server(command, folder) as server:
        page = asked(server.url)[1].decode()
        version = re.search(r"demo@[0-9a-f]{12}/static", page)
        assert version
        assert ".part" in page  # the styles of the whole page
        for file in ("core/store.js", "digit/pad.js", "screenshot-light.png"):
            assert asked(f"{server.url}gradio_api/file={version[0]}/{file}")[0] == 200
        seven = json.dumps({"ink": [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]}).encode()
        assert opened(asked(server.url + "gradio_api/live/see", seven)[1])[0]["digit"] == 7
        assert asked(server.url + "gradio_api/upload", b"x" * 100)[0] == 404
        assert asked(server.url + "gradio_api/live/see", b"x" * 2_000_001)[0] == 413
    assert any(is_gone(server) for _ in range(50))  # nothing is left behind


def is_gone(server):
    time.sleep(0.1)
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) != 0
