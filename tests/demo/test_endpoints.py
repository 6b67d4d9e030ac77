"""The running app over HTTP, with gradio_client and with plain requests."""

import http.client
import json
import re
import socket
import urllib.error
import urllib.request

import numpy as np
import pytest
from gradio_client import Client

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]


@pytest.fixture(scope="module")
def client(server):
    return Client(server.url, verbose=False, analytics_enabled=False)


def test_recognize(client):
    answer = client.predict(SEVEN, api_name="/recognize")
    assert answer["digit"] == 7
    assert np.argmax(answer["probabilities"]) == 7
    assert client.predict([], api_name="/recognize")["digit"] is None


def test_activations(client):
    layers = client.predict(ink=SEVEN, api_name="/activations")["layers"]
    assert np.shape(layers["C1"]) == (6, 28, 28)
    assert list(layers) == ["input", "C1", "S2", "C3", "S4", "C5", "F6", "output"]


def test_a_mistake_is_told_in_a_sentence(client):
    with pytest.raises(Exception, match="A point must be a pair of finite numbers"):
        client.predict([[["a", 1]]], api_name="/recognize")


def test_nothing_but_the_promised_endpoints_is_public(client):
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/recognize", "/activations", "/scan"}


def post(server, path, body, headers=None):
    request = urllib.request.Request(
        server.url + path, body, {"Content-Type": "application/json", **(headers or {})}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def component_with(server, function):
    with urllib.request.urlopen(server.url + "config") as response:
        components = json.load(response)["components"]
    return next(c["id"] for c in components if function in (c["props"].get("server_fns") or []))


def call(server, function, data):
    body = {"data": data, "component_id": component_with(server, function), "fn_name": function, "session_hash": "t"}
    return post(server, "gradio_api/component_server", json.dumps(body).encode())


def test_the_pages_own_call(server):
    status, body = call(server, "see", {"ink": SEVEN, "sequence": 3})
    assert (status, json.loads(body)["digit"]) == (200, 7)


@pytest.mark.parametrize("data", [None, "x", {"ink": [[[1e400, 0]]]}, {"ink": [[["x"] * 50_000]]}, [[[[[]]]]]])
def test_hostile_calls_get_an_error_as_data(server, data):
    status, body = call(server, "see", data)
    assert status == 200
    assert 10 < len(json.loads(body)["error"]) < 200


def test_a_body_of_50_mb_is_refused(server):
    status, body = post(server, "gradio_api/component_server", b" " * 50_000_000)
    assert status == 413
    assert b"too large" in body


def test_a_chunked_body_without_a_length_is_cut_off(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    chunks = (b" " * 100_000 for _ in range(60))
    try:
        connection.request(
            "POST", "/gradio_api/component_server", chunks, {"Content-Type": "application/json"}, encode_chunked=True
        )
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server hung up before it was all sent, which is as good
    finally:
        connection.close()
    assert call(server, "see", {"ink": SEVEN})[0] == 200


def test_static_files_do_not_show_the_servers_folders(server):
    with urllib.request.urlopen(server.url) as response:
        page = response.read().decode()
    assert "/gradio_api/file=demo@" in page
    assert not re.search(r"file=/", page)
    for outside in ("gradio_api/file=demo/app.py", "gradio_api/file=requirements.txt"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(server.url + outside)
        assert refused.value.code == 404


def test_no_traceback_reaches_the_log_for_a_visitors_mistake(server):
    call(server, "see", {"ink": "x"})
    assert "Traceback" not in server.logged()


def test_what_is_refused_writes_little_into_the_log(server):
    before = len(server.logged())
    calls = [
        ("gradio_api/component_server", b'{"component_id": 99999, "fn_name": "see", "data": {}}'),
        ("gradio_api/component_server", b"{"),
        ("gradio_api/run/recognize", b'{"data": []}'),
        ("gradio_api/run/recognize", b'{"data": ["x"]}'),
        ("gradio_api/run/recognize", b'{"data": [[]], "fn_index": 2}'),
        ("gradio_api/run/recognize", b'{"data": [[]], "fn_index": 99}'),
        ("gradio_api/run/scan", b'{"data": []}'),
        ("gradio_api/run/scan", b'{"data": [' + b"[" * 600 + b"]" * 600 + b"]}"),
        ("gradio_api/call/v2/recognize", b'{"ink": [], "session_hash": "a"}'),
        ("gradio_api/run/recognize", b'{"data": [[]], "fn_index": "x"}'),
        ("gradio_api/run/recognize", b'{"data": [[]], "session_hash": 7}'),
        ("gradio_api/queue/join", b'{"data": [[]], "fn_index": 0}'),
        ("gradio_api/queue/join", b'{"data": [[]], "fn_index": 0, "session_hash": "a", "trigger_id": "x"}'),
        ("gradio_api/call/recognize", b'{"data": [[]], "event_data": 7}'),
        ("gradio_api/upload", b"x" * 100_000),
    ]
    for path, body in calls * 3:
        post(server, path, body)
    with socket.create_connection(("127.0.0.1", server.port)) as broken:
        broken.sendall(b"POST /gradio_api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\nabc")
    with socket.create_connection(("127.0.0.1", server.port)) as broken:
        broken.sendall(b"no HTTP at all\r\n\r\n")
        broken.recv(1_000)
    assert call(server, "see", {"ink": SEVEN})[0] == 200
    written = server.logged()[before:]
    assert len(written.encode()) <= 300 * 3, written
    assert "Traceback" not in written
