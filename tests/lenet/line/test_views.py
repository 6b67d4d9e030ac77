"""A line in several sizes: which reading wins, and how surely a digit stands somewhere, by their definitions."""

import numpy as np
import pytest
import torch

from lenet.line import views
from lenet.line.strip import BLANK, Strip
from lenet.line.sweep import decode, log_probabilities, string_scores, sweep
from lenet.line.views import Views, looked_at, score_maps
from lenet.weights import load


def strip_at(zoom):
    return Strip(np.zeros((28, 60), np.float32), 10 * zoom, (14.0, 3.0))


def test_a_line_is_looked_at_in_four_sizes_and_half_a_column_farther(monkeypatch):
    maps = iter(np.random.default_rng(1).normal(0, 3, (8, 10, 9)))
    monkeypatch.setattr(views, "score_maps", lambda strips, _: [next(maps) for _ in strips])
    seen = looked_at(strip_at)
    assert [strip.scale for strip in seen.strips] == pytest.approx([9, 9, 10, 10, 11.2, 11.2, 12.5, 12.5])
    assert [strip.offset[0] for strip in seen.strips] == [14, 16] * 4
    assert 0 <= seen.best < 8


def test_the_string_that_all_views_together_find_likeliest_wins_and_its_surest_view(monkeypatch):
    random = np.random.default_rng(2)
    longest, agreed = 0, 0
    for _ in range(120):
        one = random.normal(-5, 2, (10, 4))
        maps = [(one + random.normal(0, 1.2, (10, 4))).astype(np.float32) for _ in range(8)]
        rest = iter(maps)
        monkeypatch.setattr(views, "score_maps", lambda strips, _, rest=rest: [next(rest) for _ in strips])
        texts = [tuple(digit for _, digit, _ in decode(logits)[0]) for logits in maps]
        scores = dict(zip(sorted(set(texts)), string_scores(maps, sorted(set(texts))).T, strict=True))
        # A digit more is worth 1.3.
        votes = {text: np.log(np.exp(each).sum()) + 1.3 * len(text) for text, each in scores.items()}
        winner = max(votes, key=lambda text: votes[text])
        best = max((i for i, text in enumerate(texts) if text == winner), key=lambda i: scores[winner][i])
        assert looked_at(strip_at).best == best
        longest += len(winner) == max(map(len, texts))
        agreed += len(votes) == 1
    assert 40 < longest < 118  # there was something to decide, for and against the longer ones
    assert agreed < 60


@pytest.mark.parametrize("beside", [True, False])
def test_evidence_is_the_log_odds_of_a_digit_in_the_columns_within_a_box(beside):
    random = np.random.default_rng(3)
    for _ in range(60):
        strips = [Strip(np.zeros((28, 100), np.float32), scale, (20.0, 0.0)) for scale in (20.0, 30.0, 50.0)]
        maps = [random.normal(-2, 3, (10, 19)) for _ in strips]
        left = random.uniform(0, 1)
        right = left + (0.0 if beside else random.uniform(0.1, 0.6))
        means = []
        for strip, logits in zip(strips, maps, strict=True):
            start, end = left * strip.scale + 20, right * strip.scale + 20
            # A column's window is centred on 4 j + 14; it belongs to the box, or lies within 3 pixels of it, or is
            # the nearest there is.
            away = [max(start - (4 * j + 14), 4 * j + 14 - end, 3) for j in range(19)]
            log_sums = np.log(np.exp(log_probabilities(logits)[:10]).sum(0))
            means.append(max(log_sums[j] for j in range(19) if away[j] == min(away)))
        p = np.exp(np.mean(means))
        assert Views(strips, maps).evidence(left, right) == pytest.approx(np.log(p / (1 - p)), rel=1e-4, abs=1e-4)


def test_evidence_stays_finite_where_every_view_is_certain():
    sure = np.full((10, 19), 90.0)
    assert 10 < Views([strip_at(1)], [sure]).evidence(0, 1) < 20


def test_the_score_map_is_the_sweep_of_the_picture():
    picture = np.random.default_rng(4).random((28, 48), np.float32)
    strips = [Strip(each, 1.0, (0.0, 0.0)) for each in (picture, picture[:, ::-1])]
    scores = score_maps(strips)
    with torch.inference_mode():
        expected = sweep(load("scan"), torch.from_numpy(picture)[None, None])[0]
    np.testing.assert_allclose(scores[0], expected, atol=1e-5)
    assert [each.shape for each in scores] == [(10, 6)] * 2
    assert not np.allclose(scores[0], scores[1])
    assert not np.allclose(score_maps([BLANK], "lenet5"), score_maps([BLANK]))
