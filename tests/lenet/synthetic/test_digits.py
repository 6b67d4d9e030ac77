"""Synthetic ink stays readable ink, and the distortions stay within their bounds."""

import math

import numpy as np
import pytest
import torch

from lenet.ink import rasterize
from lenet.synthetic import digits as synth
from lenet.synthetic import junk, letters
from lenet.training.distortion import Distortion, augment, displacement
from tests import junk as measured_on


@pytest.mark.parametrize("label", range(10))
def test_every_digit_can_be_drawn_and_varies(label):
    random = np.random.default_rng(label)
    pictures = np.stack([rasterize(synth.digit(label, random)) for _ in range(50)])
    assert (pictures.reshape(50, -1).sum(1) > 20).all()
    assert np.abs(pictures - pictures.mean(0)).mean() > 0.02


def test_same_seed_same_ink():
    first, again = (synth.digit(5, np.random.default_rng(3)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again))


def test_some_ones_have_a_long_upstroke_and_some_none():
    random = np.random.default_rng(1)
    rows = [rasterize(synth.digit(1, random)) for _ in range(300)]
    widths = np.array([np.flatnonzero(p.max(0) > 0.5)[[0, -1]] @ [-1, 1] for p in rows])
    assert (widths <= 6).sum() > 20
    assert (widths >= 11).sum() > 60


def test_lookalikes_differ_in_the_slant_of_their_stem():
    random = np.random.default_rng(1)
    slants = {}
    for label in (1, 7):
        glyphs = [np.concatenate(synth.lookalike(label, random)) for _ in range(200)]
        tops = np.array([glyph[glyph[:, 0].argmax()] for glyph in glyphs])
        feet = np.array([glyph[glyph[:, 1].argmax()] for glyph in glyphs])
        slants[label] = np.median((tops - feet)[:, 0])
    assert slants[7] > slants[1] + 0.2


def test_all_junk_can_be_drawn():
    random = np.random.default_rng(1)
    evaluated = [make for make in measured_on.KINDS.values() for _ in range(50)]
    for make in [junk.fitting, junk.letter, junk.turned_letter, junk.compound] * 300 + evaluated:
        assert rasterize(make(random)).any()


def test_letters_for_fitting_and_for_evaluation_are_different_ones():
    fitted = (letters.FITTING, letters.MORE, letters.LATIN, letters.SCRIPTS)
    measured = (measured_on.LETTERS, measured_on.SYMBOLS)
    for part in (0, 1):  # names, then strokes
        used, kept = ({each[part] for kinds in both for each in kinds.items()} for both in (fitted, measured))
        assert not used & kept


def test_no_pixel_is_moved_farther_than_the_bound():
    by = Distortion()
    grid = displacement(500, torch.Generator().manual_seed(1), by)
    still = displacement(500, torch.Generator().manual_seed(1), Distortion(0, 0, 0, 0, 0))
    moved = (grid - still).norm(dim=-1) * 14  # from [-1, 1] to pixels
    box = moved[:, 4:24, 4:24]
    corner = 10 * math.sqrt(2)  # of the 20x20 box of ink
    turned = 2 * math.sin(math.radians(by.rotation) / 2) * corner
    assert float(box.max()) <= turned + (by.scale + by.shear) * corner + by.shift + by.elastic * math.sqrt(2)
    assert float(box.max()) > by.shift


def test_distorted_digits_stay_readable():
    random = np.random.default_rng(2)
    pictures = torch.from_numpy(np.stack([rasterize(synth.digit(k % 10, random)) for k in range(200)]))[:, None]
    distorted = augment(pictures, torch.Generator().manual_seed(2), Distortion())
    assert distorted.shape == pictures.shape
    assert float(distorted.min()) >= 0
    assert float(distorted.max()) <= 1
    kept = distorted.sum((1, 2, 3)) / pictures.sum((1, 2, 3))
    assert float(kept.min()) > 0.2
    from lenet import load

    with torch.inference_mode():
        read = load()(distorted).argmax(1)
    assert float((read == torch.arange(200) % 10).float().mean()) > 0.93


def test_eased_distortion_is_weaker_but_turns_as_far():
    eased = Distortion().eased(0.5)
    assert eased.elastic == Distortion().elastic / 2
    assert eased.rotation == Distortion().rotation
