"""nginx before one copy of the app or several, with the lines for it that README gives."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.serving import ROOT, Server, free_port

LINES = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)[0]
_FILE = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream copies {{ {servers} }}
  proxy_connect_timeout 1s;
  proxy_next_upstream error timeout non_idempotent;
  {lines}
}}
"""


def lacking(encrypted: bool = False) -> list[str]:
    """The programs that are needed and not there."""
    return [name for name in ("nginx", "openssl")[: 1 + encrypted] if not shutil.which(name)]


@contextmanager
def nginx(*copies: Server, encrypted: bool = False) -> Iterator[str]:
    """Its address. Requests go to the copies by turns, and from one that is gone to another. encrypted: and HTTP/2."""
    port = free_port()
    with TemporaryDirectory() as folder:
        listen = f"server {{\n  listen 127.0.0.1:{port}" + (_certified(folder) if encrypted else ";")
        lines = LINES.replace("server {", listen).replace("http://127.0.0.1:7860", "http://copies")
        servers = " ".join(f"server 127.0.0.1:{copy.port} max_fails=1 fail_timeout=1s;" for copy in copies)
        file = Path(folder) / "nginx.conf"
        file.write_text(_FILE.format(folder=folder, servers=servers, lines=lines))
        running = subprocess.Popen(["nginx", "-e", f"{folder}/error.log", "-c", str(file)])
        try:
            _wait_for(port)
            yield f"{'https' if encrypted else 'http'}://127.0.0.1:{port}/"
        finally:
            running.terminate()
            running.wait(10)


def _certified(folder: str) -> str:
    """The rest of a line that listens, with a certificate that is made for it."""
    key, certificate = f"{folder}/key.pem", f"{folder}/certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return f" ssl http2; ssl_certificate {certificate}; ssl_certificate_key {key};"


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("nginx did not start")
