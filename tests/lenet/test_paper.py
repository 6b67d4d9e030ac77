"""Ink is told from paper in any light."""

import numpy as np
import pytest

from lenet.ink import draw
from lenet.paper import contrast_of, ink_on, inks_of, is_dark, largest, noise_of, off_paper, otsu, paper_of

SIZE = (240, 300)


def stroke(*points, width=8.0):
    """How much a stroke covers of each pixel."""
    ends = np.array(points, float)
    return draw(ends[:-1], ends[1:], *SIZE, width)


SEVEN = stroke((100, 60), (190, 60), (130, 190))


def written(paper, ink=0.15, cover=SEVEN):
    return (paper * (1 - cover) + ink * cover).astype(np.float32)


def masks(light):
    return [ink > 0.5 for ink in inks_of(np.asarray(light, np.float32))]


def test_ink_on_white_paper_is_all_there_is():
    found, *_ = masks(written(np.full(SIZE, 0.95)))
    assert (found == (SEVEN > 0.5)).mean() > 0.998


@pytest.mark.parametrize("side", range(4))
def test_a_hard_shadow_is_no_ink(side):
    paper = np.full(SIZE, 0.9)
    paper[:, 150:] = 0.5
    light = np.rot90(written(paper, 0.1), side)
    assert (masks(light)[0] == np.rot90(SEVEN > 0.5, side)).mean() > 0.995


def test_contrast_is_in_shares_of_the_papers_light():
    for paper in (0.9, 0.5, 0.3):
        light = written(np.full(SIZE, paper), paper * 0.4)
        assert contrast_of(light)[SEVEN == 1].mean() == pytest.approx(0.6, abs=0.02)
        assert contrast_of(light)[:40].max() < 0.01
    # Black paper has no light to take shares of.
    assert contrast_of(np.where(SEVEN > 0.5, 0.0, 0.02).astype(np.float32)).max() < 0.2


@pytest.mark.parametrize("side", range(4))
def test_light_that_slopes_makes_no_ink_at_the_rim(side):
    slope = np.rot90(np.broadcast_to(np.linspace(0.6, 0.9, SIZE[1]), SIZE), side)
    assert contrast_of(slope.astype(np.float32)).max() < 0.01


def test_faint_ink_is_found_where_the_paper_has_no_grain_and_grain_alone_is_none():
    faint = written(np.full(SIZE, 0.9), 0.8)
    assert (masks(faint)[0] == (SEVEN > 0.5)).mean() > 0.995
    assert masks(written(np.full(SIZE, 0.9), 0.88)) == []
    random = np.random.default_rng(1)
    for grain in (0.005, 0.02, 0.08):
        assert masks(random.normal(0.8, grain, SIZE)) == []
    assert noise_of(random.normal(0.5, 0.02, SIZE)) == pytest.approx(0.022, rel=0.1)


@pytest.mark.parametrize("sides", [1, 2, 4])
def test_what_the_paper_lies_on_is_no_ink(sides):
    light = written(np.full(SIZE, 0.9), 0.6)  # fainter than the table
    table = np.zeros(SIZE, bool)
    for edge in (np.s_[:25], np.s_[:, :40], np.s_[-30:], np.s_[:, -20:])[:sides]:
        table[edge] = True
    light[table] = 0.2
    without = masks(light)[1]
    assert (without == (SEVEN > 0.5)).mean() > 0.99
    assert without[table].mean() < 0.02  # a thin line where a table as wide as that ends


def test_a_line_at_the_rim_does_not_lie_off_the_paper():
    assert not off_paper(stroke((-5, 100), (200, 100)) > 0.5).any()
    block = np.zeros(SIZE, bool)
    block[100:150, 100:150] = True
    assert not off_paper(block).any()
    block[100:150, :150] = True
    assert off_paper(block)[100:150, :150].all()
    assert not off_paper(block)[:, 200:].any()


