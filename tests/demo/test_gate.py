"""The gate before Gradio: what is open and why, what is refused, and with which headers all is answered."""

import json
import re

import gradio as gr
import pytest

from demo import app, doors, endpoints, files, limits, part
from demo.files import STATIC, browsers
from demo.gate import VERSION, gate
from demo.scripts import bare
from tests.demo.test_digit import SEVEN

JSON = {"content-type": "application/json"}
INK = {"data": [SEVEN]}


def component(function):
    """The number of the part of the page that calls this function."""
    return next(number for number, block in app.demo.blocks.items() if hasattr(block, function))


def page_call(function, data, **more):
    return {"component_id": component(function), "fn_name": function, "data": data, "session_hash": "me", **more}


def test_every_door_says_why_it_is_open_and_only_endpoints_are_public():
    assert all(len(door.why) > 5 for door in doors.DOORS)
    assert {door.path.split("/")[1] for door in doors.DOORS if door.public} == {"config", "gradio_api"}
    assert not any("component_server" in door.path or "file=" in door.path for door in doors.DOORS if door.public)


def test_other_sites_may_read_what_clients_need_and_nothing_else():
    answers = ["run/scan", "api/scan", "call/scan", "call/v2/scan/", "queue/join"]
    told = ["info", "openapi.json", "call/scan/0a", "call/v2/scan/0a", "queue/data", "heartbeat/0a", "app_id"]
    public = [("POST", each) for each in answers] + [("GET", each) for each in told]
    doors_found = [doors.door_of(method, f"/gradio_api/{path}") for method, path in public]
    doors_found.append(doors.door_of("GET", "/config"))
    assert all(door and door.public for door in doors_found)
    assert {door for door in doors.DOORS if door.public} == set(doors_found)


def test_a_mounted_page_has_its_styles(client):
    config = client.get("config").json()
    assert all(file.read_text("utf-8") in config["css"] for file in part.PAGE_STYLES)
    assert app.demo.theme is app.THEME


def routes(application):
    """Method and path of every route of Gradio's, with something put in for each parameter."""
    for route in application.routes:
        if router := getattr(route, "original_router", None):  # FastAPI keeps an included router as it is
            yield from routes(router)
        for method in getattr(route, "methods", None) or []:
            yield method, re.sub(r"\{\w+(:path)?\}", "x", route.path)


# What of Gradio's routes can be reached; everything else is closed. A new one of Gradio's is closed, too.
OPEN = {
    "/", "/assets/x", "/static/x", "/svelte/x", "/theme.css", "/gradio_api/theme.css", "/favicon.ico", "/robots.txt",
    "/manifest.json", "/config", "/config/", "/gradio_api/info", "/gradio_api/info/",
    "/gradio_api/openapi.json", "/gradio_api/component_server", "/gradio_api/component_server/",
    "/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/heartbeat/x", "/gradio_api/startup-events",
    "/gradio_api/app_id", "/gradio_api/app_id/",
}  # fmt: skip


def test_of_gradios_routes_no_other_is_open():
    application = gr.routes.App.create_app(app.demo, app_kwargs=gate(app.demo))
    found = list(routes(application))
    assert len(found) > 60
    assert {path for method, path in found if doors.door_of(method, path)} == OPEN
    for name in doors.ENDPOINTS:  # in these stand names for parameters
        assert doors.door_of("POST", f"/gradio_api/run/{name}")
        assert doors.door_of("POST", f"/gradio_api/call/{name}")
        assert doors.door_of("GET", f"/gradio_api/call/{name}/0a1b")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "gradio_api/upload"), ("GET", "gradio_api/upload_progress?upload_id=1"), ("POST", "login"),
        ("GET", "gradio_api/file=/etc/passwd"), ("GET", "gradio_api/file=demo/app.py"),
        ("GET", "gradio_api/file=demo/experiments/__init__.py"),
        ("GET", "gradio_api/file=demo/static/.hidden"), ("GET", "gradio_api/file=demo/static/core/nope.js"),
        ("GET", "gradio_api/file=demo/static/core"), ("GET", "gradio_api/file=https://127.0.0.1/x.js"),
        ("GET", "gradio_api/proxy=https://127.0.0.1/"), ("GET", "gradio_api/run-history/records"),
        ("GET", "gradio_api/heartbeat/" + "x" * 101), ("DELETE", "config"), ("POST", "gradio_api/run/see"),
        ("OPTIONS", "gradio_api/component_server"), ("GET", "monitoring/summary"), ("PUT", "assets/index.js"),
    ],
)  # fmt: skip
def test_what_nobody_needs_is_closed(client, method, path):
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.json() == {"error": "There is nothing at this address."}


