"""Take it apart: what is left of a network, anew with plain torch calls."""

import copy
import functools
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from demo.experiments.apart.apart import run
from demo.wire import RequestError
from lenet.architecture import BEFORE
from lenet.model import Traceable
from tests.demo.experiments.drawings import BUNDLED, own, subject

NETWORKS = [*BUNDLED, own(), own("tanh", BEFORE), own("sigmoid", BEFORE)]


def forward(model: Traceable, picture, act=lambda layer, values: values):
    """Logits of a picture, layer by layer; `act` is done to what each layer passes on, or to the sums where pooling
    reads those."""
    x = model.scaled(torch.from_numpy(picture)[None, None])
    pooling = model.architecture.pooling
    for layer in model.layers[1:]:
        module: Any = getattr(model, layer.name, None)
        if layer.kind == "pooling":
            if pooling == "trained":
                x = 4 * F.avg_pool2d(x, 2) * module.weight[:, None, None] + module.bias[:, None, None]
                x = 1.7159 * torch.tanh(2 / 3 * x)
            else:
                x = F.max_pool2d(x, 2) if pooling == "max" else F.avg_pool2d(x, 2)
                x = model.activate(x) if pooling == BEFORE else x
        elif layer.kind == "convolution":
            x = F.conv2d(model.padded(layer, x), module.weight, module.bias)
            x = x if pooling == BEFORE else model.activate(x)
        elif layer.name != "output":
            x = model.activate(F.linear(x.flatten(1), module.weight, module.bias))
        elif model.architecture.output == "distances":
            return -(x[:, None] - module.weight).square().sum(2)[0]
        else:
            return F.linear(x.flatten(1), module.weight, module.bias)[0]
        x = act(layer.name, x.clone())
    raise AssertionError


def muted(values):
    values[:, 3] = 0


def solo(values):
    values[:, [i for i in range(values.shape[1]) if i != 3]] = 0


def swapped(values):
    values[:, [3, 5]] = values[:, [5, 3]]


ACTS = {"mute": muted, "solo": solo, "swap": swapped}


class Acts:
    """Does something to what one layer passes on, and keeps map 3 of it before and after."""

    def __init__(self, layer, act):
        self.layer, self.act = layer, act

    def __call__(self, name, values):
        if name == self.layer:
            before = values[0, 3].clone()
            self.act(values)
            self.seen = [before, values[0, 3].clone()]
        return values


def agrees(found, before, now):
    np.testing.assert_allclose(found["logits"][0], before, rtol=1e-3, atol=2e-3)
    np.testing.assert_allclose(found["logits"][1], now, rtol=1e-3, atol=2e-3)
    np.testing.assert_allclose(found["change"], now - before, rtol=1e-3, atol=2e-3)
    np.testing.assert_allclose(found["probabilities"], torch.softmax(torch.stack([before, now]), 1).numpy(), atol=1e-4)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("do", ["mute", "solo", "swap"])
@torch.inference_mode()
def test_every_hidden_layer_can_do_without_a_map_or_with_it_alone_or_with_two_swapped(network, do):
    about = subject(network)
    for layer in about.model.layers[1:-1]:
        found = run(about, {"layer": layer.name, "map": 3, "do": do, "with": 5})
        acts = Acts(layer.name, ACTS[do])
        before, now = forward(about.model, about.picture), forward(about.model, about.picture, acts)
        agrees(found, before, now)
        assert ("maps" in found, "units" in found) == (len(layer.shape) > 1, len(layer.shape) == 1)
        np.testing.assert_allclose(
            found["maps" if len(layer.shape) > 1 else "units"], torch.stack(acts.seen).numpy(), atol=1e-4
        )


def changed(model: Traceable, layer: str, change):
    """The network with other weights in one layer."""
    with torch.inference_mode(False):
        other = copy.deepcopy(model)
        with torch.no_grad():
            change(getattr(other, layer))
    return other


