"""Edit a kernel: presets from their definitions, and the network with another kernel anew."""

import copy
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from demo.experiments.kernel.kernel import PRESETS, run
from demo.wire import RequestError
from lenet.architecture import BEFORE, Architecture, Convolution
from lenet.lenet1998 import TABLE
from lenet.model import Traceable
from lenet.own.network import Network
from tests.demo.experiments.drawings import BUNDLED, own, subject

NETWORKS = [*BUNDLED, own(), own("tanh", BEFORE), own("sigmoid", BEFORE, "0 to 255")]


def of_kernels(size: int) -> Network:
    random = torch.Generator().manual_seed(size)
    way = Architecture((Convolution(3, size, padding=0, pooled=False),), (10,))
    units = 3 * (29 - size) ** 2
    weights = [(torch.randn(shape, generator=random), None) for shape in ((3, 1, size, size), (10, units))]
    return Network(way, weights).eval()


def changed(model: Traceable, layer: str, map_: int, from_: int, kernel: torch.Tensor) -> Traceable:
    """The network with one other kernel, which is shaped as its own."""
    with torch.inference_mode(False), torch.no_grad():
        other = copy.deepcopy(model)
        module = getattr(other, layer)
        if hasattr(module, "kernels"):  # of 1998: those alone that are read
            number = sum(len(read) for read in TABLE[:map_]) + TABLE[map_].index(from_)
            module.kernels[number] = kernel
        else:
            module.weight[map_, from_] = kernel
    return other


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("layer", "map_", "from_"), [("C1", 2, 0), ("C3", 4, 5)])
@pytest.mark.parametrize("preset", [None, *PRESETS])
@torch.inference_mode()
def test_the_answer_is_that_of_a_network_with_this_kernel(network, layer, map_, from_, preset):
    about = subject(network)
    model = about.model
    hand = [round(0.1 * i - 1.2, 2) for i in range(25)]
    chosen = {"weights": hand} if preset is None else {"preset": preset}
    found = run(about, {"layer": layer, "map": map_, "from": from_, **chosen})
    kernel = torch.tensor(found["kernel"]).reshape(5, 5)
    trained = getattr(model, layer).weight[map_, from_].detach()
    np.testing.assert_allclose(found["trained"], trained.flatten())
    assert found["preset"] == preset
    if preset is None:
        np.testing.assert_allclose(found["kernel"], hand, rtol=1e-6)
    other = changed(model, layer, map_, from_, kernel)
    before, now = (each.trace(about.image) for each in (model, other))
    logits = torch.cat([before.logits, now.logits])
    np.testing.assert_allclose(found["change"], logits[1] - logits[0], rtol=1e-3, atol=5e-3)
    np.testing.assert_allclose(found["probabilities"], torch.softmax(logits, 1), atol=1e-3)
    sums = model.architecture.pooling == BEFORE
    was, is_ = ((each.pre_activation if sums else each.output)[layer][0, map_] for each in (before, now))
    most = max(float(each.abs().max()) for each in (was, is_, is_ - was))
    np.testing.assert_allclose(found["maps"], torch.stack([was, is_, is_ - was]) / most, atol=1e-4)
    assert found["largest"] == pytest.approx(float(was.abs().max()), rel=1e-4)
    assert found["difference"] == pytest.approx(float((is_ - was).abs().max()), rel=1e-3, abs=1e-4)
    # Nothing is kept
    np.testing.assert_array_equal(getattr(model, layer).weight[map_, from_].detach(), trained)
    np.testing.assert_allclose(model(about.image), before.logits)