def test_the_page_its_files_and_its_endpoints_are_open(client):
    assert "LeNet-5" in client.get("").text
    assert client.head("").status_code == 200
    script = client.get(f"gradio_api/file=demo@{VERSION}/static/core/live.js")
    assert script.text == bare((STATIC / "core" / "live.js").read_text("utf-8"))
    for accepted in ("br, gzip", "gzip", "identity"):
        packed = client.get(script.url, headers={"accept-encoding": accepted})
        assert packed.headers.get("content-encoding", "identity") == accepted.split(",")[0]
        assert packed.text == script.text
    assert client.get("gradio_api/file=demo/static/flow.svg").text == (STATIC / "flow.svg").read_text("utf-8")
    # The same module by either address: whoever imports it without a version gets the page's own.
    stand_in = client.get("gradio_api/file=demo/static/core/live.js")
    assert stand_in.text == f'export * from "../../../file=demo@{VERSION}/static/core/live.js";\n'
    assert stand_in.headers["content-type"] == "text/javascript"
    older = client.get("gradio_api/file=demo@0123456789ab/static/core/live.js")  # of another copy's page
    assert (older.status_code, older.headers["cache-control"]) == (200, "no-cache")
    assert client.get("gradio_api/file=demo@0123/static/core/live.js").status_code == 404
    assert set(client.get("gradio_api/info").json()["named_endpoints"]) == {f"/{name}" for name in doors.ENDPOINTS}
    answer = client.post("gradio_api/run/recognize", json=INK)
    assert answer.json()["data"][0]["digit"] == 7


