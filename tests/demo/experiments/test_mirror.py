"""In a mirror: both pictures and both answers anew."""

import numpy as np
import pytest
import torch

from demo.experiments.mirror.mirror import run
from lenet.weights import threshold
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
        for picture, told, read in zip(found["pictures"], found["probabilities"], found["read"], strict=True):
            logits = about.model(picture[None, None])[0]
            np.testing.assert_allclose(told, torch.softmax(logits, 0), atol=1e-5)
            is_digit = network != "lenet5" or torch.logsumexp(logits, 0) >= threshold()
            assert read == (int(logits.argmax()) if is_digit else None)
