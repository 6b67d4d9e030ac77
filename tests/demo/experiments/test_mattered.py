"""Which pixels mattered: covered, by the gradient, and split exactly, anew with plain torch calls."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from demo.experiments.mattered.mattered import run
from demo.wire import RequestError
from tests.demo.experiments.drawings import large, own, subject

LINEAR = [
    "lenet5",
    own(),
    own(pooling="average", scaling="1 to −1, ink is −1"),
    own(pooling="average before the activation", scaling="0 to 255"),
]
BENT = ["lenet5-1998", "textbook", own("tanh"), own("sigmoid", "average")]


def apart(model, pictures, output, against):
    """Of pictures (n, 28, 28) the difference of two logits (n,)."""
    with torch.inference_mode():
        logits = model(torch.as_tensor(pictures)[:, None])
    return (logits[:, output] - logits[:, against]).numpy()


def apart_in(about, output, against, picture=None):
    return float(apart(about.model, (about.picture if picture is None else picture)[None], output, against)[0])


@pytest.mark.parametrize("network", [*LINEAR, *BENT])
def test_what_is_explained_is_the_answer_against_the_second_likeliest_if_nothing_is_said(network):
    about = subject(network)
    first, second, third = about.traced.logits[0].topk(3).indices.tolist()
    found = run(about, {"output": None})
    assert (found["output"], found["against"]) == (first, second)
    assert found["difference"] == pytest.approx(apart_in(about, first, second), abs=1e-4)
    np.testing.assert_array_equal(found["ink"], about.picture)
    assert (run(about, {"against": first})["output"], run(about, {"output": third})["against"]) == (second, first)
    found = run(about, {"output": 2, "against": 6})
    assert found["difference"] == pytest.approx(apart_in(about, 2, 6), abs=1e-4)


@pytest.mark.parametrize("network", ["lenet5", "lenet5-1998", "textbook", own()])
@pytest.mark.parametrize("side", [3, 5, 9])
def test_a_square_of_paper_is_laid_around_every_pixel(network, side):
    about = subject(network)
    found = run(about, {"output": 7, "against": 2, "side": side})
    assert found["stride"] == 1
    reach = side // 2
    pictures = np.repeat(about.picture[None], 784, 0)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, 28)
        picture[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0
    expected = found["difference"] - apart(about.model, pictures, 7, 2).reshape(28, 28)
    np.testing.assert_allclose(found["occlusion"].numpy(), expected, atol=2e-3 * np.abs(expected).max() + 1e-5)


@pytest.mark.parametrize("network", [*LINEAR, *BENT])
def test_the_gradient_is_what_a_little_more_ink_adds(network):
    about = subject(network)
    found = run(about, {"output": 3, "against": 8})
    copied = about.image.double().requires_grad_()
    logits = plain(about.model, copied)
    (slope,) = torch.autograd.grad(logits[0, 3] - logits[0, 8], [copied])
    expected = slope[0, 0].numpy()
    np.testing.assert_allclose(found["gradient"].numpy(), expected, atol=1e-3 * np.abs(expected).max())


def plain(model, pictures):
    """The forward pass of all these networks, in float64."""
    way = model.architecture
    activations = {
        "ReLU": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "1.7159 tanh(2a/3)": lambda a: 1.7159 * torch.tanh(2 * a / 3),
    }
    activate = activations[way.activation]
    times, plus = {
        "0 to 1": (1, 0),
        "mean 0.1307, deviation 0.3081": (1 / 0.3081, -0.1307 / 0.3081),
        "1 to −1, ink is −1": (-2, 1),
        "0 to 255": (255, 0),
        "−0.1 to 1.175": (1.275, -0.1),
    }[way.scaling]
    values = times * pictures + plus
    for layer in model.layers[1:]:
        module: Any = getattr(model, layer.name, None)
        weight: Any = None if module is None else module.weight.detach().double()
        bias: Any = None if module is None or module.bias is None else module.bias.detach().double()
        if layer.name == "output" and way.output == "distances":
            return -(values[:, None] - weight).square().sum(2)
        if layer.kind == "convolution":
            rim = plus if layer.name == "C1" and way.output == "distances" else 0
            sums = F.conv2d(F.pad(values, (layer.padding,) * 4, value=rim), weight, bias)
            values = sums if way.pooling == "average before the activation" else activate(sums)
        elif layer.kind == "pooling" and module is not None:
            values = activate(4 * F.avg_pool2d(values, 2) * weight[:, None, None] + bias[:, None, None])
        elif layer.kind == "pooling":
            values = F.max_pool2d(values, 2) if way.pooling == "max" else F.avg_pool2d(values, 2)
            values = activate(values) if way.pooling == "average before the activation" else values
        else:
            values = F.linear(values.flatten(1), weight, bias)
            values = values if layer.name == "output" else activate(values)
    return values


@pytest.mark.parametrize("network", LINEAR)
@pytest.mark.parametrize(("output", "against"), [(None, None), (4, 9)])
def test_the_exact_split_adds_up_to_the_difference(network, output, against):
    about = subject(network)
    found = run(about, {"output": output, "against": against})
    split = found["split"]
    shift = 0 if split["scaling"] is None else split["scaling"]
    assert split["pixels"] + split["biases"] + shift == pytest.approx(found["difference"], abs=1e-3)
    assert float(split["parts"].numpy().sum()) == pytest.approx(split["pixels"], abs=1e-3)
    gradient = found["gradient"].numpy()
    np.testing.assert_allclose(split["parts"], gradient * about.picture, atol=1e-5 * np.abs(gradient).max())
    assert (split["scaling"] is None) == (about.model.architecture.scaling in ("0 to 1", "0 to 255"))


@pytest.mark.parametrize("network", LINEAR)
def test_biases_and_the_shift_add_what_the_same_paths_carry_of_them(network):
    about = subject(network)
    split = run(about, {"output": 4, "against": 9})["split"]
    # Around the picture the network is linear: so little more of each bias adds so little of what all of them add.
    little = 1e-4
    more = copy.deepcopy(about.model).double()
    with torch.inference_mode():
        for layer in more.layers[1:]:
            if layer.kind != "pooling":
                getattr(more, layer.name).bias.mul_(1 + little)
        added = (plain(more, about.image.double()) - plain(about.model, about.image.double()))[0]
    assert float(added[4] - added[9]) / little == pytest.approx(split["biases"], rel=1e-2, abs=1e-3)


@pytest.mark.parametrize("network", BENT)
def test_a_network_whose_activation_bends_has_no_exact_split(network):
    assert run(subject(network), {})["split"] is None


def test_the_network_is_left_as_it_was():
    model = lenet.load("lenet5")
    before = [(parameter.requires_grad, parameter.grad) for parameter in model.parameters()]
    run(subject(), {})
    assert [(parameter.requires_grad, parameter.grad) for parameter in model.parameters()] == before


def test_a_larger_network_is_covered_at_fewer_places_and_too_large_a_one_gets_a_sentence():
    about = subject(large(12))
    found = run(about, {"output": 1, "against": 0, "side": 3})
    stride = found["stride"]
    assert stride in (2, 3)
    lost = found["occlusion"].numpy()
    for row, column in ((4, 12), (9, 16), (14, 15), (27, 27), (0, 27)):
        middle = [min(each // stride * stride + stride // 2, 27) for each in (row, column)]
        picture = about.picture.copy()
        rows, columns = (slice(max(0, each - 1), each + 2) for each in middle)
        picture[rows, columns] = 0
        expected = found["difference"] - apart_in(about, 1, 0, picture)
        assert lost[row, column] == pytest.approx(expected, abs=1e-3 * float(found["occlusion"].abs().max()))
    assert found["split"]["biases"] == 0
    with pytest.raises(RequestError, match="too large"):
        run(subject(large(60)), {})


@pytest.mark.parametrize(
    "settings", [{"side": 4}, {"side": 11}, {"side": "5"}, {"output": 10}, {"against": -1}, {"output": True}]
)
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(RequestError, match=r"must be .*\."):
        run(subject(), settings)


def test_an_output_against_itself_gets_a_sentence():
    with pytest.raises(RequestError, match="must be different ones"):
        run(subject(), {"output": 3, "against": 3})