@pytest.mark.parametrize("network", ["lenet5", "textbook", own("tanh", BEFORE)])
@torch.inference_mode()
def test_swapping_is_to_swap_kernels_and_biases(network):
    about = subject(network)
    for layer in ("C1", "C3", "C5"):

        def swap(module):
            for each in (module.weight, module.bias):
                each[[0, 2]] = each[[2, 0]]

        found = run(about, {"layer": layer, "map": 0, "do": "swap", "with": 2})
        now = changed(about.model, layer, swap)(about.image)[0]
        agrees(found, about.model(about.image)[0], now)


@pytest.mark.parametrize("network", NETWORKS)
@torch.inference_mode()
def test_without_its_bias_a_map_is_that_of_a_network_whose_bias_is_zero(network):
    about = subject(network)
    for layer in about.model.layers[1:-1]:
        if not layer.biases:
            with pytest.raises(RequestError, match="no biases"):
                run(about, {"layer": layer.name, "map": 1, "do": "bias"})
            continue
        found = run(about, {"layer": layer.name, "map": 1, "do": "bias"})
        now = changed(about.model, layer.name, lambda module: module.bias[1].zero_())(about.image)[0]
        agrees(found, about.model(about.image)[0], now)
        assert found["bias"] == pytest.approx(float(getattr(about.model, layer.name).bias[1]))


def replaced(values, passed):
    values[0, 4] = passed


@pytest.mark.parametrize("network", NETWORKS)
@torch.inference_mode()
def test_untied_one_place_sees_the_kernel_turned_and_all_others_as_it_is(network):
    about = subject(network)
    model = about.model
    for layer in (layer for layer in model.layers if layer.kind == "convolution"):
        x = model.scaled(about.image)
        if layer.name == "C3":
            x = model.read_by(layer, about.traced)
        module = getattr(model, layer.name)
        turned = F.conv2d(model.padded(layer, x), module.weight[4:5].flip(2, 3), module.bias[4:5])[0, 0]
        straight = about.traced.pre_activation[layer.name][0, 4]
        largest = about.traced.output[layer.name][0, 4]
        for place in ({}, {"row": 2, "column": 7}):
            found = run(about, {"layer": layer.name, "map": 4, "do": "untie", **place})
            row, column = found["place"]
            assert (row, column) == (2, 7) if place else largest[row, column] == largest.max()
            assert found["places"] == layer.height * layer.width
            np.testing.assert_allclose(
                found["sums"], [straight[row, column], turned[row, column]], rtol=1e-3, atol=1e-3
            )

            mixed = straight.clone()
            mixed[row, column] = turned[row, column]
            passed = mixed if model.architecture.pooling == BEFORE else model.activate(mixed)
            act = Acts(layer.name, functools.partial(replaced, passed=passed))
            agrees(found, forward(model, about.picture), forward(model, about.picture, act))


def test_costs_are_those_of_the_card_and_of_pooled_maps_those_of_the_maps_they_pool():
    muted = lenet.card()["measured"]["muted"]
    about = subject()
    for layer, of in (("C1", "C1"), ("S2", "C1"), ("C3", "C3"), ("S4", "C3"), ("C5", "C5"), ("F6", "F6")):
        found = run(about, {"layer": layer})["measured"]
        assert found == {
            "untouched": muted["test_error_percent"],
            "errors": muted["with_one_muted"][of],
            "n": 10_000,
        }
        assert len(found["errors"]) == about.layer(layer).maps
    for network in ("textbook", own()):
        assert run(subject(network), {})["measured"] is None


@pytest.mark.parametrize(
    "settings",
    [
        {"layer": "C9"}, {"layer": "output"}, {"layer": 1}, {"map": 6}, {"map": -1}, {"map": 1.5}, {"do": "melt"},
        {"do": "swap", "with": 6}, {"do": "untie", "row": 28}, {"do": "untie", "column": "left"},
        {"layer": "S2", "do": "bias"}, {"layer": "S2", "do": "untie"}, {"layer": "C5", "do": "untie"},
    ],
)  # fmt: skip
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(RequestError, match=r"(must be|has no|nothing is tied).*\.|tied\."):
        run(subject(), settings)
