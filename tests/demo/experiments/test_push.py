"""Push it: pictures and curves anew with plain torch calls."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from demo.experiments.push.push import KINDS, pushed, run
from demo.wire import RequestError
from lenet.architecture import Architecture, Convolution
from lenet.own.network import Network
from lenet.weights import threshold
from tests.demo.experiments.drawings import BUNDLED, own, subject


def test_whole_shifts_move_every_pixel():
    picture = torch.zeros(1, 1, 28, 28)
    picture[..., 4:24, 4:24] = torch.rand(20, 20)
    for kind, axis in (("shift", 3), ("lift", 2)):
        for by in (-3, 0, 2):
            (moved,) = pushed(picture, kind, torch.tensor([float(by)]))
            np.testing.assert_allclose(moved, torch.roll(picture, by, axis)[0], atol=1e-5)


def test_a_quarter_turn_and_a_doubling_and_a_slant_are_what_they_say():
    picture = torch.rand(1, 1, 28, 28)
    (turned,) = pushed(picture, "turn", torch.tensor([90.0]))
    np.testing.assert_allclose(turned, torch.rot90(picture, -1, (2, 3))[0], atol=1e-5)
    dot = torch.zeros(1, 1, 28, 28)
    dot[..., 12:16, 12:16] = 1
    (large,) = pushed(dot, "scale", torch.tensor([1.0]))
    assert float(large.sum()) == pytest.approx(64, rel=0.05)
    line = torch.zeros(1, 1, 28, 28)
    line[..., 13:15] = 1
    (slanted,) = pushed(line, "slant", torch.tensor([0.5]))
    top, bottom = (float((row * torch.arange(28)).sum() / row.sum()) for row in (slanted[0, 4], slanted[0, 23]))
    assert top - bottom == pytest.approx(0.5 * 19, rel=0.05)


def test_thicker_lines_are_the_largest_of_neighbours_and_thinner_ones_the_smallest():
    picture = torch.rand(1, 1, 28, 28)
    padded = F.pad(picture, (1,) * 4)
    around = [padded[..., 1 + y : 29 + y, 1 + x : 29 + x] for y, x in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
    (thicker, halfway, same) = pushed(picture, "thicken", torch.tensor([1.0, 0.5, 0.0]))
    np.testing.assert_allclose(thicker, torch.stack(around).amax(0)[0])
    np.testing.assert_allclose(halfway, (thicker + picture[0]) / 2, atol=1e-6)
    np.testing.assert_allclose(same, picture[0])
    (thinner,) = pushed(picture, "thicken", torch.tensor([-1.0]))
    inside = torch.stack(around).amin(0)[0, :, 1:-1, 1:-1]
    np.testing.assert_allclose(thinner[:, 1:-1, 1:-1], inside)


@pytest.mark.parametrize("network", [*BUNDLED, own()])
@pytest.mark.parametrize("kind", KINDS)
def test_the_curve_is_what_the_network_says_of_each_picture(network, kind):
    about = subject(network)
    at = 0.4 if kind == "noise" else -0.6
    found = run(about, {"kind": kind, "at": at})
    with torch.inference_mode():
        for place in (0, 17, 40, 41):
            picture = pushed(about.image, kind, found["along"][place : place + 1])
            logits = about.model(picture)[0]
            np.testing.assert_allclose(found["probabilities"][place], torch.softmax(logits, 0), atol=1e-5)
            is_digit = network != "lenet5" or torch.logsumexp(logits, 0) >= threshold()
            assert found["read"][place] == (int(logits.argmax()) if is_digit else None)
        assert float(found["along"][41]) == pytest.approx(at)
        np.testing.assert_allclose(found["picture"], pushed(about.image, kind, torch.tensor([at]))[0, 0])


def test_noise_is_no_digit_to_the_bundled_network():
    assert run(subject(), {"kind": "noise", "at": 1})["read"][-1] is None


def padded(scaling, padding=(2, 0)):
    """LeNet-5's own weights, pixels scaled otherwise, and convolutions padded so."""
    maps = (Convolution(6, 5, padding[0], pooled=True), Convolution(16, 5, padding[1], pooled=True))
    way = Architecture(maps, (10,), scaling=scaling)
    random = torch.Generator().manual_seed(5)
    shapes = [(6, 1, 5, 5), (16, 6, 5, 5), (10, way.layers[-2].units)]
    return Network(way, [(torch.randn(each, generator=random) / 9, torch.ones(each[0])) for each in shapes]).eval()


@pytest.mark.parametrize(
    ("network", "rim"),
    [
        (padded("0 to 1"), False),
        (padded("mean 0.1307, deviation 0.3081"), True),
        (padded("1 to 0, ink is 0"), True),
        (padded("0 to 1", (0, 1)), True),
        (padded("−1 to 1", (0, 0)), False),
        ("lenet5-1998", False),
    ],
)
def test_the_rim_is_told_where_it_is_no_paper(network, rim):
    blot = np.zeros((28, 28), np.float32)
    blot[11:17, 11:17] = 1
    moved = run(subject(network, picture=blot), {"kind": "shift", "at": 4})["moved"]
    assert moved["rim"] == rim
    assert (moved["difference"] < 1e-4) != rim


def test_a_shift_beyond_all_cells_leaves_none_to_compare():
    small = Architecture(tuple(Convolution(3, 9, 0, pooled=number == 0) for number in range(2)), (10,))
    random = torch.Generator().manual_seed(5)
    shapes = [(3, 1, 9, 9), (3, 3, 9, 9), (10, small.layers[-2].units)]
    about = subject(Network(small, [(torch.randn(each, generator=random), None) for each in shapes]).eval())
    assert about.model.layers[-2].height * 2 < 10
    for by in (10, -10):
        moved = run(about, {"kind": "shift", "at": by})["moved"]
        assert (moved["cells"], moved["difference"]) == (by / 2, 0)


@pytest.mark.parametrize("network", ["lenet5", "textbook"])
def test_a_shift_by_four_pixels_moves_the_last_maps_exactly_and_by_three_does_not(network):
    # A small picture in the middle, whose ink stays away from the border.
    picture = np.zeros((28, 28), np.float32)
    picture[11:17, 10:18] = subject().picture[8:14, 8:16]
    about = subject(network, picture=picture)
    for kind in ("shift", "lift"):
        for by in (4, -4):
            moved = run(about, {"kind": kind, "at": by})["moved"]
            assert (moved["layer"], moved["stride"], moved["cells"]) == ("S4", 4, by / 4)
            assert moved["difference"] < 1e-5
        assert run(about, {"kind": kind, "at": 3})["moved"]["difference"] > 0.01
    assert run(subject(), {"kind": "lift", "at": 8})["moved"]["difference"] > 0.01  # ink leaves the picture


@pytest.mark.parametrize(
    "settings",
    [{"kind": "melt"}, {"kind": 3}, {"kind": "turn", "at": 91}, {"kind": "shift", "at": "far"}, {"at": float("nan")}],
)
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(RequestError, match=r"must be .*\."):
        run(subject(), settings)
