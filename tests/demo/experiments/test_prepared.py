"""What if it is not prepared as MNIST was? Every picture drawn anew, and read with plain torch calls."""

import itertools
import time

import numpy as np
import pytest
import torch

import lenet
from demo.examples import DIGITS
from demo.experiments.prepared.prepared import MISTAKES, Way, prepared, run
from demo.wire import RequestError
from lenet.ink import checked
from lenet.weights import threshold
from tests.demo.experiments.drawings import BUNDLED, SEVEN, own, subject

# Small, to the upper left, with a long line below: its centre of mass is far from the middle of its box.
SMALL = [[[0.1, 0.1], [0.3, 0.12]], [[0.1, 0.3], [0.3, 0.3], [0.1, 0.31], [0.3, 0.31]]]
STEPS = ("crop", "scale", "line", "centre")


def distances(ink, side):
    """From the middle of each pixel of a picture of the pad to the nearest line, in pad heights."""
    middles = (np.indices((side, side))[::-1].reshape(2, -1).T + 0.5) / side
    nearest = np.full(len(middles), np.inf)
    for stroke in ink:
        for a, b in itertools.pairwise(np.array(stroke)):
            part = np.clip((middles - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            nearest = np.minimum(nearest, np.hypot(*(middles - a - part[:, None] * (b - a)).T))
    return nearest.reshape(side, side)


def drawn(ink, scale, offset, line):
    """Ink at a scale and a place, in pixels: dark within half a line's width, with a rim of a pixel."""
    moved = [[[(x * scale + offset[0]) / 28, (y * scale + offset[1]) / 28] for x, y in stroke] for stroke in ink]
    return np.clip(line / 2 + 0.5 - 28 * distances(moved, 28), 0, 1)


def expected(ink, crop, scale, line, centre):
    points = np.concatenate([np.array(stroke) for stroke in ink])
    low, high = (points.min(0), points.max(0)) if crop else (np.zeros(2), np.ones(2))
    times = 28.0
    if scale:
        times = 17.5 / (high - low).max() if crop else 20.0
    offset = 14 - times * (low + high) / 2
    width = 2.5 if line else 0.05 * times
    picture = drawn(ink, times, offset, width)
    if centre:
        rows, columns = np.indices((28, 28)) + 0.5
        mass = np.array([(columns * picture).sum(), (rows * picture).sum()]) / picture.sum()
        picture = drawn(ink, times, offset + 14 - mass, width)
    return picture


@pytest.mark.parametrize("ink", [SEVEN, SMALL])
@pytest.mark.parametrize("on", [*itertools.product((True, False), repeat=4)])
def test_every_combination_of_steps_is_drawn_as_it_says(ink, on):
    way = dict(zip(STEPS, on, strict=True))
    for inverted in (False, True):
        found = run(subject(ink=ink), {**way, "inverted": inverted})["pictures"][0]
        picture = expected(ink, **way)
        np.testing.assert_allclose(found, 1 - picture if inverted else picture, atol=2e-4)


@pytest.mark.parametrize("digit", DIGITS, ids=lambda digit: digit["name"])
def test_with_all_on_it_is_what_the_page_shows_and_the_steps_come_to_the_same(digit):
    ink = digit["strokes"]
    found = run(subject(ink=ink), {})["pictures"]
    np.testing.assert_array_equal(found[0], lenet.rasterize(ink))
    np.testing.assert_array_equal(found[1], lenet.rasterize(ink))
    np.testing.assert_allclose(prepared(checked(ink), Way()), lenet.rasterize(ink), atol=1e-4)


def test_shrunk_is_the_average_of_the_pads_own_pixels_whatever_else_is_set():
    pad = np.clip(280 * (0.025 - distances(SMALL, 280)) + 0.5, 0, 1)
    means = np.array([[pad[10 * r : 10 * r + 10, 10 * c : 10 * c + 10].mean() for c in range(28)] for r in range(28)])
    for others in ({}, {"crop": False, "centre": False}):
        found = run(subject(ink=SMALL), {"shrunk": True, **others})["pictures"][0]
        np.testing.assert_allclose(found, means, atol=1e-3)


@pytest.mark.parametrize("network", [*BUNDLED, own(), own("sigmoid", "average", "255 to 0, ink is 0")])
def test_each_picture_is_read_by_the_network(network):
    about = subject(network, SMALL)
    found = run(about, {"crop": False, "centre": False})
    assert found["mistakes"] == [*STEPS, "inverted", "shrunk"]
    assert len(found["pictures"]) == len(found["read"]) == 8
    for i, name in enumerate(found["mistakes"], 2):
        alone = run(about, {name: name in ("inverted", "shrunk")})
        np.testing.assert_array_equal(found["pictures"][i], alone["pictures"][0])
    with torch.inference_mode():
        for picture, told, read in zip(found["pictures"], found["probabilities"], found["read"], strict=True):
            logits = about.model(torch.from_numpy(picture)[None, None])[0]
            np.testing.assert_allclose(told, torch.softmax(logits, 0), atol=1e-5)
            is_digit = network != "lenet5" or torch.logsumexp(logits, 0) >= threshold()
            assert read == (int(logits.argmax()) if is_digit else None)


def test_a_small_digit_in_a_corner_is_read_otherwise_by_mistake():
    corner = [[[0.25 * x, 0.25 * y] for x, y in stroke] for stroke in SEVEN]
    found = run(subject(ink=corner), {})
    assert found["read"][1] == 7
    assert any(read != 7 for read in found["read"][2:])


def test_specks_are_left_out_as_they_are_for_the_page():
    speck = [*SEVEN, [[9.0, 9.0]]]
    found, without = (run(subject(ink=ink), {"line": False})["pictures"] for ink in (speck, SEVEN))
    np.testing.assert_array_equal(found[0], without[0])


def test_much_ink_takes_little_time_and_too_much_gets_a_sentence():
    random = np.random.default_rng(3)
    for ink, is_too_much in (
        ([random.random((30, 2)).tolist()], False),
        ([random.random((3000, 2)).tolist()], True),
        ([(0.3 + 0.02 * random.random((900, 2))).tolist()], True),
    ):
        about = subject(ink=ink)
        began = time.process_time()
        if is_too_much:
            with pytest.raises(RequestError, match=r"too much ink.*\."):
                run(about, {})
        else:
            run(about, {"line": False})
        assert time.process_time() - began < 0.4  # 0.25 but for a slow machine


def test_a_photo_has_no_ink_to_be_prepared():
    with pytest.raises(RequestError, match=r"pen's own strokes.*\."):
        run(subject(picture=np.ones((28, 28), np.float32)), {})
    with pytest.raises(RequestError, match=r"Draw a digit first\."):
        run(subject(ink=[]), {})


@pytest.mark.parametrize("name", MISTAKES)
def test_wrong_settings_get_a_sentence(name):
    for wrong in (1, "no", None):
        with pytest.raises(RequestError, match=rf"{name} must be true or false\."):
            run(subject(), {name: wrong})
