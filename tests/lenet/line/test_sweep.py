"""The swept network is the network at every place; score maps are decoded as their definition says."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import lenet
from lenet.line.sweep import STRIDE, WINDOW, decode, log_probabilities, string_scores, sweep


@pytest.fixture(scope="module", params=["lenet5", "scan"])
def model(request):
    return lenet.load("scan") if request.param == "scan" else lenet.load()


def window_logits(model, window):
    """One window (32, 32): the network's layers one by one, with the neighbours where a lone picture is padded."""
    x = torch.tensor(window)[None, None]
    x = F.max_pool2d(F.relu(F.conv2d(x, model.C1.weight, model.C1.bias)), 2)
    x = F.max_pool2d(F.relu(F.conv2d(x, model.C3.weight, model.C3.bias)), 2)
    x = F.relu(F.linear(x.flatten(1), model.C5.weight, model.C5.bias))
    return F.linear(F.relu(F.linear(x, model.F6.weight, model.F6.bias)), model.output.weight, model.output.bias)[0]


@pytest.mark.parametrize("width", [28, 32, 61, 140])
@torch.inference_mode()
def test_every_column_is_a_window(model, width):
    picture = np.random.default_rng(width).random((28, width), np.float32)
    columns = sweep(model, torch.from_numpy(picture)[None, None])[0]
    assert columns.shape == (10, (width - 28) // 4 + 1)
    padded = np.pad(picture, 2)
    for j in range(columns.shape[1]):
        alone = window_logits(model, padded[:, STRIDE * j : STRIDE * j + WINDOW + 4])
        torch.testing.assert_close(columns[:, j], alone, rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_a_picture_of_one_digit_gives_the_networks_own_answer(model):
    picture = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(sweep(model, picture)[..., 0], model(picture), rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_a_window_between_blanks_is_the_lone_picture(model):
    digit = lenet.rasterize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]])
    wide = np.pad(digit, ((0, 0), (16, 16)))
    column = sweep(model, torch.from_numpy(wide)[None, None])[0, :, 4]
    torch.testing.assert_close(column, model(torch.from_numpy(digit)[None, None])[0], rtol=1e-5, atol=1e-5)


def made_map(text):
    """A score map: a digit of the text is sure in its column, a dot is surely none, a tilde a faint 5."""
    logits = np.full((10, len(text)), -6.0)
    for column, character in enumerate(text):
        if character.isdigit():
            logits[int(character), column] = 6.0
        elif character == "~":
            logits[5, column] = -0.5
    return logits


@pytest.mark.parametrize(
    ("columns", "read"),
    [
        ("", []), (".", []), ("7", [(0, 7)]), ("..3..", [(2, 3)]), ("3.8", [(0, 3), (2, 8)]), (".~5~.", [(2, 5)]),
        ("1..1", [(0, 1), (3, 1)]), ("2.0.2.6", [(0, 2), (2, 0), (4, 2), (6, 6)]),
    ],
)  # fmt: skip
def test_decoding(columns, read):
    found, _ = decode(made_map(columns))
    assert [(column, digit) for column, digit, _ in found] == read
    assert all(0.99 < probability <= 1 for _, _, probability in found)


def test_of_two_neighbours_the_likelier_one_stays():
    logits = made_map("..48..")
    logits[8, 3] = 3.0
    assert [digit for _, digit, _ in decode(logits)[0]] == [4]


def test_the_last_digit_is_a_digit_too():
    assert [digit for _, digit, _ in decode(made_map("9.9"))[0]] == [9, 9]


def test_a_faint_digit_is_read_where_it_explains_three_columns():
    # No digit is likelier in each of the columns, and all three together are less likely so than one 5.
    found, _ = decode(made_map("~~~"))
    assert [(column, digit) for column, digit, _ in found] == [(1, 5)]
    assert found[0][2] == pytest.approx(np.exp(-0.5) / (1 + np.exp(-0.5)), abs=0.01)


def test_log_probabilities_of_logits_however_large():
    logits = np.zeros((10, 3))
    logits[4] = [1000.0, -1000.0, 0.0]
    logp = log_probabilities(logits)
    assert logp.shape == (11, 3)
    np.testing.assert_allclose(logp[4], [0, -1000 - np.log(10), -np.log(11)])
    np.testing.assert_allclose(logp[10], [-1000, -np.log(10), -np.log(11)])
    np.testing.assert_allclose(log_probabilities(logits - 2000.0)[10], 0)


def test_the_score_of_reading_nothing_is_that_of_no_digit_in_every_column():
    maps = [np.random.default_rng(4).normal(0, 2, (10, 5)).astype(np.float32)]
    np.testing.assert_allclose(string_scores(maps, [()]), [[log_probabilities(maps[0])[10].sum()]], rtol=1e-5)


def log_probability(logits, chosen):
    """By the definition: chosen columns are their best digit, their neighbours anything, the others no digit."""
    logp = log_probabilities(logits)
    beside = {c + d for c in chosen for d in (-1, 1)}
    return sum(
        logp[:10, c].max() if c in chosen else 0.0 if c in beside else logp[10, c] for c in range(logits.shape[1])
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_no_other_reading_is_likelier(seed, columns):
    logits = np.random.default_rng(seed).normal(0, 3, (10, columns))
    found, score = decode(logits)
    every = [
        {c for c in range(columns) if bits >> c & 1} for bits in range(2**columns) if not bits & (bits << 1)
    ]  # no two neighbours
    assert log_probability(logits, {c for c, _, _ in found}) == pytest.approx(score)
    assert score == pytest.approx(max(log_probability(logits, chosen) for chosen in every))


def spelt(path):
    """What a path of one label a column spells: equal neighbours are one, and 10 is nothing."""
    return tuple(label for label, _ in itertools.groupby(path) if label != 10)


def test_the_score_of_a_string_adds_up_every_way_to_spell_it():
    random = np.random.default_rng(3)
    maps = [random.normal(0, 2, (10, columns)).astype(np.float32) for columns in (4, 3)]
    strings = [(), (3,), (3, 3), (3, 4), (4, 3, 4)]
    scores = string_scores(maps, strings)
    for logits, row in zip(maps, scores, strict=True):
        logp = log_probabilities(logits)
        ways = dict.fromkeys(strings, -np.inf)
        for path in itertools.product((3, 4, 10), repeat=logits.shape[1]):
            if spelt(path) in ways:
                gain = sum(logp[label, column] for column, label in enumerate(path))
                ways[spelt(path)] = np.logaddexp(ways[spelt(path)], gain)
        np.testing.assert_allclose(row, list(ways.values()), rtol=1e-5)
