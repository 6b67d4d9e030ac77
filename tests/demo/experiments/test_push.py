"""Push it: pictures and curves anew with plain torch calls."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from demo.experiments.push.push import KINDS, pushed, run
from demo.wire import RequestError
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
        for place in (0, 17, 40):
            picture = pushed(about.image, kind, found["along"][place : place + 1])
            expected = torch.softmax(about.model(picture), 1)[0]
            np.testing.assert_allclose(found["probabilities"][place], expected, atol=1e-5)
        np.testing.assert_allclose(found["picture"], pushed(about.image, kind, torch.tensor([at]))[0, 0])
        np.testing.assert_allclose(found["logits"], about.model(found["picture"][None, None])[0], atol=1e-4)


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