def test_of_an_experiment_a_browser_gets_the_script_and_the_style_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("demo.files.DEMO", tmp_path)
    for name in ("static/core/x.js", "static/x.svg", "experiments/push/push.js", "experiments/push/push.css"):
        assert browsers(name) is None
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        assert browsers(name) == tmp_path / name
    for name in ("experiments/push/push.py", "app.py", "other/x.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        assert browsers(name) is None


def test_no_way_leads_out_of_the_pages_folder():
    for path in ("../app.py", "core/../../x.py", "core//x.js", "./x.js", "/etc/x", "core/%2e%2e/x", "core\\x.js"):
        assert not doors.door_of("GET", f"/gradio_api/file=demo/static/{path}")


def test_every_answer_has_the_headers_and_lets_the_hub_show_the_page(client):
    for answer in (client.get(""), client.get("nowhere"), client.post("gradio_api/run/recognize", json=INK)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'self' https://huggingface.co https://*.hf.space" in policy
        assert "x-frame-options" not in answer.headers


def test_files_under_their_version_are_kept_for_ever_and_nothing_else(client):
    script = "core/live.js"
    kept = client.get(f"gradio_api/file=demo@{VERSION}/static/{script}").headers["cache-control"]
    assert kept == "public, max-age=31536000, immutable"
    assert client.get(f"gradio_api/file=demo/static/{script}").headers["cache-control"] == "no-store"
    assert client.get("gradio_api/file=demo/static/flow.svg").headers["cache-control"] == "no-cache"
    assert client.get("").headers["cache-control"] == "no-cache"
    assert client.get("assets/nothing.js").headers["cache-control"] == "no-cache"
    assert (
        client.post("gradio_api/component_server", json=page_call("kernels", {})).headers["cache-control"]
        == "no-store"
    )


def test_the_version_is_of_what_the_files_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "STATIC", tmp_path)
    (tmp_path / "a.js").write_text("1")
    first = files.version()
    (tmp_path / "a.js").write_text("2")
    assert files.version() != first
    assert VERSION in part._LOAD


def test_scripts_of_other_sites_may_call_endpoints_and_nothing_else(client):
    other = {"origin": "https://example.org", "host": "lenet.example.com"}
    told = client.get("gradio_api/info", headers=other).headers
    assert told["access-control-allow-origin"] == "https://example.org"
    asked = client.options("gradio_api/run/recognize", headers={**other, "access-control-request-method": "POST"})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "https://example.org"
    for answer in (
        client.get("", headers=other),
        client.post("gradio_api/component_server", json=page_call("kernels", {}), headers=other),
        client.get("nowhere", headers=other),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_page_is_answered_by_its_own_functions(client):
    answer = client.post("gradio_api/component_server/", json=page_call("see", {"ink": SEVEN, "sequence": 4}))
    assert (answer.json()["sequence"], answer.json()["digit"]) == (4, 7)
    assert "busy" not in answer.json()


@pytest.mark.parametrize(
    "call",
    [
        page_call("see", {}, fn_name="postprocess"), page_call("see", {}, fn_name=["see"]), {"data": {}},
        page_call("see", {}, component_id=10**6), page_call("see", {}, component_id="1"),
        page_call("see", {}, component_id=[1]), page_call("see", {}, fn_name="__init__"),
    ],
)  # fmt: skip
def test_unknown_functions_of_the_page_are_told_so(client, call):
    answer = client.post("gradio_api/component_server", json=call)
    assert answer.json() == {"error": "The page has no such function; reload it."}
    assert answer.status_code == 200  # or the page would not be told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must be JSON"), (b"{", "must be JSON"), (b"[" * 20_000, "must be JSON"), (b"[1]", "JSON object"),
        (b'{"data": %s}' % (b"9" * 5_000), "must be JSON"), (b"\xff", "must be JSON"),
        (json.dumps({"data": [[]] * 30_000}).encode(), "at most 20,000"),
        (json.dumps({"data": [0] * 80_000}).encode(), "at most 20,000"),
        (json.dumps({"data": [[{}] * 200]}).encode(), "at most 20,000"),
        (json.dumps(page_call("see", {}, session_hash="x" * 101)).encode(), "at most 100 letters"),
        (json.dumps(page_call("see", {}, session_hash=["x"])).encode(), "at most 100 letters"),
    ],
)  # fmt: skip
def test_bodies_that_no_page_sends_are_refused(client, content, said):
    answer = client.post("gradio_api/component_server", content=content, headers=JSON)
    assert said in answer.json()["error"]
    refused = client.post("gradio_api/run/recognize", content=content, headers=JSON)
    assert said in refused.json()["error"]
    assert refused.status_code in (400, 413)


@pytest.mark.parametrize(
    ("path", "call", "said"),
    [
        ("run/recognize", {"data": []}, "recognize takes ink"), ("run/recognize", {}, "recognize takes ink"),
        ("run/recognize", {"data": {"ink": []}}, "recognize takes ink"),
        ("call/scan", {"data": [1, 2, 3]}, "scan takes ink and picture"),
        ("call/v2/recognize", {"pen": []}, "recognize takes ink"), ("call/v2/recognize", {}, "recognize takes ink"),
        ("run/recognize", {"data": [{"path": "http://x/", "meta": {"_type": "gradio.FileData"}}]}, "no files"),
        ("run/recognize", {"data": [[[{}]]]}, "no files"), ("call/v2/recognize", {"ink": {}}, "no files"),
        ("run/recognize", {"data": [[[[[1]]]]]}, "lists of points"),
        ("queue/join", {"data": [[]], "fn_index": 99}, "no such endpoint"), ("queue/join", {"data": [[]]}, "no such"),
        ("queue/join", {"data": [[]], "fn_index": True}, "no such"),
        ("queue/join", {"data": [[]], "fn_index": 0}, "session_hash"),
        ("queue/join", {"data": [[]], "fn_index": 0, "session_hash": ""}, "session_hash"),
        ("queue/join", {"data": [[], []], "fn_index": 0}, "takes ink"),
    ],
)  # fmt: skip
def test_calls_that_fit_no_endpoint_are_told_what_does(client, path, call, said):
    answer = client.post(f"gradio_api/{path}", json=call)
    assert answer.status_code in (400, 404)
    assert said in answer.json()["error"]


