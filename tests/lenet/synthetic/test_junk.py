"""What is no digit: drawn from other kinds for fitting than for measuring, with few twins between them."""

import numpy as np
import pytest

from lenet.ink import rasterize
from lenet.model import NO_DIGIT
from lenet.synthetic import junk, letters
from lenet.training.dataset import INK
from tests.junk import KINDS, LETTERS, SYMBOLS

_FITTED = ("junk", "letters", "lookalikes", "compounds", "signs")
_TWIN = 0.9  # cosine of two pictures; of two drawings of one letter by two hands it is 0.94 in the median


def pictures(draw, count, seed=1):
    """So many pictures as rows of length 1."""
    random = np.random.default_rng(seed)
    flat = np.stack([rasterize(draw(random)).ravel() for _ in range(count)])
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def fitted():
    def draw(kind):
        return lambda random: INK[kind][1](NO_DIGIT, random)

    return np.concatenate([pictures(draw(kind), 2_000) for kind in _FITTED])


def nearest(rows, fitted):
    return (rows @ fitted.T).max(1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_measured_on_differs_in_kind_from_what_is_fitted(kind, fitted):
    found = nearest(pictures(KINDS[kind], 100, 7), fitted)
    assert np.median(found) < 0.88
    assert (found > _TWIN).mean() <= 0.3


@pytest.mark.parametrize("draw", [junk.letter, junk._filled], ids=["letters", "blots"])
def test_the_measure_finds_what_is_of_one_kind(draw, fitted):
    assert (nearest(pictures(draw, 100, 7), fitted) > _TWIN).mean() > 0.5


def test_few_letters_and_no_symbol_have_mostly_twins(fitted):
    def mostly(notation):
        draw = letters.any_of([letters.character(notation)])
        return (nearest(pictures(draw, 20, 7), fitted) > _TWIN).mean() > 0.6

    assert not [name for name, notation in SYMBOLS.items() if mostly(notation)]
    assert len([name for name, notation in LETTERS.items() if mostly(notation)]) <= 5


def test_every_point_of_a_character_has_two_coordinates():
    for kinds in (letters.FITTING, letters.MORE, letters.LATIN, letters.SCRIPTS, LETTERS, SYMBOLS):
        for name, notation in kinds.items():
            for stroke in notation.split():
                digits = stroke.lstrip("~")
                assert digits.isdecimal(), name
                assert len(digits) % 2 == 0, name
