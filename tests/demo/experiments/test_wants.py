"""What it wants to see: digits, pictures and places anew with plain torch calls."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from demo.experiments import measured
from demo.experiments.wants.wants import NORM, run
from demo.wire import RequestError
from lenet.architecture import Architecture, Convolution
from lenet.mistake import Mistake
from lenet.own.network import Network
from lenet.training.mnist import mnist
from tests.demo.experiments.drawings import BUNDLED, own, subject

NETWORKS = [*BUNDLED, own(), own("sigmoid", "average"), own("tanh", "average before the activation", "0 to 255")]


def passed_on(picture):
    """What each layer of the bundled network passes on for one picture, tensor (28, 28)."""
    model = lenet.load()
    with torch.inference_mode():
        c1 = F.relu(F.conv2d(picture[None, None], model.C1.weight, model.C1.bias, padding=2))
        s2 = F.max_pool2d(c1, 2)
        c3 = F.relu(F.conv2d(s2, model.C3.weight, model.C3.bias))
        s4 = F.max_pool2d(c3, 2)
        c5 = F.relu(F.linear(s4.flatten(1), model.C5.weight, model.C5.bias))
        f6 = F.relu(F.linear(c5, model.F6.weight, model.F6.bias))
        logits = F.linear(f6, model.output.weight, model.output.bias)
    return {"C1": c1[0], "S2": s2[0], "C3": c3[0], "S4": s4[0], "C5": c5[0], "F6": f6[0], "output": logits[0]}


def value_of(model, picture, layer, map_, row, column):
    with torch.inference_mode():
        values = model.trace(torch.as_tensor(picture)[None, None]).output[layer][0, map_]
    return float(values[row, column] if values.dim() else values)


@pytest.mark.parametrize(("layer", "map_"), [("C1", 5), ("S2", 1), ("C3", 7), ("S4", 0), ("C5", 9), ("output", 4)])
def test_the_digits_shown_are_those_of_the_test_set_that_excite_it_most(mnist_folder, layer, map_):
    test = mnist("test", mnist_folder)
    found = run(subject(), {"layer": layer, "map": map_})
    with torch.inference_mode():
        traced = [lenet.load().trace(some[:, None].float() / 255).output[layer] for some in test.images.split(1000)]
    most = torch.cat([each[:, map_].flatten(1).amax(1) if each.dim() > 2 else each[:, map_] for each in traced])
    best = most.topk(4)
    assert [each["value"] for each in found["digits"]] == pytest.approx(best.values.tolist(), abs=1e-3)
    assert [each["number"] for each in found["digits"]] == best.indices.tolist()
    for each, picture in zip(found["digits"], found["pictures"]):
        assert each["digit"] == int(test.labels[each["number"]])
        np.testing.assert_allclose(picture, test.images[each["number"]] / 255)
        values = passed_on(torch.from_numpy(picture))[layer][map_]
        at = (each["row"], each["column"]) if values.dim() else ()
        assert float(values[at]) == pytest.approx(each["value"], abs=1e-3)


def test_every_unit_has_its_digits_and_the_file_is_small():
    arrays = measured.arrays()
    assert arrays["index"].shape == arrays["value"].shape == (6 + 6 + 16 + 16 + 120 + 84 + 10, 4)
    assert (np.diff(arrays["value"], axis=1) <= 0).all()
    assert arrays["pictures"].dtype == np.uint8
    assert sorted(set(arrays["index"].ravel())) == list(range(len(arrays["pictures"])))
    assert measured.FILE.stat().st_size < 1_000_000


@pytest.mark.parametrize("network", NETWORKS)
def test_the_picture_that_is_made_is_within_its_bounds_and_worth_what_is_told(network):
    about = subject(network)
    for layer in about.model.layers[1:]:
        map_ = layer.maps - 1
        found = run(about, {"layer": layer.name, "map": map_})["made"]
        picture = found["picture"]
        assert picture.shape == (28, 28)
        assert 0 <= float(picture.min()) <= float(picture.max()) <= 1
        assert float(picture.norm()) <= NORM + 1e-4
        assert found["norm"] == pytest.approx(float(picture.norm()), abs=1e-3)
        assert (found["row"], found["column"]) == (layer.height // 2, layer.width // 2)
        value = value_of(about.model, picture, layer.name, map_, found["row"], found["column"])
        assert found["value"] == pytest.approx(value, abs=1e-3)
        # Never less than paper, and a picture of chance of the same norm
        chance = torch.rand(28, 28, generator=torch.Generator().manual_seed(1))
        for other in (torch.zeros(28, 28), chance * NORM / chance.norm()):
            assert value >= value_of(about.model, other, layer.name, map_, found["row"], found["column"]) - 1e-4
        again = run(about, {"layer": layer.name, "map": map_})["made"]
        np.testing.assert_array_equal(picture, again["picture"])
    assert all(each.grad is None for each in about.model.parameters())


def test_in_c1_it_comes_near_the_most_there_is_and_elsewhere_beyond_the_best_digit():
    about = subject()
    weight, bias = (lenet.load().state_dict()[f"C1.{name}"] for name in ("weight", "bias"))
    for map_ in range(6):
        most = float(weight[map_].clamp_min(0).sum() + bias[map_])
        value = run(about, {"layer": "C1", "map": map_})["made"]["value"]
        assert 0.93 * most <= value <= most + 1e-4
    for layer in ("C3", "S4", "F6", "output"):
        found = [run(about, {"layer": layer, "map": map_}) for map_ in range(4)]
        beyond = [each["made"]["value"] > each["digits"][0]["value"] for each in found if each["digits"][0]["value"]]
        assert sum(beyond) >= len(beyond) - 1


def test_it_draws_only_where_the_unit_sees():
    for layer, first, last in (("C1", 12, 16), ("S2", 12, 17), ("C3", 8, 21), ("S4", 6, 21)):
        picture = run(subject(), {"layer": layer, "map": 1})["made"]["picture"].clone()
        assert float(picture[first : last + 1, first : last + 1].sum()) > 1
        picture[first : last + 1, first : last + 1] = 0
        assert float(picture.sum()) == 0


def test_its_norm_is_half_of_a_digits(mnist_folder):
    images = mnist("test", mnist_folder).images.float().flatten(1) / 255
    assert pytest.approx(float(images.square().sum(1).sqrt().mean()) / 2, rel=0.01) == NORM


@pytest.mark.parametrize("network", NETWORKS)
def test_where_it_fires_on_the_drawing(network):
    about = subject(network)
    for layer in about.model.layers[1:]:
        found = run(about, {"layer": layer.name, "map": 0})
        values = about.traced.output[layer.name][0, 0].numpy()
        here = found["here"]
        assert here["value"] == pytest.approx(float(values.max()), abs=1e-3)
        if values.ndim:
            assert values[here["row"], here["column"]] == values.max()
        np.testing.assert_array_equal(found["picture"], about.picture)


def test_of_other_networks_no_digits_are_known_and_that_is_said(monkeypatch):
    for network in ("lenet5-1998", own()):
        found = run(subject(network), {"layer": "C1", "map": 0})
        assert found["elsewhere"] == "MNIST's test set was measured for the bundled network alone."
        assert "digits" not in found
    monkeypatch.setattr(measured, "card", lambda name: {"network_sha256": "of another", "weights_sha256": str(name)})
    measured.arrays.cache_clear()
    try:
        assert "measured of other weights" in run(subject(), {"layer": "C1"})["elsewhere"]
    finally:
        measured.arrays.cache_clear()


def test_a_file_that_is_missing_or_damaged_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(measured, "FILE", tmp_path / "gone.npz")
    monkeypatch.setattr(measured, "card", lambda name: {"network_sha256": "", "weights_sha256": ""})
    for content in (None, b"PK\x03\x04 broken"):
        if content:
            measured.FILE.write_bytes(content)
        measured.arrays.cache_clear()
        with pytest.raises(Mistake, match="missing or damaged"):
            measured.arrays()
    measured.arrays.cache_clear()


def test_a_network_that_is_too_large_gets_a_sentence():
    way = Architecture((Convolution(64, 5, 2, pooled=False), Convolution(64, 5, 2, pooled=True)), (10,))
    shapes = [(64, 1, 5, 5), (64, 64, 5, 5), (10, 64 * 14 * 14)]
    large = Network(way, [(torch.zeros(shape), torch.zeros(shape[0])) for shape in shapes]).eval()
    with pytest.raises(RequestError, match="too large"):
        run(subject(large), {"layer": "C1"})


@pytest.mark.parametrize(
    "settings",
    [{"layer": "input"}, {"layer": 3}, {"layer": "C9"}, {"layer": "C1", "map": 6}, {"map": -1}, {"map": "two"}],
)
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(RequestError, match=r"must be .*\."):
        run(subject(), settings)


def test_the_norm_is_half_of_what_a_digit_has_by_the_card():
    found = run(subject(), {"layer": "F6"})
    assert found["usual"] == lenet.card(measured.FILE)["measured"]["mean_norm"]
    assert pytest.approx(found["usual"] / 2, abs=0.01) == NORM
