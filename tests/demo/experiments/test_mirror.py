"""In a mirror: both pictures and both answers anew."""

import numpy as np
import pytest
import torch

from demo.experiments.mirror.mirror import run
from tests.demo.experiments.drawings import BUNDLED, own, subject


@pytest.mark.parametrize("network", [*BUNDLED, own()])
@pytest.mark.parametrize(
    ("way", "flip"),
    [("across", np.fliplr), ("down", np.flipud), ("both", lambda picture: np.rot90(picture, 2))],
)
def test_what_is_shown_is_flipped_and_what_is_said_is_the_networks(network, way, flip):
    about = subject(network)
    found = run(about, {"way": way})
    np.testing.assert_array_equal(found["pictures"][0], about.picture)
    np.testing.assert_array_equal(found["pictures"][1], flip(about.picture))
    with torch.no_grad():
        for picture, told in zip(found["pictures"], found["probabilities"], strict=True):
            expected = torch.softmax(about.model(picture[None, None]), 1)[0]
            np.testing.assert_allclose(told, expected, atol=1e-5)
