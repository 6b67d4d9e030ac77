"""Networks for something else than digits: their labels, in the file or beside it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import lenet
from lenet.__main__ import main
from lenet.own.conventions import open_network
from lenet.own.files import OwnError
from tests.lenet.own.test_conventions import npz, safetensors, saved
from tests.lenet.own.test_network import weights_of

LETTERS = [chr(ord("A") + i) for i in range(26)]
WEIGHTS = weights_of((4, 1, 5, 5), (8, 4, 5, 5), (26, 128))


def of_safetensors() -> bytes:
    content = safetensors(WEIGHTS)
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] = {"labels": json.dumps(LETTERS)}
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def of_numpy() -> bytes:
    file = io.BytesIO()
    arrays: dict[str, Any] = {name: each.numpy() for name, each in WEIGHTS.items()}
    np.savez(file, labels=np.array(LETTERS), **arrays)
    return file.getvalue()


FORMS = {
    "beside the weights": lambda: saved({"state_dict": WEIGHTS, "labels": LETTERS}),
    "safetensors": of_safetensors,
    "npz": of_numpy,
}


@pytest.mark.parametrize("form", FORMS)
def test_labels_in_the_file_say_what_its_outputs_are(form: str):
    own = open_network(FORMS[form]())
    assert own.labels == tuple(LETTERS)
    way = own.network.architecture
    assert way.connected == (26,)
    # Nothing can be tried on digits, so it is run as most people run theirs.
    assert (way.activation, way.pooling, way.scaling) == ("ReLU", "max", "0 to 1")
    assert not own.reads


def test_labels_can_be_given_with_it(tmp_path: Path):
    assert open_network(saved(WEIGHTS), tuple(LETTERS)).labels == tuple(LETTERS)
    with pytest.raises(OwnError, match="26 outputs, where 10 are expected"):
        open_network(saved(WEIGHTS))
    with pytest.raises(OwnError, match="26 outputs, where 2 are expected"):
        open_network(saved(WEIGHTS), ("a", "b"))
    file = tmp_path / "letters.pth"
    file.write_bytes(saved(WEIGHTS))
    file.with_suffix(".json").write_text(json.dumps({"labels": LETTERS}))
    with torch.inference_mode():
        assert lenet.load(file)(torch.zeros(2, 1, 28, 28)).shape == (2, 26)
    assert lenet.recognize([[[0.5, 0.2], [0.5, 0.8]]], network=file).probabilities.shape == (26,)


def test_ten_outputs_with_labels_are_run_as_most_people_do_where_they_read_no_digits():
    weights = weights_of((4, 1, 5, 5), (8, 4, 5, 5), (10, 128))
    own = open_network(saved(weights), tuple("abcdefghij"))
    assert not own.reads
    assert own.candidates[0].number == 0
    assert own.labels == tuple("abcdefghij")


@pytest.mark.parametrize(
    "labels", ["A", ["A"], ["A", 5], ["A", ""], ["A", "B" * 41], ["A"] * 101, {"A": 1}, 5, [["A"], ["B"]]]
)
def test_what_are_no_labels_get_a_sentence(labels: Any):
    with pytest.raises(OwnError, match="labels must be a list of 2 to 100 names"):
        open_network(saved({"state_dict": WEIGHTS, "labels": labels}))


def test_a_file_without_labels_is_one_of_digits():
    assert open_network(npz(weights_of((4, 1, 5, 5), (8, 4, 5, 5), (10, 128)))).labels is None


def test_a_network_with_labels_is_not_tried_on_digits_though_it_has_ten_outputs(tmp_path: Path):
    ten = weights_of((4, 1, 5, 5), (8, 4, 5, 5), (10, 128))
    names = ["shirt", "bag", *"abcdefgh"]
    for own in (open_network(saved({"state_dict": ten, "labels": names})), open_network(saved(ten), tuple(names))):
        assert {each.tried for each in own.candidates} == {0}
        assert own.candidates[0].architecture.activation == "ReLU"
    digits = tuple("0123456789")
    assert open_network(saved(ten), digits).candidates[0].tried > 0


def test_predict_says_the_label_and_evaluate_what_was_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file, ink = tmp_path / "fashion.pth", tmp_path / "ink.json"
    names = ["shirt", "bag", *"abcdefgh"]
    torch.save(weights_of((4, 1, 5, 5), (8, 4, 5, 5), (10, 128)), file)
    file.with_suffix(".json").write_text(json.dumps({"labels": names}))
    picture = np.zeros((28, 28), np.uint8)
    picture[6:20, 12:15] = 255
    Image.fromarray(255 - picture).save(tmp_path / "a.png")
    main(["predict", str(tmp_path / "a.png"), "--network", str(file)])
    (told,) = json.loads(capsys.readouterr().out.splitlines()[-1])["predictions"]
    assert told["label"] == names[told["digit"]]
    ink.write_text(json.dumps([{"digit": 1, "strokes": [[[0.5, 0.2], [0.5, 0.8]]]}]))
    main(["evaluate", "--ink", str(ink), "--network", str(file)])
    opened = json.loads(capsys.readouterr().out.splitlines()[-1])["opened_as"]
    assert (opened["activation"], opened["tried_on_digits"]) == ("ReLU", 0)
    assert "own_digits_read_percent" not in opened
    assert main(["evaluate", "--ink", str(ink), "--network", str(file), "--card"]) == 2
    assert "leave out --card" in capsys.readouterr().err
    assert json.loads(file.with_suffix(".json").read_text()) == {"labels": names}
