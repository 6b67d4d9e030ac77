"""What the third tab calls: checked, packed, bounded."""

import asyncio
import base64

import numpy as np
import pytest
import torch

from demo import lab
from demo.experiments import EXPERIMENTS
from demo.experiments.settings import choice, number, numbers, whole
from demo.experiments.subject import Subject
from demo.wire import RequestError, hex_of
from tests.demo.experiments.drawings import SEVEN, large, subject


def ask(**fields):
    return asyncio.run(lab.experiment({"ink": SEVEN, "experiment": "push", **fields}))


def test_an_answer_has_its_number_and_arrays_with_their_shape():
    answer = ask(sequence=7, settings={"kind": "turn", "at": 10})
    assert answer["sequence"] == 7
    told = answer["probabilities"]
    assert told["shape"] == [42, 10]
    numbers = np.frombuffer(base64.b64decode(told["numbers"]), "<f4").reshape(42, 10)
    np.testing.assert_allclose(numbers.sum(1), 1, atol=1e-5)


def test_a_picture_may_stand_for_ink_and_then_there_is_none(monkeypatch):
    seen: list[Subject] = []

    def run(about, settings):
        seen.append(about)
        return {"settings": settings}

    monkeypatch.setitem(lab._RUN, "push", run)
    picture = subject().picture
    assert ask(settings={"a": 1})["settings"] == {"a": 1}
    ask(picture=hex_of(picture), ink=None)
    ask(network="textbook")
    with_ink, with_picture, other = seen
    assert (with_ink.ink, with_picture.ink) == (SEVEN, None)
    np.testing.assert_allclose(with_picture.picture, picture, atol=1 / 255)
    assert [each.is_bundled for each in seen] == [True, True, False]
    assert other.model.architecture.activation == "sigmoid"
    torch.testing.assert_close(with_ink.traced.logits, with_ink.model(with_ink.image))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"experiment": "burn"}, f"experiment must be one of {', '.join(EXPERIMENTS)}."),
        ({"experiment": ["push"]}, f"experiment must be one of {', '.join(EXPERIMENTS)}."),
        ({"settings": [1]}, "settings must be an object."),
        ({"sequence": -1}, "sequence must be a whole number from 0."),
        ({"network": "x"}, "network must be what the server called it when its file was opened."),
        ({"ink": [[["a", 2]]]}, "A point must be a pair of finite numbers [x, y]."),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(fields, told):
    assert ask(**fields)["error"] == told


def test_a_network_that_is_gone_is_asked_for_again():
    assert ask(network="0" * 32 + ".1")["unknown"] is True


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize(
    "settings", [{}, {"layer": "C1"}, {"layer": 5, "map": -1, "at": "x", "kind": None, "unit": {}}]
)
def test_every_experiment_answers_or_says_what_is_wrong(name, settings, caplog):
    others = [{"network": each} for each in ("lenet5-1998", "textbook", "moment-0")]
    every: list[dict] = [{}, {"ink": []}, *others]
    for fields in every:
        answer = ask(experiment=name, settings=settings, **fields)
        assert answer["sequence"] == 0
        assert "Something went wrong" not in answer.get("error", "")
    assert not caplog.records


def test_the_work_is_bounded_by_the_networks_size():
    small = subject()
    assert small.passes(1, 50) == 50
    assert 200 < small.passes(1, 10**9) < 10_000
    huge = subject(large(60))
    assert 1 <= huge.passes(1, 50) < 50
    with pytest.raises(RequestError, match="too large for this experiment"):
        huge.passes(50, 50)


def test_there_is_no_layer_of_another_name():
    assert subject().layer("C3").maps == 16
    with pytest.raises(RequestError, match="This network has no layer 'C9'"):
        subject().layer("C9")


def test_settings_are_what_they_must_be():
    assert choice({}, "kind", ["a", "b"]) == "a"
    assert choice({"kind": "b"}, "kind", ["a", "b"]) == "b"
    assert number({"at": 2}, "at", 0, 2) == 2.0
    assert whole({}, "map", 6, 3) == 3
    assert numbers({"weights": [1, -2.5]}, "weights", 2, 3) == [1.0, -2.5]
    wrong = (
        lambda: choice({"kind": "c"}, "kind", ["a", "b"]),
        lambda: choice({"kind": ["a"]}, "kind", ["a", "b"]),
        lambda: number({"at": float("nan")}, "at", 0, 2),
        lambda: number({"at": True}, "at", 0, 2),
        lambda: number({"at": 2.1}, "at", 0, 2),
        lambda: whole({"map": 6}, "map", 6),
        lambda: whole({"map": 1.0}, "map", 6),
        lambda: whole({"map": False}, "map", 6),
        lambda: numbers({"weights": [1, 2, 3]}, "weights", 2, 3),
        lambda: numbers({"weights": [1, 4]}, "weights", 2, 3),
        lambda: numbers({"weights": [1, True]}, "weights", 2, 3),
        lambda: numbers({"weights": "12"}, "weights", 2, 3),
        lambda: numbers({}, "weights", 2, 3),
    )
    for call in wrong:
        with pytest.raises(RequestError, match=r" must be .*\."):
            call()