def test_arguments_by_name_fit_too_and_those_left_out_are_as_by_default(client):
    assert client.post("gradio_api/call/v2/recognize", json={"ink": SEVEN}).json()["event_id"]
    assert client.post("gradio_api/call/v2/scan", json={"ink": SEVEN, "session_hash": "a"}).json()["event_id"]
    assert client.post("gradio_api/run/scan", json={"data": [SEVEN]}).json()["data"][0][0]["digit"] == 7
    assert "Give either ink" in client.post("gradio_api/run/scan", json={"data": []}).json()["error"]


def test_of_a_call_nothing_but_its_arguments_reaches_gradio():
    call = {
        "data": [SEVEN],
        "fn_index": 2,
        "session_hash": "a",
        "trigger_id": 3,
        "event_data": {"x": 1},
        "batched": True,
    }
    assert endpoints.checked(app.demo, "/gradio_api/run/recognize", call) == {"data": [SEVEN]}
    assert endpoints.checked(app.demo, "/gradio_api/call/recognize/", call) == {"data": [SEVEN]}
    joined = endpoints.checked(app.demo, "/gradio_api/queue/join", call | {"data": []})
    assert joined == {"data": [None, None], "fn_index": 2, "session_hash": "a"}


def test_a_session_that_fetches_no_answers_is_stopped(monkeypatch):
    pending = {"a": {str(number) for number in range(20)}, "b": {"1"}}
    monkeypatch.setattr(app.demo._queue, "pending_event_ids_session", pending)
    join = {"data": [SEVEN], "fn_index": 0}
    with pytest.raises(limits.Refused, match="Fetch the answers") as refused:
        endpoints.checked(app.demo, "/gradio_api/queue/join", {**join, "session_hash": "a"})
    assert refused.value.status == 429
    assert endpoints.checked(app.demo, "/gradio_api/queue/join", {**join, "session_hash": "b"})
    pending["a"].pop()
    assert endpoints.checked(app.demo, "/gradio_api/queue/join", {**join, "session_hash": "a"})


def test_answers_that_nobody_fetches_are_kept_for_few_sessions():
    endpoints.bound(app.demo)
    kept = app.demo._queue.pending_messages_per_session
    for number in range(300):
        kept[str(number)] = None
    assert len(kept) == 100
    kept.clear()


def test_numbers_that_no_float_holds_are_refused_as_ink(client):
    for number in (10**400, 1e400, -(10**30)):
        answer = client.post("gradio_api/run/recognize", content=json.dumps({"data": [[[[number, 0]]]]}), headers=JSON)
        assert answer.status_code == 500
        assert "error" in answer.json()


def test_addresses_that_are_too_long_are_refused(client):
    assert client.get("gradio_api/queue/data?session_hash=" + "x" * 400).status_code == 414


def test_a_crowd_is_told_with_answers_and_not_with_refusals(client, monkeypatch):
    monkeypatch.setattr("demo.pulse.Pulse.crowded", lambda _: True)
    seen = client.post("gradio_api/component_server", json=page_call("see", {"ink": SEVEN}))
    assert seen.json()["busy"] is True
    refused = client.post("gradio_api/component_server", json=page_call("see", {"ink": 7}))
    assert "busy" not in refused.json()


def test_a_refused_body_closes_the_connection(client):
    answer = client.post("gradio_api/run/recognize", content=b"x" * 2_000_001, headers=JSON)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json() == {"error": "The request is too large: at most 2 MB can be read at once."}


def test_other_protocols_are_closed(client):
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("gradio_api/queue/data"):
        pass
