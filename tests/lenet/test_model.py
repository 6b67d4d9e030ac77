"""The network: its shapes, its counts, and the traced forward pass against plain torch calls."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

import lenet
from lenet.architecture import convolution
from lenet.model import (
    LAYER,
    LAYERS,
    NO_DIGIT,
    PARAMETERS,
    Layer,
    LeNet5,
    digit_score,
    with_no_digit,
)
from lenet.weights import load


def test_layers_are_those_of_the_table():
    # name, kind, maps, height, width, kernel, stride, padding, parameters, multiply-adds
    expected = (
        Layer("input", "picture", 1, 28, 28, 1, 1, 0, 0, 0),
        Layer("C1", "convolution", 6, 28, 28, 5, 1, 2, 156, 117_600),
        Layer("S2", "pooling", 6, 14, 14, 2, 2, 0, 0, 0),
        Layer("C3", "convolution", 16, 10, 10, 5, 1, 0, 2_416, 240_000),
        Layer("S4", "pooling", 16, 5, 5, 2, 2, 0, 0, 0),
        Layer("C5", "fully connected", 120, 1, 1, 5, 1, 0, 48_120, 48_000),
        Layer("F6", "fully connected", 84, 1, 1, 1, 1, 0, 10_164, 10_080),
        Layer("output", "fully connected", 10, 1, 1, 1, 1, 0, 850, 840),
    )
    assert expected == LAYERS


def test_a_layer_counts_its_units_rows_before_columns():
    layer = Layer("x", "convolution", 3, 4, 5)
    assert (layer.units, layer.shape) == (60, (3, 4, 5))
    assert Layer("x", "fully connected", 7, 1, 1).shape == (7,)


def test_a_convolution_with_more_than_one_place_to_stand_is_not_fully_connected():
    before = Layer("input", "picture", 1, 5, 6)
    assert convolution("x", before, 1, 5).kind == "convolution"
    assert convolution("x", Layer("input", "picture", 1, 5, 5), 1, 5).kind == "fully connected"


def test_counts_of_every_layer():
    parameters = {layer.name: layer.parameters for layer in LAYERS}
    assert parameters == {
        "input": 0, "C1": 156, "S2": 0, "C3": 2_416, "S4": 0, "C5": 48_120, "F6": 10_164, "output": 850,
    }  # fmt: skip
    assert PARAMETERS == 61_706
    assert sum(layer.multiply_adds for layer in LAYERS) == 416_520


def test_module_has_the_parameters_layers_says():
    model = LeNet5()
    for layer in LAYERS:
        if layer.parameters:
            assert sum(p.numel() for p in getattr(model, layer.name).parameters()) == layer.parameters


def test_traced_pass_equals_functional_calls_written_out():
    model = lenet.load()
    w = dict(model.named_parameters())
    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        traced = model.trace(x)
        c1 = F.conv2d(F.pad(x, (2, 2, 2, 2)), w["C1.weight"], w["C1.bias"])
        s2 = F.max_pool2d(c1.clamp(min=0), kernel_size=2, stride=2)
        c3 = F.conv2d(s2, w["C3.weight"], w["C3.bias"])
        s4 = F.max_pool2d(c3.clamp(min=0), kernel_size=2, stride=2)
        c5 = s4.reshape(3, 400) @ w["C5.weight"].T + w["C5.bias"]
        f6 = c5.clamp(min=0) @ w["F6.weight"].T + w["F6.bias"]
        logits = f6.clamp(min=0) @ w["output.weight"].T + w["output.bias"]
    expected = {
        "input": x, "C1": c1.clamp(min=0), "S2": s2, "C3": c3.clamp(min=0), "S4": s4, "C5": c5.clamp(min=0),
        "F6": f6.clamp(min=0), "output": logits,
    }  # fmt: skip
    assert set(traced.output) == set(expected)
    for name, value in expected.items():
        torch.testing.assert_close(traced.output[name], value, rtol=1e-4, atol=1e-4)
    for name, value in {"C1": c1, "C3": c3, "C5": c5, "F6": f6}.items():
        torch.testing.assert_close(traced.pre_activation[name], value, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(model(x), logits, rtol=1e-4, atol=1e-4)


def test_trace_has_the_shapes_of_layers():
    traced = LeNet5().trace(torch.zeros(2, 1, 28, 28))
    for layer in LAYERS:
        assert traced.output[layer.name].shape == (2, *layer.shape), layer.name
    assert set(traced.pre_activation) == {"C1", "C3", "C5", "F6"}


def test_shapes_follow_from_kernel_stride_and_padding():
    for before, layer in pairwise(LAYERS):
        assert layer.height == (before.height + 2 * layer.padding - layer.kernel) // layer.stride + 1
    assert LAYER["C3"].multiply_adds == 240_000


def test_no_digit_is_an_eleventh_logit_fixed_at_0():
    logits = torch.randn(4, 10, 3, generator=torch.Generator().manual_seed(1))
    eleven = with_no_digit(logits)
    assert eleven.shape == (4, 11, 3)
    assert torch.equal(eleven[:, :NO_DIGIT], logits)
    assert not eleven[:, NO_DIGIT].any()
    assert torch.equal(with_no_digit(logits[0], 0), eleven[0])
    # The score is the log-odds of "a digit" by the softmax over all eleven.
    p = torch.softmax(eleven[..., 0], 1)
    torch.testing.assert_close(digit_score(logits[..., 0]), torch.log((1 - p[:, NO_DIGIT]) / p[:, NO_DIGIT]))
    many = logits.transpose(1, 2)
    torch.testing.assert_close(digit_score(many)[:, 0], digit_score(many[:, 0]))


@pytest.mark.parametrize("name", ["lenet5", "lenet5-1998", "textbook"])
def test_a_pass_can_go_on_from_any_layer(name):
    model = load(name)
    with torch.inference_mode():
        whole = model.trace(torch.rand(3, 1, 28, 28))
        for at, layer in enumerate(model.layers):
            rest = model.onward(layer.name, whole.output[layer.name], whole.pre_activation.get(layer.name))
            assert list(rest.output) == [each.name for each in model.layers[at:]]
            for behind, values in rest.output.items():
                torch.testing.assert_close(values, whole.output[behind])
            for behind, sums in rest.pre_activation.items():
                torch.testing.assert_close(sums, whole.pre_activation[behind])
