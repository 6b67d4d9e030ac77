"""Bundled networks and their cards: found by name or by file, read once, refused when they are damaged or missing."""

import hashlib
import json
import math
import os
import shutil

import pytest
import torch

import lenet
from lenet import weights
from lenet.evaluation.report import MISREAD
from lenet.model import LeNet5
from lenet.weights import WeightsError, card, file_of, load, provenance, save, threshold, write_card


@pytest.fixture(autouse=True)
def read_anew():
    yield
    weights._load.cache_clear()


@pytest.fixture
def network(tmp_path):
    """A network of somebody's own, with its card."""
    file = tmp_path / "mine.pt"
    torch.manual_seed(1)
    save(LeNet5(), file, {"model": "mine", "rejection": {"threshold": 1.5}})
    return file


@pytest.mark.parametrize("name", weights.NAMES)
def test_bundled_weights_are_those_of_their_card(name):
    assert card(name)["weights_sha256"] == hashlib.sha256(file_of(name).read_bytes()).hexdigest()
    assert card(name)["parameters"] == (60_000 if name == "lenet5-1998" else 61_706)


def test_a_model_is_in_eval_mode_and_one_however_it_is_named(monkeypatch):
    assert not load().training
    file = file_of("lenet5")
    monkeypatch.chdir(file.parent)
    assert load() is load("lenet5") is load(file) is load(str(file)) is load("lenet5.pt") is lenet.load()
    assert load("scan") is not load()


def test_a_model_loaded_in_inference_mode_can_still_be_differentiated():
    weights._load.cache_clear()
    with torch.inference_mode():
        load()
    x = torch.rand(1, 1, 28, 28).requires_grad_()
    load()(x).sum().backward()
    assert x.grad is not None


def test_a_network_of_ones_own(network):
    assert not load(network).training
    assert threshold(network) == 1.5
    assert card(network)["measured"] == {}
    assert {"torch", "numpy", "weights_sha256"} <= set(provenance(network))
    seven = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
    assert lenet.recognize(seven, network).threshold == 1.5
    assert not torch.equal(
        torch.tensor(lenet.recognize(seven, network).logits), torch.tensor(lenet.recognize(seven).logits)
    )


def test_the_sum_does_not_depend_on_the_files_name(network):
    other = network.with_name("other.pt")
    save(load(network), other, {})
    assert other.read_bytes() == network.read_bytes()


def test_what_is_written_is_read_anew(network):
    before = load(network)
    torch.manual_seed(2)
    save(LeNet5(), network, {"rejection": {"threshold": 2.5}})
    assert load(network) is not before
    assert threshold(network) == 2.5


def test_a_card_may_be_changed_by_who_asked_for_it():
    card()["measured"].clear()
    assert card()["measured"]["mnist"]["n"] == 10_000
    misread = json.loads(file_of("lenet5").with_suffix(MISREAD).read_text())
    assert len(misread) == round(card()["measured"]["mnist"]["test_error_percent"] * 100)


def refused(call, *said):
    with pytest.raises(WeightsError, match=r"^[^\n]{20,300}\.$") as told:
        call()
    for each in said:
        assert str(each) in str(told.value)


def test_what_is_missing_is_named(monkeypatch, tmp_path, network):
    refused(lambda: load("lenet6"), "lenet6", "lenet5 or scan")
    refused(lambda: load(tmp_path), tmp_path)
    refused(lambda: load(tmp_path / "none.pt"), "none.pt")
    network.with_suffix(".json").unlink()
    assert load(network)  # whoever has a card no more has a network still,
    assert threshold(network) == -math.inf  # which nobody told what is no digit
    refused(lambda: card(network), "mine.json", "missing")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    refused(load, tmp_path / "lenet5.pt", "install")


def test_a_damaged_file_is_told_by_its_sum(tmp_path):
    for name in ("lenet5.pt", "lenet5.json"):
        shutil.copy(file_of("lenet5").with_name(name), tmp_path)
    file = tmp_path / "lenet5.pt"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1  # torch would load it
    file.write_bytes(content)
    refused(lambda: load(file), file, "its card")


@pytest.mark.parametrize("content", [b"x", b"no weights", b"PK\3\4" + bytes(100)])
def test_what_is_no_weights_is_refused(tmp_path, content):
    file = tmp_path / "other.pt"
    file.write_bytes(content)
    refused(lambda: load(file), file, "no weights that can be read")


@pytest.mark.parametrize("state", [{}, {"C1.weight": torch.zeros(1)}, [1, 2], torch.nn.Linear(2, 2).state_dict()])
def test_other_networks_weights_are_refused(tmp_path, state):
    file = tmp_path / "other.pt"
    torch.save(state, file)
    refused(lambda: load(file), file, ".")
    shutil.copy(file_of("lenet5").with_suffix(".json"), file.with_suffix(".json"))
    write_card(file, {**card(file), "weights_sha256": None})
    refused(lambda: load(file), file, "no LeNet-5 weights")


@pytest.mark.parametrize("content", ["", "[]", "{", "3", "[" * 100_000, '"\\ud800"'])
def test_what_is_no_card_is_refused(network, content):
    network.with_suffix(".json").write_text(content)
    refused(lambda: card(network), network.with_suffix(".json"))
    refused(lambda: load(network), network.with_suffix(".json"))


def test_a_network_for_lines_has_no_threshold(network):
    refused(lambda: threshold("scan"), "scan.pt", "lenet5")
    for rejection in ({}, None, [3], {"threshold": "3"}):
        write_card(network, {**card(network), "rejection": rejection})
        refused(lambda: threshold(network), network)
    assert json.loads(network.with_suffix(".json").read_text())["model"] == "mine"


class Harmful:
    """Pickled, it makes a folder when it is read."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def test_a_file_that_would_run_something_is_refused_and_does_not(tmp_path):
    file = tmp_path / "other.pt"
    torch.save({"C1.weight": Harmful(tmp_path / "harm")}, file)
    refused(lambda: load(file), file, "state_dict")
    assert not (tmp_path / "harm").exists()


def test_a_card_is_what_made_the_file_and_what_its_maker_says(network):
    written = save(load(network), network, {"torch": "mine", "seeds": "0.4 ± 0.1"})
    assert card(network) == written
    assert written["torch"] == "mine"
    assert written["parameters"] == 61_706
    text = network.with_suffix(".json").read_text("utf-8")
    assert '\n "seeds": "0.4 ± 0.1"' in text  # for people to read, a line a figure
    assert text.endswith("}\n")


def test_a_card_without_a_sum_is_believed(network):
    write_card(network, {"rejection": {"threshold": 3}})
    assert threshold(network) == 3
    assert not load(network).training
