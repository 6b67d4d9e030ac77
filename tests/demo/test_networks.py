"""Networks that visitors bring: opened, explored as the bundled one is, forgotten in time, known to nobody else."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import orjson
import pytest
import torch

import lenet
from demo import digit, networks
from lenet import moments
from lenet.architecture import BEFORE
from lenet.own.conventions import open_network
from lenet.recognize import traced_by
from tests.demo.test_digit import run, weights_in
from tests.lenet.own.test_network import FORMS, Weights, network_of, weights_of

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
SECRET = "0123456789abcdef" * 2


def in_base64(weights: Weights) -> str:
    file = io.BytesIO()
    torch.save(weights, file)
    return base64.b64encode(file.getvalue()).decode()


def brought(form: str, secret: str = SECRET) -> dict[str, Any]:
    """The server's answer to a file, and of its ways the one that the form is meant to be run with."""
    reply = run(networks.network({"file": in_base64(FORMS[form][2]), "secret": secret}))
    own = networks._KEPT.get(reply["network"].split(".")[0])
    number = next(each.number for each in own.candidates if each.architecture == meant(form, own.candidates))
    return run(networks.network({"network": f"{reply['network'].split('.')[0]}.{number}"}))


def meant(form: str, candidates: Any) -> Any:
    way = FORMS[form][1]
    biased = candidates[0].architecture.biased
    return type(way)(way.convolutions, way.connected, biased, way.activation, way.pooling, way.scaling)


@pytest.fixture(autouse=True)
def emptied(monkeypatch):
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pre_activation", [False, True])
def test_every_layer_of_an_own_network_is_sent(form: str, pre_activation: bool):
    told = brought(form)
    request = {"ink": SEVEN, "sequence": 3, "network": told["network"], "pre_activation": pre_activation}
    answer, brief = run(digit.see(request)), run(digit.see_briefly(request))
    traced = traced_by(network_of(form), lenet.rasterize(SEVEN))
    wanted = {**traced.output, **(traced.pre_activation if pre_activation else {})}
    flat = np.frombuffer(base64.b64decode(answer["values"]), "<f2").astype(np.float32)
    ends = np.cumsum([layer["maps"] * layer["height"] * layer["width"] for layer in told["layers"]])
    assert len(flat) == ends[-1]
    for layer, values in zip(told["layers"], np.split(flat, ends[:-1])):
        np.testing.assert_allclose(values, wanted[layer["name"]].flatten(), rtol=1e-3, atol=1e-3)
    assert answer["threshold"] is None  # it was never told what is no digit
    assert answer["digit"] == int(traced.logits.argmax())
    assert brief["whole"] == (pre_activation or told["pooling"] != "max")
    sent = [layer for layer in told["layers"] if brief["whole"] or layer["kind"] != "pooling"]
    sizes = [(each["maps"], each["height"] * each["width"]) for each in sent]
    assert len(brief["values"]) == sum(maps * (4 + area if area > 1 else 2) for maps, area in sizes)


def test_a_network_is_described_as_it_is_run():
    told = brought("10-20-50-10, pooled before")
    assert (told["activation"], told["pooling"], told["scaling"]) == ("tanh", BEFORE, "−1 to 1")
    assert [(layer["name"], layer["maps"]) for layer in told["layers"]][1:] == [
        ("C1", 10), ("S2", 10), ("C3", 20), ("S4", 20), ("C5", 50), ("output", 10),
    ]  # fmt: skip
    assert [row["layer"] for row in told["ledger"]] == ["C1", "S2", "C3", "S4", "C5", "output"]
    mine = next(way for way in told["ways"] if way["network"] == told["network"])
    assert mine["called"] == "tanh, average before the activation, pixels −1 to 1"
    others = [way["called"] for way in told["ways"]]
    assert len(set(others)) == len(others) > 60  # each can be told from the others


def test_cells_kernels_snippets_and_downloads_are_of_the_network_that_is_asked_about():
    told = brought("8-16-128-64-10")
    about = {"ink": SEVEN, "network": told["network"]}
    model = network_of("8-16-128-64-10")
    traced = traced_by(model, lenet.rasterize(SEVEN))
    shown = run(digit.see({**about, "cell": ["C5", 127, 0, 0]}))["explanation"]
    assert shown["value"] == pytest.approx(float(traced.output["C5"][0, 127]), abs=1e-5)
    kernels = run(digit.kernels({"network": told["network"]}))
    wanted = model.get_parameter("C3.weight").tolist()
    np.testing.assert_allclose(weights_in(kernels["C3"]), wanted, rtol=1e-3, atol=1e-6)
    code = run(digit.snippet({**about, "cell": ["C5", 127, 0, 0], "name": 'my "net".pth'}))["code"]
    assert (
        'lenet.load("my \\"net\\".pth", activation="ReLU", pooling="max", scaling="0 to 1", sizes="28 14 10 5")'
        in code
    )
    archive = np.load(io.BytesIO(base64.b64decode(run(digit.download(about))["npz"])))
    np.testing.assert_allclose(archive["F6"], traced.output["F6"][0], atol=1e-6)
    assert "C5 has maps 0 to 127" in run(digit.see({**about, "cell": ["C5", 128, 0, 0]}))["error"]
    assert run(digit.see({"ink": SEVEN}))["digit"] == 7  # and the bundled one is what it was


