"""The moving picture that README opens with: it is there, it moves, and it is not too heavy to be loaded with it."""

import itertools

import numpy as np
from PIL import Image, ImageSequence

from tests.moving import FILM, SIZE
from tests.serving import ROOT


def test_readme_opens_with_it():
    page = (ROOT / "README.md").read_text("utf-8")
    assert page.index(f"({FILM.relative_to(ROOT)})") < page.index("## ")


def test_it_moves_and_takes_at_most_a_megabyte_and_a_half():
    assert FILM.stat().st_size <= 1_500_000
    with Image.open(FILM) as film:
        assert film.size == SIZE
        shown = [np.asarray(picture.convert("L"), np.int16) for picture in ImageSequence.Iterator(film)]
    assert len(shown) > 20
    moves = [np.abs(after - before).max() > 60 for before, after in itertools.pairwise(shown)]
    assert np.mean(moves) > 0.8
