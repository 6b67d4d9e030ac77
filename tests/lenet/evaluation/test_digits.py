"""Figures as their definitions say, worked out by hand."""

import json
import shutil

import numpy as np
import pytest
import torch

import lenet
from lenet.evaluation import digits as evaluate
from lenet.evaluation.digits import LOOKALIKES, Outcome, calibration_error
from lenet.evaluation.records import read_letters, read_photos
from lenet.ink import checked, rasterize
from lenet.photo import PhotoError
from lenet.synthetic.digits import digit
from tests.gallery import sheet
from tests.junk import auroc


def outcome(confidence, right, score=None):
    """Of digits 0: answered with this confidence, 0 where right and 1 where not."""
    labels = np.zeros(len(right), int)
    probabilities = np.zeros((len(right), 10))
    answers = np.where(right, 0, 1)
    probabilities[np.arange(len(right)), answers] = confidence
    score = np.zeros(len(right)) if score is None else np.array(score)
    return Outcome(np.log(probabilities + 1e-9), probabilities, score, labels)


def test_calibration_error():
    # Ten answers at 0.85, eight right; ten at 0.95, all right: (|0.8 - 0.85| + |1 - 0.95|) / 2.
    made = outcome([0.85] * 10 + [0.95] * 10, [True] * 8 + [False] * 2 + [True] * 10)
    assert calibration_error(made) == pytest.approx(0.05)


def test_auroc():
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1
    assert auroc(np.array([1.0]), np.array([1.0])) == 0.5
    assert auroc(np.array([1.0, 3.0]), np.array([2.0])) == 0.5


def test_figures_on_mnist_and_on_ink():
    made = outcome([0.9, 0.8, 0.7, 0.6], [True, True, True, False], score=[5, 5, -1, 5])
    mnist, ink = evaluate.on_mnist(made, 0.0), evaluate.on_ink(made, 0.0)
    assert (mnist["test_error_percent"], mnist["wrongly_rejected_percent"], mnist["n"]) == (25, 25, 4)
    assert mnist["confusion"][0][:2] == [3, 1]
    assert (ink["accuracy_percent"], ink["worst_digit_percent"], ink["per_digit"]) == (75, 75, {"0": 75})
    assert (ink["wrongly_rejected_percent"], ink["answered_right_percent"]) == (25, 50)


def test_the_curve_rejects_the_least_probable_first():
    made = outcome(np.linspace(0.99, 0.5, 100), [True] * 95 + [False] * 5)
    curve = {each["rejected_percent"]: each["error_percent"] for each in evaluate.rejection_curve(made)}
    assert (curve[0], curve[3], curve[5], curve[10]) == (5, pytest.approx(100 * 2 / 97, abs=1e-3), 0, 0)


def test_the_misread_are_listed_the_surest_first():
    pictures = np.stack([np.full((28, 28), value, np.float32) for value in (0, 0.2, 1)])
    listed = evaluate.misread(outcome([0.9, 0.6, 0.8], [True, False, False]), pictures)
    assert [(each["index"], each["digit"], each["read_as"]) for each in listed] == [(2, 0, 1), (1, 0, 1)]
    assert (listed[0]["probability"], listed[0]["pixels"]) == (0.8, "ff" * 784)


def test_pictures_of_bytes_and_of_floats_are_one():
    pictures = np.random.default_rng(1).integers(0, 256, (5, 28, 28), np.uint8)
    one, other = (evaluate.run(lenet.load(), each, np.zeros(5)) for each in (pictures, pictures / np.float32(255)))
    np.testing.assert_array_equal(one.logits, other.logits)
    np.testing.assert_allclose(one.score, torch.logsumexp(torch.from_numpy(one.logits), 1))


def record(label, kind, strokes):
    return {"label": label, "kind": kind, "strokes": checked(strokes)}


def test_letters_are_refused_by_kind_and_lookalikes_put_aside():
    seven = [stroke.tolist() for stroke in digit(7, np.random.default_rng(1))]
    scribble = [[[0.5 + 0.3 * np.cos(k * 2.4), 0.5 + 0.3 * np.sin(k * 1.7)] for k in range(40)]]
    records = [
        record("a", "small", scribble), record("l", "small", seven), record("A", "capital", scribble),
        record("K", "capital", seven), record("M", "capital", scribble),
    ]  # fmt: skip
    assert evaluate.on_letters(lenet.load(), records, lenet.weights.threshold()) == {
        "refused_percent": 75.0, "n": 4, "aside": 1,
        "kind": {"capital": {"refused_percent": 66.667, "n": 3}, "small": {"refused_percent": 100.0, "n": 1}},
    }  # fmt: skip
    assert set("lO|-") <= LOOKALIKES
    assert not set("AaEkKMRWwx#&%@") & LOOKALIKES


@pytest.fixture
def photos(tmp_path):
    """A 7 that is right, a 7 that is said to be a 1, an H, and blank paper."""
    seven = rasterize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]])
    letter = rasterize([[[0.2, 0.1], [0.2, 0.9]], [[0.8, 0.1], [0.8, 0.9]], [[0.2, 0.5], [0.8, 0.5]]])
    labels = []
    for number, (picture, label) in enumerate([(seven, 7), (seven, 1), (letter, 0), (0 * seven, 3)]):
        sheet([(picture, "")], columns=1, zoom=8).save(tmp_path / f"{number}.png")
        labels.append({"file": f"{number}.png", "label": label})
    (tmp_path / "labels.json").write_text(json.dumps(labels))
    return tmp_path


def test_photos_are_answered_rightly_wrongly_or_not_at_all(photos):
    figures = evaluate.on_photos(lenet.weights.file_of("lenet5"), read_photos(photos))
    assert figures.pop("accuracy_percent") in (25, 50, 75)  # what is likeliest of an H is nobody's promise
    assert figures == {
        "answered_right_percent": 25, "wrong_percent": 25, "refused_percent": 50, "n": 4, "worst_digit_percent": 0,
    }  # fmt: skip


def test_photos_are_counted_by_kind_too(photos):
    labels = json.loads((photos / "labels.json").read_text())
    kinds = [{**record, "kind": kind} for record, kind in zip(labels, ["ink", "ink", "none", "none"], strict=True)]
    (photos / "labels.json").write_text(json.dumps(kinds))
    found = evaluate.on_photos(lenet.weights.file_of("lenet5"), read_photos(photos))
    assert {
        kind: (each["answered_right_percent"], each["wrong_percent"], each["refused_percent"], each["n"])
        for kind, each in found["kind"].items()
    } == {"ink": (50, 50, 0, 2), "none": (0, 0, 100, 2)}


def test_a_photo_that_cannot_be_read_is_named(photos):
    shutil.copy(photos / "labels.json", photos / "2.png")
    with pytest.raises(PhotoError, match=r"2\.png"):
        evaluate.on_photos(lenet.weights.file_of("lenet5"), read_photos(photos))


def test_unipens_letters_are_counted_as_their_description_says(pens_file):
    file = pens_file.with_name("unipen-letters-145-writers.json.gz")
    if not file.exists():
        pytest.skip(f"needs strokes/{file.name}, which is not part of the project")
    figures = evaluate.on_letters(lenet.load(), read_letters(file), lenet.weights.threshold())
    assert (figures["n"], figures["aside"]) == (1_840, 1_440)
    assert figures["refused_percent"] >= 87