def test_kernels_that_are_too_many_to_be_shown_are_left_out():
    weights = {name: each.repeat(12, *[1] * (each.dim() - 1)) for name, each in FORMS["odd sizes"][2].items()}
    weights["layer1.weight"] = weights["layer1.weight"].repeat(1, 12, 1, 1)
    weights["layer2.weight"] = weights["layer2.weight"][:10].repeat(1, 12)
    weights["layer2.bias"] = weights["layer2.bias"][:10]
    told = run(networks.network({"file": in_base64(weights), "secret": SECRET}))
    kernels = run(digit.kernels({"network": told["network"]}))
    assert kernels["C1"]["weight"] is not None
    assert kernels["C3"]["weight"] is None  # 96 times 48 of them
    assert len(kernels["C3"]["bias"]) == 96


CALLS = {
    "see": digit.see, "see_briefly": digit.see_briefly, "snippet": digit.snippet, "kernels": digit.kernels,
    "download": digit.download, "network": networks.network,
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_copy_that_does_not_know_a_network_says_so(call: str):
    reply = run(CALLS[call]({"ink": SEVEN, "cell": ["C1", 0, 0, 0], "network": f"{'0' * 32}.0", "sequence": 1}))
    assert reply["unknown"] is True
    assert "open its file again" in reply["error"]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("reference", [5, "", "x", "0" * 32, f"{'0' * 32}.", f"{'0' * 32}.-1", [], {}, True])
def test_what_is_no_reference_is_told(call: str, reference: Any):
    reply = run(CALLS[call]({"ink": SEVEN, "cell": ["C1", 0, 0, 0], "network": reference}))
    assert "what the server called it" in reply["error"]
    assert "unknown" not in reply


def test_a_way_that_there_is_not_is_told():
    sum_ = brought("textbook")["network"].split(".")[0]
    assert "one of its ways" in run(digit.see({"ink": SEVEN, "network": f"{sum_}.9999"}))["error"]


@pytest.mark.parametrize(
    "request_",
    [{"file": None}, {"file": "!"}, {"file": "AAAA"}, {"file": "AAAA", "secret": "x"}, {"file": 5, "secret": SECRET},
     {"file": "é", "secret": SECRET}, {"file": "AAAA", "secret": SECRET.upper()}, None, 5, {}],
    ids=repr,
)  # fmt: skip
def test_what_is_no_file_gets_a_sentence(request_: Any):
    reply = run(networks.network(request_))
    assert set(reply) == {"error"}
    assert "Something went wrong" not in reply["error"]


def test_a_file_that_is_no_network_gets_the_librarys_sentence():
    reply = run(networks.network({"file": base64.b64encode(b"conv1.weight = 5").decode(), "secret": SECRET}))
    assert "no weights that can be read" in reply["error"]


def test_who_has_the_same_file_cannot_find_out_that_it_is_there():
    mine, other = brought("textbook"), brought("textbook", "f" * 32)
    assert mine["network"].split(".")[0] != other["network"].split(".")[0]
    assert brought("textbook")["network"] == mine["network"]  # any copy calls it the same


def test_the_network_used_longest_ago_goes_first():
    kept = networks.Kept(most=3 * networks.size_of(small()))
    owns = {name: small() for name in "abcd"}
    for name in "abc":
        kept.put(name, owns[name])
    assert kept.get("a") is owns["a"]
    kept.put("a", owns["a"])  # once more is not one more
    kept.put("d", owns["d"])
    assert list(kept.by_sum) == ["c", "a", "d"]
    assert kept.held == 3 * networks.size_of(owns["a"])
    with pytest.raises(networks.UnknownNetwork):
        kept.get("b")


def small() -> Any:
    file = io.BytesIO()
    torch.save(FORMS["odd sizes"][2], file)
    return open_network(file.getvalue())


def test_large_networks_are_run_off_the_event_loop(monkeypatch):
    threads = []

    async def noted(function, *arguments):
        threads.append(function)
        return function(*arguments)

    told = brought("8-16-128-64-10")
    monkeypatch.setattr(digit.LARGE, "run", noted)
    run(digit.see({"ink": SEVEN, "network": told["network"]}))
    assert threads == []
    monkeypatch.setattr(digit, "_WORK_AT_ONCE", 500_000)
    run(digit.see({"ink": SEVEN, "network": told["network"]}))
    run(digit.see({"ink": SEVEN}))
    assert len(threads) == 1


@pytest.mark.parametrize("name", ["lenet5-1998", "textbook"])
def test_the_other_bundled_networks_are_chosen_by_name(name: str):
    told = run(networks.network({"network": name}))
    assert told["testError"] == lenet.card(name)["measured"]["mnist"]["test_error_percent"]
    assert sum(layer["parameters"] for layer in told["layers"]) == lenet.card(name)["parameters"]
    answer = run(digit.see({"ink": SEVEN, "network": name, "cell": ["output", 7, 0, 0]}))
    assert (answer["digit"], answer["threshold"]) == (7, None)
    assert answer["explanation"]["kind"] == ("distances" if name == "lenet5-1998" else "fully connected")
    code = run(digit.snippet({"ink": SEVEN, "network": name, "cell": ["S2", 1, 2, 3], "name": "x"}))["code"]
    assert f'lenet.load("{name}")' in code
    assert set(run(digit.kernels({"network": name}))) == {"C1", "C3"}


def test_moments_of_training_are_networks_too():
    told = run(networks.network({"network": "moments"}))
    last = len(moments.networks()) - 1
    assert told["network"] == f"moment-{last}"
    assert told["moments"] == moments.curves()
    for moment in (0, last):
        answer = run(digit.see({"ink": SEVEN, "network": f"moment-{moment}"}))
        logits = traced_by(moments.networks()[moment], lenet.rasterize(SEVEN)).logits[0]
        assert answer["logits"] == pytest.approx(logits.tolist(), abs=1e-5)
    assert answer["digit"] == 7
    assert "what the server called it" in run(digit.see({"ink": SEVEN, "network": f"moment-{last + 1}"}))["error"]
    code = run(digit.snippet({"ink": SEVEN, "network": "moment-0", "cell": ["C1", 0, 0, 0]}))["code"]
    assert "lenet.moments.networks()[0]" in code


def test_labels_come_with_the_file():
    weights = weights_of((4, 1, 5, 5), (8, 4, 5, 5), (26, 128))
    letters = [chr(ord("A") + i) for i in range(26)]
    told = run(networks.network({"file": in_base64(weights), "secret": SECRET, "labels": letters}))
    assert list(told["layers"][-1]["labels"]) == letters
    answer = run(digit.see({"ink": SEVEN, "network": told["network"]}))
    assert len(answer["probabilities"]) == 26
    refused = run(networks.network({"file": in_base64(weights), "secret": SECRET}))
    assert "26 outputs" in refused["error"]
    refused = run(networks.network({"file": in_base64(weights), "secret": SECRET, "labels": "letters"}))
    assert "labels must be a list" in refused["error"]


def test_texts_that_cannot_be_sent_are_no_trouble():
    odd = "\ud800"
    told = brought("odd sizes")
    about = {"ink": SEVEN, "network": told["network"], "cell": ["C1", 0, 0, 0]}
    assert 'lenet.load("lenet.pth"' in run(digit.snippet({**about, "name": odd}))["code"]
    assert 'xxx.pth", activation' in run(digit.snippet({**about, "name": "x" * 200 + ".pth"}))["code"]
    # A file may be called as a bundled network is.
    assert 'lenet.load("moment-3", activation' in run(digit.snippet({**about, "name": "moment-3"}))["code"]
    refused = run(networks.network({"file": in_base64(FORMS["odd sizes"][2]), "secret": SECRET, "labels": [odd, "b"]}))
    assert "labels must be a list" in refused["error"]
    raw = {odd: {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}
    text = json.dumps(raw).encode()
    content = len(text).to_bytes(8, "little") + text + bytes(8)
    refused = run(networks.network({"file": base64.b64encode(content).decode(), "secret": SECRET}))
    assert json.dumps(refused).isascii()
    orjson.dumps(refused)


def test_the_room_that_a_network_takes_counts_its_ways():
    own = small()
    weights = sum(each.nbytes for pair in own.weights for each in pair if each is not None)
    assert networks.size_of(own) >= weights + 1_000 * len(own.candidates)


def test_just_the_network_as_it_is_shipped_knows_what_is_no_digit():
    scribble = [[[0.2 + 0.6 * (i % 2), 0.2 + 0.02 * i] for i in range(28)]]
    last = len(moments.networks()) - 1
    assert run(digit.see({"ink": scribble}))["verdict"] == "no digit"
    assert run(digit.see({"ink": scribble, "network": f"moment-{last}"}))["verdict"] == "no digit"
    assert run(digit.see({"ink": scribble, "network": f"moment-{last - 1}"}))["digit"] is not None
    assert run(digit.see({"ink": scribble, "network": "textbook"}))["digit"] is not None
