"""When it changed its mind: every beginning of the ink prepared and read anew, one by one."""

import time

import numpy as np
import pytest
import torch

import lenet
from demo.experiments.mind.mind import run
from demo.wire import RequestError
from lenet.weights import threshold
from tests.demo.experiments.drawings import BUNDLED, own, subject

# A 7 with a bar across it, of 30 and 10 points.
CROSSED = [
    [[x, 0.2] for x in np.linspace(0.3, 0.7, 12)]
    + [[0.7 - t * 0.25, 0.2 + t * 0.6] for t in np.linspace(0.05, 1, 18)],
    [[x, 0.5] for x in np.linspace(0.4, 0.7, 10)],
]


def begun(ink, points):
    """The first so many points, counted one by one."""
    found: list[list[list[float]]] = []
    for stroke in ink:
        for i, point in enumerate(stroke):
            if points == 0:
                return found
            found = [*found, [point]] if i == 0 else [*found[:-1], [*found[-1], point]]
            points -= 1
    return found


@pytest.mark.parametrize("network", [*BUNDLED, own(), own("tanh", "average before the activation", "−1 to 1")])
def test_every_beginning_is_read_as_if_it_were_the_whole_drawing(network):
    about = subject(network, CROSSED)
    found = run(about, {})
    assert (found["points"], found["starts"]) == (40, [1, 31])
    assert found["ends"] == list(range(1, 41))
    for i, end in enumerate(found["ends"]):
        picture = torch.from_numpy(lenet.rasterize(begun(CROSSED, end)))
        with torch.inference_mode():
            logits = about.model(picture[None, None])[0]
        np.testing.assert_allclose(found["probabilities"][i], torch.softmax(logits, 0), atol=1e-5)
        is_digit = network != "lenet5" or torch.logsumexp(logits, 0) >= threshold()
        assert found["read"][i] == (int(logits.argmax()) if is_digit else None)


def test_the_bundled_network_alone_says_that_it_is_no_digit():
    assert {None, 7} <= set(run(subject(ink=CROSSED), {})["read"])
    assert None not in run(subject("textbook", CROSSED), {})["read"]


def test_many_points_are_sampled_evenly_up_to_the_last():
    line = [[[0.3 + 0.0004 * i, 0.2 + 0.0006 * i] for i in range(1000)]]
    ends = run(subject(ink=line), {})["ends"]
    assert (len(ends), ends[0], ends[-1]) == (60, 1, 1000)
    assert set(np.diff(ends)) <= {16, 17}


def cost(about):
    began = time.process_time()
    found = run(about, {})
    return len(found["ends"]), time.process_time() - began


def test_much_ink_has_fewer_beginnings_and_takes_little_time():
    random = np.random.default_rng(5)
    slow = [[[0.3 + 2e-5 * i, 0.2 + 3e-5 * i] for i in range(20_000)]]
    for ink, many in ((slow, {60}), ([random.random((700, 2)).tolist()], {15, 30})):
        beginnings, seconds = cost(subject(ink=ink))
        assert beginnings in many
        assert seconds < 0.4  # 0.25 but for a slow machine


def test_too_much_ink_gets_a_sentence():
    random = np.random.default_rng(5)
    dense = [random.uniform(0.3, 0.7, (3000, 2)).tolist()]
    # A speck far away makes the whole small, but not what is drawn of it.
    far = [(0.3 + 0.02 * random.random((2000, 2))).tolist(), [[15, 15], [15.001, 15]]]
    for ink in (dense, far):
        with pytest.raises(RequestError, match=r"too much ink.*\."):
            run(subject(ink=ink), {})


def test_what_has_no_strokes_has_no_course():
    with pytest.raises(RequestError, match=r"pen's own strokes.*\."):
        run(subject(picture=np.ones((28, 28), np.float32)), {})
    with pytest.raises(RequestError, match=r"Draw a digit first\."):
        run(subject(ink=[[]]), {})


@pytest.mark.parametrize("at", ["end", -1, 1.5, True, 20_001, None])
def test_wrong_settings_get_a_sentence(at):
    with pytest.raises(RequestError, match=r"at must be .*\."):
        run(subject(), {"at": at})