KNOWN = {
    "vertical": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "blur": [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
    "laplacian": [[-2, 0, -2], [0, 8, 0], [-2, 0, -2]],
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


def preset_of(about, preset):
    found = run(about, {"preset": preset})
    size = math.isqrt(len(found["kernel"]))
    return np.array(found["kernel"]).reshape(size, size), np.linalg.norm(found["trained"])


@pytest.mark.parametrize(("preset", "kernel"), KNOWN.items())
def test_known_kernels_of_three_are_those_of_textbooks_with_the_trained_norm(preset, kernel):
    found, norm = preset_of(subject(of_kernels(3)), preset)
    np.testing.assert_allclose(found, np.array(kernel) / np.linalg.norm(kernel) * norm, atol=1e-6)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 7])
def test_presets_of_every_size_do_what_they_are_called(size):
    about = subject(of_kernels(size))
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    for preset in run(about, {})["presets"][1:-1]:
        kernel, norm = preset_of(about, preset)
        assert kernel.shape == (size, size)
        assert np.linalg.norm(kernel) == pytest.approx(norm, rel=1e-5)
        seen = {"paper": kernel.sum(), "right": (kernel * x).sum(), "down": (kernel * y).sum()}
        felt = {name for name, value in seen.items() if abs(value) > 1e-5 * norm}
        symmetric = size % 2 == 1
        expected = {
            "vertical": {"right"},
            "horizontal": {"down"},
            "gabor": set(),
            "laplacian": set(),
            "blur": {"paper"},
        }
        if preset != "identity" or symmetric:
            assert felt == expected.get(preset, {"paper"}), preset
        if preset == "gabor":
            np.testing.assert_allclose(kernel, kernel.T)
            # It answers to waves of its way more than to those across.
            with_it, across = ((kernel * np.cos(2 * np.pi * way / 2**0.5 / size)).sum() for way in (x + y, x - y))
            assert with_it > 2 * across
    assert not preset_of(about, "nothing")[0].any()
    assert run(about, {})["preset"] == "trained"


def test_where_a_known_kernel_does_not_fit_the_trained_one_stays():
    for size, missing in ((1, {"vertical", "horizontal", "gabor", "laplacian"}), (2, {"laplacian"}), (3, set())):
        about = subject(of_kernels(size))
        assert set(PRESETS) - set(run(about, {})["presets"]) == missing
        for preset in missing:
            found = run(about, {"preset": preset})
            assert (found["preset"], found["kernel"]) == ("trained", found["trained"])


def test_a_kernel_of_zeros_can_be_changed_too():
    net = of_kernels(5)
    with torch.no_grad():
        net.get_parameter("C1.weight")[1] = 0
    about = subject(net)
    found = run(about, {"map": 1, "preset": "blur"})
    assert found["reach"] == pytest.approx(1)
    assert np.linalg.norm(found["kernel"]) == pytest.approx(1)
    expected = F.relu(F.conv2d(about.image, torch.tensor(found["kernel"]).reshape(1, 1, 5, 5)))[0, 0]
    assert found["largest"] == 0
    np.testing.assert_allclose(found["maps"][1], expected / expected.max(), atol=1e-5)


@pytest.mark.parametrize(
    ("network", "settings"),
    [
        ("lenet5", {"layer": "S2"}), ("lenet5", {"layer": "C5"}), ("lenet5", {"layer": "C3", "map": 16}),
        ("lenet5", {"layer": "C3", "from": 6}), ("lenet5", {"layer": "C1", "from": 1}),
        ("lenet5", {"preset": "sharp"}),
        ("lenet5", {"weights": [0.0] * 24}), ("lenet5", {"weights": [0.0] * 24 + [float("nan")]}),
        ("lenet5", {"weights": [0.0] * 24 + [1e5]}), ("lenet5", {"weights": "blur"}),
        ("lenet5-1998", {"layer": "C3", "map": 0, "from": 3}),
    ],
)  # fmt: skip
def test_wrong_settings_get_a_sentence(network, settings):
    with pytest.raises(RequestError, match=r"(must be|reads the maps) .*\."):
        run(subject(network), settings)


def test_a_network_whose_kernels_stand_at_one_place_has_none_to_edit():
    with pytest.raises(RequestError, match="no kernels"):
        run(subject(of_kernels(28)), {})
