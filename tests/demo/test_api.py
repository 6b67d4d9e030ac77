"""The endpoints for scripts and agents: what they answer is what they describe, and the printed examples run."""

import json
import shutil
import subprocess
import sys
import urllib.request
from typing import Any

import gradio as gr
import numpy as np
import pytest
from gradio.utils import get_function_description
from gradio_client import Client

import lenet
from demo import api, app, digit, line
from demo.api import ANSWERS, SEVEN, SEVENTEEN, TAKES
from lenet.ink import checked, segments
from lenet.model import LAYERS
from tests.demo.test_digit import run
from tests.demo.test_line import LINE, photo

DESCRIBED = app.demo.get_api_info()["named_endpoints"]


def test_a_digit_is_read():
    recognized = run(api.recognize(SEVEN))
    assert recognized["digit"] == 7
    assert sum(recognized["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert recognized == {key: value for key, value in run(digit.see({"ink": SEVEN})).items() if key in recognized}


@pytest.mark.parametrize("blank", [[], [[]], [[], []]])
def test_nothing_drawn_has_no_probabilities(blank):
    recognized = run(api.recognize(blank))
    assert (recognized["digit"], recognized["verdict"], recognized["probabilities"]) == (None, "blank", None)
    assert (recognized["candidates"], recognized["score"]) == (None, None)


def test_activations_are_every_layer_and_the_sums_before_it():
    shown = run(api.activations(SEVEN))
    traced = lenet.trace(lenet.rasterize(SEVEN))
    assert shown["digit"] == 7
    assert list(shown["layers"]) == [layer.name for layer in LAYERS]
    for name, value in traced.output.items():
        np.testing.assert_array_equal(np.array(shown["layers"][name], np.float32), value[0])
    assert set(shown["pre_activations"]) == set(traced.pre_activation)
    for name, value in traced.pre_activation.items():
        np.testing.assert_array_equal(np.array(shown["pre_activations"][name], np.float32), value[0])
    # Told apart from other float32, they are not longer than that takes.
    assert max(len(str(number)) for number in np.ravel(shown["layers"]["C1"])) <= 14


def test_activations_can_be_asked_by_layer():
    whole = run(api.activations(SEVEN))
    some = run(api.activations(SEVEN, ["F6", "S4"]))
    assert some["layers"] == {name: whole["layers"][name] for name in ("S4", "F6")}
    assert some["pre_activations"] == {"F6": whole["pre_activations"]["F6"]}
    assert run(api.activations(SEVEN, []))["layers"] == {}
    assert len(json.dumps(some)) < len(json.dumps(whole)) / 20


@pytest.mark.parametrize("layers", ["C1", ["C2"], [1], [["C1"]], {"C1": 1}])
def test_layers_that_there_are_not_are_told(layers):
    with pytest.raises(gr.Error, match="input, C1, S2, C3, S4, C5, F6, output") as told:
        run(api.activations(SEVEN, layers))
    assert not told.value.print_exception


def test_mistakes_are_told_in_a_sentence_and_not_in_the_log():
    for call in (api.recognize("x"), api.activations("x"), api.scan("x")):  # type: ignore[arg-type]
        with pytest.raises(gr.Error, match="list of strokes") as told:
            run(call)
        assert not told.value.print_exception
    with pytest.raises(gr.Error, match="at most 120 strokes"):
        run(api.scan([[]] * 121))


def test_a_line_is_what_the_page_finds():
    answer = run(line.scan({"ink": LINE}))
    assert run(api.scan(LINE)) == [
        {key: found[key] for key in ("digit", "confidence", "box")} for found in answer["detections"]
    ]


def test_a_line_is_ink_or_a_picture_and_not_both():
    for ink, picture in ((None, None), (LINE, "AAAA")):
        with pytest.raises(gr.Error, match="either ink or a picture"):
            run(api.scan(ink, picture))
    # Clients send the example beside a picture, for it is the default that they are told.
    assert [each["digit"] for each in run(api.scan(SEVENTEEN, photo()))] == [2, 0, 2, 6]
    assert [each["digit"] for each in run(api.scan(SEVENTEEN))] == [1, 7]


def test_boxes_of_a_picture_are_in_its_heights():
    found = run(api.scan(None, photo()))
    start, end = segments(checked(LINE))
    points = np.concatenate([start, end]) * 200 / 220
    assert found[0]["box"][0] == pytest.approx(points[:, 0].min(), abs=0.06)
    assert found[-1]["box"][2] == pytest.approx(points[:, 0].max(), abs=0.06)
    assert min(each["box"][1] for each in found) == pytest.approx(points[:, 1].min(), abs=0.06)
    assert max(each["box"][3] for each in found) == pytest.approx(points[:, 1].max(), abs=0.06)


def fits(value, schema):
    """Whether a value is what a schema says, each field of it being described there."""
    if "oneOf" in schema:
        return any(fits(value, each) for each in schema["oneOf"])
    if schema["type"] == "object":
        fields = schema["properties"]
        told = isinstance(value, dict) and set(value) <= set(fields)
        return told and all(fields[name]["description"] and fits(each, fields[name]) for name, each in value.items())
    if schema["type"] == "array":
        right = isinstance(value, list) and schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1e9)
        return right and all(fits(each, schema["items"]) for each in value)
    kinds: dict[str, Any] = {"null": type(None), "integer": int, "number": (int, float), "string": str}
    return isinstance(value, kinds[schema["type"]]) and value in schema.get("enum", [value])


@pytest.mark.parametrize("ink", [SEVEN, [], LINE, [[[0.5, 0.5]]]])
def test_every_field_of_an_answer_is_described(ink):
    for function in (api.recognize, api.activations, api.scan):
        answer = run(function(ink))
        assert fits(answer, ANSWERS[function.__name__])
        fields = ANSWERS[function.__name__].get("properties")
        assert not fields or set(answer) == set(fields)


def test_an_answer_with_a_field_more_or_of_another_kind_would_not_fit():
    answer = run(api.recognize(SEVEN))
    assert fits(answer, ANSWERS["recognize"])
    for wrong in ({"more": 1}, {"digit": "7"}, {"verdict": "sure"}, {"logits": [1.0]}, {"score": "1"}):
        assert not fits({**answer, **wrong}, ANSWERS["recognize"])


def test_what_is_described_is_what_clients_are_told():
    for name, endpoint in DESCRIBED.items():
        takes = TAKES[name[1:]]
        assert [each["parameter_name"] for each in endpoint["parameters"]] == list(takes)
        for each in endpoint["parameters"]:
            assert {key: each["type"][key] for key in takes[each["parameter_name"]]} == takes[each["parameter_name"]]
            assert len(each["python_type"]["description"]) > 20
        assert [each["type"] for each in endpoint["returns"]] == [ANSWERS[name[1:]]]
    required = {
        name: [not each["parameter_has_default"] for each in DESCRIBED[name]["parameters"]] for name in DESCRIBED
    }
    assert required == {"/recognize": [True], "/activations": [True, False], "/scan": [False, False]}


def test_tools_for_agents_have_names_and_parameters_that_are_described():
    assert {each.api_name: each.fn.__name__ for each in app.demo.fns.values()} == {each: each for each in TAKES}
    for function in app.demo.fns.values():
        said, parameters, answer = get_function_description(function.fn)
        assert 20 < len(said) < 80
        assert list(parameters) == list(TAKES[function.api_name])
        assert all(len(each) > 20 for each in parameters.values())
        assert len(" ".join(answer)) > 50


@pytest.fixture(scope="module")
def printed(server):
    """The examples that Gradio's page prints: endpoint -> language -> code."""
    with urllib.request.urlopen(server.url + "gradio_api/info") as answer:
        endpoints = json.load(answer)["named_endpoints"]
    return {name: endpoint["code_snippets"] for name, endpoint in endpoints.items()}


FINDS = pytest.mark.parametrize(
    ("endpoint", "finds"), [("/recognize", '"digit":7'), ("/activations", '"C1":['), ("/scan", '"digit":7')]
)


def spoken(output):
    return output.replace(" ", "").replace("'", '"')


def test_every_example_has_values_that_are_taken(printed):
    assert set(printed) == {"/recognize", "/activations", "/scan"}
    for snippets in printed.values():
        assert set(snippets) == {"python", "javascript", "bash", "cli"}
        for code in snippets.values():
            assert "..." not in code
            assert any(point in "".join(code.split()) for point in ("[0.45,0.8]", "[0.75,0.8]"))


@FINDS
def test_the_example_in_python_runs_as_printed(printed, endpoint, finds):
    ran = subprocess.run(
        [sys.executable, "-c", printed[endpoint]["python"]], capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    assert finds in spoken(ran.stdout)


@FINDS
def test_the_example_for_curl_runs_as_printed(printed, endpoint, finds):
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    # Printed for shells that run the last part of a pipe themselves, as zsh does.
    shell = ["bash", "-O", "lastpipe", "-c", printed[endpoint]["bash"]]
    ran = subprocess.run(shell, capture_output=True, text=True, timeout=60)
    assert "event: complete" in ran.stdout, ran.stderr
    assert finds in spoken(ran.stdout)


def test_a_picture_alone_by_name(server):
    client = Client(server.url, verbose=False, analytics_enabled=False)
    assert [each["digit"] for each in client.predict(picture=photo(), api_name="/scan")] == [2, 0, 2, 6]