def test_where_some_ink_is_far_darker_it_may_be_all_there_is():
    light = written(np.full(SIZE, 0.9), 0.55, stroke((10, 120), (290, 120), (290, 140), (10, 140), width=6.0))
    both, *_, dark = masks(np.minimum(light, written(np.full(SIZE, 0.9), 0.1)))
    assert both[120, 20]
    assert (dark == (SEVEN > 0.5)).mean() > 0.995


@pytest.mark.parametrize("side", [1, 3, 4, 9, 31])
def test_the_largest_around_each_pixel(side):
    values = np.random.default_rng(side).random((20, 35)).astype(np.float32)
    reach = side // 2
    for row, column in ((0, 0), (10, 17), (19, 34), (5, 30)):
        around = values[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        assert largest(values, side)[row, column] == around.max()


def test_the_largest_along_one_axis():
    values = np.random.default_rng(1).random((20, 35)).astype(np.float32)
    assert largest(values, 7, (1,))[4, 10] == values[4, 7:14].max()
    assert largest(values, 7, (0,))[4, 10] == values[1:8, 10].max()


def test_paper_is_what_most_of_the_middle_shows():
    table = np.full((100, 100), 0.1)
    table[15:85, 15:85] = 0.9
    assert not is_dark(table)
    assert is_dark(1 - table)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_paper_in_a_hard_shadow_is_light_and_what_is_written_on_it_dark(share):
    light = np.full((200, 240), 0.9, np.float32)
    light[:, : round(240 * share)] = 0.35
    light[80:120, 60:66] = 0.05
    light[80:86, 60:180] *= 0.2
    assert paper_of(light) == (False, True)
    assert not is_dark(light)
    assert is_dark(1 - light)


def test_a_thick_digit_that_fills_its_picture_is_no_shadow():
    light = np.full((200, 200), 0.9, np.float32)
    light[20:180, 55:75] = 0.1
    light[20:180, 125:145] = 0.1
    light[20:50, 55:145] = 0.1
    assert paper_of(light) == (False, False)
    assert not is_dark(light)
    assert is_dark(1 - light)


def test_what_is_weak_beside_lines_is_ink_when_they_are_taken_for_paper():
    light = np.full((200, 240), 0.9, np.float32)
    light[:, 60:66] = 0.05
    light[80:86, 100:180] = 0.75
    assert ink_on(light)[80:86, 100:180].max() < 0.5
    lines = light < 0.1
    assert ink_on(light, lines)[81:85, 100:180].min() > 0.9
    assert not ink_on(light, lines)[:, 55:71].any()


def test_ink_by_one_threshold_lies_on_the_paper():
    light = written(np.full(SIZE, 0.9), 0.6)
    assert (ink_on(light) == next(inks_of(light))).all()
    light[:25] = light[-30:] = 0.2
    assert ((ink_on(light) > 0.5) == (SEVEN > 0.5)).mean() > 0.99
    assert not ink_on(np.full(SIZE, 0.7, np.float32)).any()


def test_otsus_threshold_leaves_the_least_variance_within():
    random = np.random.default_rng(3)
    for _ in range(30):
        values = np.concatenate([
            np.clip(random.normal(random.uniform(0, 0.5), 0.15, random.integers(100, 2_000)), 0, 1),
            np.clip(random.normal(random.uniform(0.5, 1), 0.15, random.integers(100, 2_000)), 0, 1),
        ])  # fmt: skip
        binned = (np.minimum(np.floor(values * 128), 127) + 0.5) / 128

        def within(at, binned=binned):
            parts = (binned[binned < at], binned[binned >= at])
            return sum(len(part) * part.var() for part in parts if len(part))

        best = min(within(edge / 128) for edge in range(1, 128))
        assert within(otsu(values)) == pytest.approx(best)
        assert (otsu(values) * 128) % 1 == 0
    with np.errstate(all="raise"):  # classes that hold nothing are no reason to warn
        assert 0 < otsu(np.array([0.25, 0.75])) < 1
