"""A network for single digits reads every window of a line; where digits stand, the sweep says."""

import copy
import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from lenet.evaluation.lines import kept
from lenet.line.detect import LineReading, read_line
from lenet.line.strip import Strip
from lenet.line.sweep import STRIDE, WINDOW, decode
from lenet.line.windows import read_windows, windows
from lenet.own.network import Network
from tests.lenet.line.test_detect import Line, ink
from tests.lenet.own.test_network import FORMS, network_of, standard, weights_of


@pytest.fixture(scope="module")
def reading() -> LineReading:
    return read_line(ink(Line("2026")), "swept")


def by_hand(reading: LineReading, column: int) -> np.ndarray:
    """What lies under a column, pixel by pixel: within the borders of its digit, its mass in the middle row."""
    picture, middle = reading.strip.picture, STRIDE * column + WINDOW // 2
    middles = [each * STRIDE + WINDOW // 2 for each in sure(reading)]
    amount = picture.sum(0)
    edges = [-1]
    for left, right in itertools.pairwise(middles):
        between = range(left + 1, right)
        edges.append(min(between, key=lambda x: (amount[x] + 0.05 * abs(x - (left + right) / 2), x)))
    edges.append(picture.shape[1])
    right = next(edge for edge in edges[1:] if middle <= edge)  # a border is the middle of its column of pixels
    left = edges[edges.index(right) - 1]
    cut = np.zeros((28, 28), np.float32)
    for x in range(28):
        if left <= STRIDE * column + x <= right:
            cut[:, x] = picture[:, STRIDE * column + x]
    if not cut.any():
        return cut
    mass = sum((y + 0.5) * cut[y].sum() for y in range(28)) / cut.sum()
    return np.roll(np.pad(cut, ((28, 28), (0, 0))), int(np.rint(14 - mass)), 0)[28:56]


def sure(reading: LineReading) -> list[int]:
    return [column for column, _, _ in decode(reading.logits)[0]]


def test_a_window_holds_its_digit_alone_in_the_middle(reading):
    found = windows(reading.strip, reading.logits)
    assert found.shape == (reading.logits.shape[1], 28, 28)
    assert found.dtype == np.float32
    for column, window in enumerate(found):
        np.testing.assert_array_equal(window, by_hand(reading, column), err_msg=str(column))


def test_nothing_is_moved_over_the_rim():
    picture = np.zeros((28, 28), np.float32)
    picture[:20, 13:15] = 0.1
    picture[20:, 13:15] = 1.0
    [window] = windows(Strip(picture, 28.0, (0.0, 0.0)), np.full((10, 1), 1.0))
    down = round(14 - float((picture.sum(1) * (np.arange(28) + 0.5)).sum() / picture.sum()))
    assert down < 0
    np.testing.assert_array_equal(window[:down], picture[-down:])
    assert not window[down:].any()


def test_a_blank_line_stays_blank():
    blank = read_line([], "swept")
    assert not windows(blank.strip, blank.logits).any()
    assert read_windows(lenet.load("textbook"), blank).text == ""


@pytest.mark.parametrize("outputs", [10, 5])
@torch.inference_mode()
def test_scores_are_those_of_the_network_on_cut_pictures_and_of_the_sweep(outputs, reading):
    weights = weights_of((8, 1, 5, 5), (16, 8, 5, 5), (128, 400), (64, 128), (outputs, 64))
    way = replace(FORMS["8-16-128-64-10"][1], connected=(128, 64, outputs))
    model = Network(way, [(weights[f"layer{i}.weight"], weights[f"layer{i}.bias"]) for i in range(5)]).eval()
    found = read_windows(model, reading)
    assert found.logits.shape == (outputs, reading.logits.shape[1])
    for column in range(reading.logits.shape[1]):
        picture = torch.from_numpy(by_hand(reading, column))[None, None]
        logits = standard(picture, weights)["output"][0]
        of_sweep = torch.from_numpy(reading.logits[:, column])
        any_digit = of_sweep.exp().sum() / (1 + of_sweep.exp().sum())
        wanted = torch.cat([any_digit * F.softmax(logits, 0), 1 - any_digit[None]])
        seen = torch.softmax(torch.cat([torch.from_numpy(found.logits[:, column]), torch.zeros(1)]), 0)
        torch.testing.assert_close(seen, wanted, rtol=1e-4, atol=1e-6)
    assert all(0 <= each.digit < outputs for each in found.detections)


@pytest.mark.parametrize("name", ["lenet5", "textbook", "lenet5-1998"])
def test_spaced_lines_are_read(name):
    random = np.random.default_rng(0)
    texts = ["".join(map(str, random.integers(0, 10, 4))) for _ in range(20)]
    lines = [read_line(ink(Line(text, seed=seed)), "swept") for seed, text in enumerate(texts)]
    right = sum(kept(text, read_windows(lenet.load(name), line).text) for text, line in zip(texts, lines, strict=True))
    assert right >= 0.85 * len("".join(texts))


def test_what_overflows_can_still_be_sent(reading):
    model = copy.deepcopy(network_of("8-16-128-64-10"))  # which others look at too
    for each in model.parameters():
        each.data *= 1e20
    found = read_windows(model, reading)
    assert np.isfinite(found.logits.astype(np.float16)).all()
