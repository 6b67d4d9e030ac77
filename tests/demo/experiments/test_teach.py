"""Teach it your hand: features, learning, cost and file anew with plain torch calls."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from demo.experiments.teach.teach import CANNOT, run
from demo.wire import RequestError, hex_of
from lenet.architecture import Architecture, Convolution
from lenet.own.conventions import digits, open_network
from lenet.own.network import Network
from lenet.training.mnist import mnist
from tests.demo.experiments.drawings import SEVEN, own, subject

SEVEN_PICTURE = lenet.rasterize(SEVEN)
HEX = hex_of(SEVEN_PICTURE)
ONE = hex_of(lenet.rasterize([[[0.5, 0.2], [0.5, 0.8]]]))


def teach(about, pictures=(HEX,), labels=(1,), **more):
    return run(about, {"teach": True, "pictures": list(pictures), "labels": list(labels), **more})["taught"]


def opened(taught):
    """What the file holds: tensors by name."""
    return torch.load(io.BytesIO(base64.b64decode(taught["file"])), weights_only=True)["state_dict"]


def shown(model, weights, pictures):
    """Probabilities of pictures (n, 28, 28) with other weights of the output."""
    with torch.inference_mode():
        inputs = torch.from_numpy(np.stack(pictures))[:, None]
        features = model.trace(inputs).output[model.layers[-2].name].flatten(1)
        bias = weights.get("output.bias")
        return torch.softmax(F.linear(features, weights["output.weight"], bias), 1).numpy()


def test_before_it_is_taught_the_drawing_is_read():
    about = subject()
    found = run(about, {"label": 3})
    assert found["picture"] == HEX
    with torch.inference_mode():
        np.testing.assert_allclose(found["logits"], lenet.load()(about.image)[0], atol=1e-5)
    assert "taught" not in found


@pytest.mark.parametrize("network", ["lenet5", "textbook", own(), own("sigmoid", "average"), own("tanh", "average")])
def test_what_is_kept_is_learned_and_nothing_but_the_output_changes(network):
    about = subject(network)
    before = {name: each.clone() for name, each in about.model.state_dict().items()}
    taught = teach(about, [HEX, ONE, HEX], [2, 8, 2])
    if not isinstance(network, Network) or network.architecture.activation == "ReLU":  # which tell pictures apart
        assert taught["after"].argmax(1).tolist()[:3] == [2, 8, 2]
    bytes_ = [np.frombuffer(bytes.fromhex(each), np.uint8).reshape(28, 28) for each in (HEX, ONE, HEX)]
    pictures = [*(each.astype(np.float32) / 255 for each in bytes_), about.picture]
    weights = opened(taught)
    np.testing.assert_allclose(taught["before"], shown(about.model, before, pictures), atol=1e-4)
    np.testing.assert_allclose(taught["after"], shown(about.model, weights, pictures), atol=1e-4)
    for name, each in before.items():
        assert torch.equal(about.model.state_dict()[name], each), "the shared network"
        assert torch.equal(weights[name], each) != name.startswith("output"), name
    assert all(each.grad is None for each in about.model.parameters())
    assert teach(about, [HEX, ONE, HEX], [2, 8, 2])["file"] == taught["file"]


def test_what_it_costs_on_mnist_is_what_the_taught_network_misreads(mnist_folder):
    test = mnist("test", mnist_folder)
    taught = teach(subject(), [HEX], [1])
    cost = taught["cost"]
    assert (cost["of"], cost["n"]) == ("mnist", 10_000)
    taught_network = lenet.model.LeNet5()
    taught_network.load_state_dict(opened(taught))
    for model, told in ((lenet.load(), cost["before"]), (taught_network, cost["after"])):
        with torch.inference_mode():
            answers = torch.cat([model(some[:, None].float() / 255).argmax(1) for some in test.images.split(1000)])
        assert abs(int((answers != test.labels).sum()) - told) <= 4
    assert cost["before"] < cost["after"] < 500


def test_rehearsal_keeps_it_from_forgetting():
    pictures, labels = digits()
    model = lenet.load()
    taught = teach(subject(), [HEX], [1])
    taught_network = lenet.model.LeNet5()
    taught_network.load_state_dict(opened(taught))
    with torch.inference_mode():
        features = model.trace(torch.from_numpy(SEVEN_PICTURE)[None, None]).output["F6"]
    # The same drawing learned alone, until it is as sure of it
    weight, bias = model.output.weight.detach().clone(), model.output.bias.detach()
    while torch.softmax(F.linear(features, weight, bias), 1)[0, 1] < float(taught["after"][0, 1]):
        weight[1] += 0.01 * features[0]
        weight[7] -= 0.01 * features[0]
    alone = lenet.model.LeNet5()
    alone.load_state_dict({**model.state_dict(), "output.weight": weight})
    with torch.inference_mode():
        wrong = [int((each(pictures).argmax(1) != labels).sum()) for each in (model, taught_network, alone)]
    assert wrong[1] <= wrong[0] + 6
    assert wrong[2] > 2 * wrong[1]


@pytest.mark.parametrize("network", ["textbook", own()])
def test_other_networks_are_measured_on_the_programs_own_digits(network):
    about = subject(network)
    taught = teach(about)
    pictures, labels = digits()
    before = shown(about.model, about.model.state_dict(), pictures[:, 0].numpy()).argmax(1)
    after = shown(about.model, opened(taught), pictures[:, 0].numpy()).argmax(1)
    wrong = [int((each != labels.numpy()).sum()) for each in (before, after)]
    assert taught["cost"] == {"of": "digits", "n": 300, "before": wrong[0], "after": wrong[1]}


def labelled(outputs=3, biased=True):
    convolutions = (Convolution(4, 5, 0, pooled=True), Convolution(6, 5, 0, pooled=True))
    way = Architecture(convolutions, (20, outputs), (True, True, True, biased))
    random = torch.Generator().manual_seed(3)
    shapes = [(4, 1, 5, 5), (6, 4, 5, 5), (20, 96), (outputs, 20)]
    biases = [*(torch.zeros(shape[0]) for shape in shapes[:-1]), torch.zeros(outputs) if biased else None]
    weights = [(torch.randn(shape, generator=random) / 4, bias) for shape, bias in zip(shapes, biases)]
    return Network(way, weights).eval()


@pytest.mark.parametrize("biased", [True, False])
def test_a_network_with_labels_learns_its_labels_and_takes_them_along(biased):
    model = labelled(biased=biased)
    about = subject(model)
    names = ["shirt", "bag", "shoe"]
    label = 1 + int(about.traced.logits.argmax()) % 2
    taught = teach(about, [HEX], [label], names=names)
    assert int(taught["after"][0].argmax()) == label
    cost = taught["cost"]
    assert (cost["of"], cost["before"]) == ("answers", 0)
    own_network = open_network(base64.b64decode(taught["file"]))
    assert own_network.labels == tuple(names)
    pictures = digits()[0]
    weights = opened(taught)
    with torch.inference_mode():
        again = own_network.run_as(model.architecture)(pictures)
    after = shown(model, weights, pictures[:, 0].numpy())
    np.testing.assert_allclose(torch.softmax(again, 1), after, atol=1e-5)
    before = shown(model, model.state_dict(), pictures[:, 0].numpy())
    assert cost["after"] == int((after.argmax(1) != before.argmax(1)).sum())


def test_the_file_opens_again_and_reads_as_taught(tmp_path):
    file = tmp_path / "lenet-taught.pt"
    for network in ("lenet5", "textbook"):
        taught = teach(subject(network), [HEX], [1])
        file.write_bytes(base64.b64decode(taught["file"]))
        lenet.weights._load.cache_clear()
        model = lenet.load(file)
        assert model.architecture.activation == lenet.load(network).architecture.activation
        with torch.inference_mode():
            read = torch.softmax(model(torch.from_numpy(SEVEN_PICTURE)[None, None]), 1)[0]
        np.testing.assert_allclose(read, taught["after"][-1], atol=1e-4)
        assert file.stat().st_size < 4_000_000


def test_the_file_says_how_it_is_run_where_no_digits_could_tell():
    names = [*"abcdefghij"]
    for about in (subject(own("tanh", "average")), subject(own("sigmoid", "max", "1 to 0, ink is 0"))):
        again = open_network(base64.b64decode(teach(about, names=names)["file"]))
        way, wanted = again.network.architecture, about.model.architecture
        assert (way.activation, way.pooling, way.scaling) == (wanted.activation, wanted.pooling, wanted.scaling)


def test_distances_cannot_learn_and_that_is_said():
    found = run(subject("lenet5-1998"), {"teach": True, "pictures": [HEX], "labels": [1]})
    assert found["cannot"] == CANNOT
    assert "taught" not in found


def test_an_output_that_is_too_large_gets_a_sentence():
    way = Architecture((Convolution(2, 5, 2, pooled=False),), (60,))
    model = Network(way, [(torch.zeros(2, 1, 5, 5), torch.zeros(2)), (torch.zeros(60, 1568), torch.zeros(60))]).eval()
    with pytest.raises(RequestError, match="too large"):
        teach(subject(model))


@pytest.mark.parametrize(
    "settings",
    [
        {"teach": 1},
        {"teach": True},
        {"teach": True, "pictures": [], "labels": []},
        {"teach": True, "pictures": 6 * [HEX], "labels": 6 * [1]},
        {"teach": True, "pictures": [HEX], "labels": [1, 2]},
        {"teach": True, "pictures": [HEX], "labels": [10]},
        {"teach": True, "pictures": [HEX], "labels": [True]},
        {"teach": True, "pictures": [HEX[:-2]], "labels": [1]},
        {"teach": True, "pictures": [HEX[:-2] + "zz"], "labels": [1]},
        {"teach": True, "pictures": HEX, "labels": [1]},
        {"teach": True, "pictures": [HEX], "labels": [1], "names": ["a", "b"]},
        {"teach": True, "pictures": [HEX], "labels": [1], "names": "digits"},
    ],
)
def test_wrong_settings_get_a_sentence(settings):
    with pytest.raises(ValueError, match=r"must be .*\."):
        run(subject(), settings)
