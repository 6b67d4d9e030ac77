"""Networks of other architectures: every layer, every sum and every snippet against plain torch calls."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

import lenet
from lenet.architecture import BEFORE, SCALINGS, Architecture, Convolution
from lenet.explain import Cell, explain
from lenet.ledger import ledger
from lenet.own.conventions import digits, open_network
from lenet.own.network import Network
from lenet.snippet import snippet
from lenet.synthetic import digits as synthetic

Weights = dict[str, Tensor]


def weights_of(*shapes: tuple[int, ...], biased: bool = True) -> Weights:
    """Random ones, whose sums are of a size that no activation squashes flat."""
    random = torch.Generator().manual_seed(len(shapes))
    found = {}
    for i, shape in enumerate(shapes):
        fan_in = int(np.prod(shape[1:]))
        found[f"layer{i}.weight"] = torch.randn(shape, generator=random) / fan_in**0.5
        if biased:
            found[f"layer{i}.bias"] = torch.randn(shape[0], generator=random) / 4
    return found


# Each as its author would write it, in calls of torch alone: name -> values, with the sums of a layer as "C1 sum".
def standard(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d(x, w["layer0.weight"], w["layer0.bias"], padding=2)
    s2 = F.max_pool2d(torch.relu(c1), 2)
    c3 = F.conv2d(s2, w["layer1.weight"], w["layer1.bias"])
    s4 = F.max_pool2d(torch.relu(c3), 2)
    c5 = s4.flatten(1) @ w["layer2.weight"].T + w["layer2.bias"]
    f6 = torch.relu(c5) @ w["layer3.weight"].T + w["layer3.bias"]
    output = torch.relu(f6) @ w["layer4.weight"].T + w["layer4.bias"]
    on = {"C1": c1.relu(), "S2": s2, "C3": c3.relu(), "S4": s4, "C5": c5.relu(), "F6": f6.relu(), "output": output}
    return {**on, "C1 sum": c1, "C3 sum": c3, "C5 sum": c5, "F6 sum": f6}


def textbook(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d(x, w["layer0.weight"], w["layer0.bias"], padding=2)
    s2 = F.avg_pool2d(torch.sigmoid(c1), 2)
    c3 = F.conv2d(s2, w["layer1.weight"], w["layer1.bias"])
    s4 = F.avg_pool2d(torch.sigmoid(c3), 2)
    c5 = F.linear(s4.flatten(1), w["layer2.weight"], w["layer2.bias"])
    f6 = F.linear(c5.sigmoid(), w["layer3.weight"], w["layer3.bias"])
    output = F.linear(f6.sigmoid(), w["layer4.weight"], w["layer4.bias"])
    on = {"C1": c1.sigmoid(), "S2": s2, "C3": c3.sigmoid(), "S4": s4, "C5": c5.sigmoid(), "F6": f6.sigmoid()}
    return {**on, "output": output, "C1 sum": c1, "C3 sum": c3, "C5 sum": c5, "F6 sum": f6}


def with_c5(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d(x, w["layer0.weight"], padding=2)
    s2 = F.avg_pool2d(torch.tanh(c1), 2)
    c3 = F.conv2d(s2, w["layer1.weight"])
    s4 = F.avg_pool2d(torch.tanh(c3), 2)
    c5 = F.conv2d(s4, w["layer2.weight"]).flatten(1)
    f6 = F.linear(c5.tanh(), w["layer3.weight"])
    on = {"C1": c1.tanh(), "S2": s2, "C3": c3.tanh(), "S4": s4, "C5": c5.tanh(), "F6": f6.tanh()}
    output = F.linear(f6.tanh(), w["layer4.weight"])
    return {**on, "output": output, "C1 sum": c1, "C3 sum": c3, "C5 sum": c5, "F6 sum": f6}


def pooled_before(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d(2 * x - 1, w["layer0.weight"], w["layer0.bias"])
    s2 = torch.tanh(F.avg_pool2d(c1, 2))
    c3 = F.conv2d(s2, w["layer1.weight"], w["layer1.bias"])
    s4 = torch.tanh(F.avg_pool2d(c3, 2))
    c5 = F.linear(s4.flatten(1), w["layer2.weight"], w["layer2.bias"])
    output = F.linear(c5.tanh(), w["layer3.weight"], w["layer3.bias"])
    on = {"C1": c1.tanh(), "S2": s2, "C3": c3.tanh(), "S4": s4, "C5": c5.tanh(), "output": output}
    return {**on, "C1 sum": c1, "C3 sum": c3, "C5 sum": c5}


def odd_sizes(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d((x - 0.1307) / 0.3081, w["layer0.weight"], w["layer0.bias"])  # 26x26
    s2 = F.max_pool2d(torch.tanh(c1), 2)  # 13x13
    c3 = F.conv2d(s2, w["layer1.weight"], w["layer1.bias"])  # 11x11
    s4 = F.max_pool2d(torch.tanh(c3), 2)  # 5x5, the last row and column left out
    output = F.linear(s4.flatten(1), w["layer2.weight"], w["layer2.bias"])
    return {"C1": c1.tanh(), "S2": s2, "C3": c3.tanh(), "S4": s4, "output": output, "C1 sum": c1, "C3 sum": c3}


def three_convolutions(x: Tensor, w: Weights) -> dict[str, Tensor]:
    c1 = F.conv2d(1 - x, w["layer0.weight"], w["layer0.bias"], padding=1)
    c2 = F.conv2d(c1.relu(), w["layer1.weight"], w["layer1.bias"], padding=1)
    s3 = F.max_pool2d(c2.relu(), 2)
    c4 = F.conv2d(s3, w["layer2.weight"], w["layer2.bias"])
    s5 = F.max_pool2d(c4.relu(), 2)
    output = F.linear(s5.flatten(1), w["layer3.weight"], w["layer3.bias"])
    on = {"C1": c1.relu(), "C2": c2.relu(), "S3": s3, "C4": c4.relu(), "S5": s5, "output": output}
    return {**on, "C1 sum": c1, "C2 sum": c2, "C4 sum": c4}


NORMAL, TWO = "mean 0.1307, deviation 0.3081", (Convolution(8, 5, 2, True), Convolution(16, 5, 0, True))
FORMS: dict[str, tuple[Callable[[Tensor, Weights], dict[str, Tensor]], Architecture, Weights]] = {
    "8-16-128-64-10": (
        standard,
        Architecture(TWO, (128, 64, 10)),
        weights_of((8, 1, 5, 5), (16, 8, 5, 5), (128, 400), (64, 128), (10, 64)),
    ),
    "textbook": (
        textbook,
        Architecture(TWO, (120, 84, 10), activation="sigmoid", pooling="average"),
        weights_of((8, 1, 5, 5), (16, 8, 5, 5), (120, 400), (84, 120), (10, 84)),
    ),
    "C5 a convolution, no biases": (
        with_c5,
        Architecture(
            (*TWO, Convolution(120, 5, 0, False)), (84, 10), (False,) * 5, activation="tanh", pooling="average"
        ),
        weights_of((8, 1, 5, 5), (16, 8, 5, 5), (120, 16, 5, 5), (84, 120), (10, 84), biased=False),
    ),
    "10-20-50-10, pooled before": (
        pooled_before,
        Architecture(
            (Convolution(10, 5, 0, True), Convolution(20, 5, 0, True)),
            (50, 10),
            activation="tanh",
            pooling=BEFORE,
            scaling="−1 to 1",
        ),
        weights_of((10, 1, 5, 5), (20, 10, 5, 5), (50, 320), (10, 50)),
    ),
    "odd sizes": (
        odd_sizes,
        Architecture(
            (Convolution(4, 3, 0, True), Convolution(8, 3, 0, True)), (10,), activation="tanh", scaling=NORMAL
        ),
        weights_of((4, 1, 3, 3), (8, 4, 3, 3), (10, 200)),
    ),
    "three convolutions": (
        three_convolutions,
        Architecture(
            (Convolution(4, 3, 1, False), Convolution(6, 3, 1, True), Convolution(8, 3, 0, True)),
            (10,),
            scaling="1 to 0, ink is 0",
        ),
        weights_of((4, 1, 3, 3), (6, 4, 3, 3), (8, 6, 3, 3), (10, 288)),
    ),
}


def network_of(form: str) -> Network:
    _, way, weights = FORMS[form]
    names = sorted({name.split(".")[0] for name in weights})
    return Network(way, [(weights[f"{name}.weight"], weights.get(f"{name}.bias")) for name in names]).eval()


@pytest.mark.parametrize("form", FORMS)
def test_every_layer_is_what_plain_torch_computes(form: str):
    written, way, weights = FORMS[form]
    pictures = digits()[0][:7]
    with torch.no_grad():
        traced, wanted = network_of(form).trace(pictures), written(pictures, weights)
    assert list(traced.output) == [layer.name for layer in way.layers]
    for layer in way.layers[1:]:
        assert traced.output[layer.name].shape == (7, *layer.shape)
        assert traced.output[layer.name].numpy() == pytest.approx(wanted.pop(layer.name).numpy(), abs=1e-5)
    sums = {name.removesuffix(" sum"): values for name, values in wanted.items()}
    assert set(traced.pre_activation) == set(sums)
    for name, values in sums.items():
        assert traced.pre_activation[name].numpy() == pytest.approx(values.numpy(), abs=1e-5)


@pytest.mark.parametrize("form", FORMS)
def test_sums_of_cells_add_up_to_what_torch_computes(form: str):
    model, random = network_of(form), np.random.default_rng(3)
    with torch.inference_mode():
        traced = model.trace(digits()[0][4:5])
        for layer in model.layers[1:] * 12:
            cell = Cell(layer.name, *(int(random.integers(n)) for n in (layer.maps, layer.height, layer.width)))
            shown = explain(model, traced, cell)
            where = (0, cell.map, cell.row, cell.column) if layer.height > 1 else (0, cell.map)
            true = float(traced.output[layer.name][where])
            assert shown["value"] == pytest.approx(true, abs=1e-6)
            if layer.kind == "pooling":
                pooled = np.max(shown["values"]) if "winner" in shown else np.mean(shown["values"])
                value = torch.tensor(pooled)
                if "pre_activation" in shown:
                    assert shown["pre_activation"] == pytest.approx(pooled, abs=1e-6)
                    value = model.activate(value)
                assert float(value) == pytest.approx(true, abs=1e-5)
                continue
            if layer.kind == "convolution":
                products = [np.array(m["patch"]) * np.array(m["kernel"]) for m in shown["maps"]]
            else:
                products = [np.array(shown["inputs"]) * np.array(shown["weights"])]
                np.testing.assert_allclose(products[0], shown["products"], atol=1e-5)
            total = sum(each.sum() for each in products) + (shown["bias"] or 0)
            assert (shown["bias"] is None) == ("no biases" in form)
            summed = true if layer.name == "output" else float(traced.pre_activation[layer.name][where])
            assert total == pytest.approx(summed, abs=1e-4)
        against = explain(model, traced, Cell("output", 3))["against"]
        assert sum(against["products"]) + (against["bias"] or 0) == pytest.approx(against["difference"], abs=1e-4)


def numbers_of(code: str) -> list[float]:
    """What a snippet prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(code, {})
    return [float(line) for line in printed.getvalue().split()]


@pytest.mark.parametrize("form", FORMS)
def test_snippets_load_the_file_and_print_the_number(form: str, tmp_path: Path):
    file = tmp_path / "mine.pth"
    torch.save(FORMS[form][2], file)
    model, random = open_network(file.read_bytes()).network, np.random.default_rng(5)
    way = model.architecture
    ink = [stroke.tolist() for stroke in synthetic.digit(8, np.random.default_rng(4))]
    with torch.inference_mode():
        traced = model.trace(torch.from_numpy(lenet.rasterize(ink))[None, None])
    for layer in way.layers:
        cell = Cell(layer.name, *(int(random.integers(n)) for n in (layer.maps, layer.height, layer.width)))
        printed = numbers_of(snippet(ink, cell, way, str(file), is_file=True))
        where = (0, cell.map, cell.row, cell.column) if layer.height > 1 else (0, cell.map)
        value = float(traced.output[layer.name][where])
        assert printed == pytest.approx([value, value], abs=2e-5)


def test_the_ledger_counts_another_networks_weights():
    way = FORMS["C5 a convolution, no biases"][1]
    rows = {row["layer"]: row for row in ledger(way.layers)}
    assert [row["parameters"] for row in rows.values()] == [200, 0, 3200, 0, 48000, 10080, 840]
    assert rows["C1"]["connections"] == 8 * 28 * 28 * 25  # and none of a bias
    assert rows["C3"]["fully_connected"] == 16 * 10 * 10 * 8 * 14 * 14
    assert rows["S2"]["connections"] == 8 * 14 * 14 * 4
    assert ledger(FORMS["8-16-128-64-10"][1].layers)[0]["parameters"] == 208


def test_a_file_can_be_run_as_one_says(tmp_path: Path):
    file = tmp_path / "mine.pth"
    torch.save(FORMS["textbook"][2], file)
    model = lenet.load(file, activation="sigmoid", pooling="average", scaling="0 to 1")
    assert lenet.load(file, scaling="-1 to 1").architecture.scaling == "−1 to 1"
    pictures = digits()[0][:4]
    with torch.no_grad():
        wanted = textbook(pictures, FORMS["textbook"][2])["output"]
        assert model(pictures).numpy() == pytest.approx(wanted.numpy(), abs=1e-5)
    for how, named in (
        ({"activation": "gelu"}, "choose one of ReLU; tanh; sigmoid"),
        ({"padding": "2"}, "There is no padding"),
    ):
        with pytest.raises(lenet.WeightsError, match=named):
            lenet.load(file, **how)
    with pytest.raises(lenet.WeightsError, match="There is no sizes '24 12 8 4'"):
        lenet.load(file, activation="ReLU", pooling="max", sizes="24 12 8 4")
    with pytest.raises(lenet.WeightsError, match="has a card"):
        lenet.load("lenet5", activation="tanh")


def test_a_way_keeps_its_number_whatever_reads_best():
    own = open_network(saved(FORMS["textbook"][2]))
    other = {name: each * 2 for name, each in FORMS["textbook"][2].items()}
    numbered = {each.number: each.architecture for each in own.candidates}
    assert sorted(numbered) == list(range(len(own.candidates)))
    assert {each.number: each.architecture for each in open_network(saved(other)).candidates} == numbered


def saved(weights: Weights) -> bytes:
    file = io.BytesIO()
    torch.save(weights, file)
    return file.getvalue()


def test_scalings_are_what_they_are_called():
    assert [(times * 0 + plus, times * 1 + plus) for times, plus in SCALINGS.values()] == [
        (0, 1), pytest.approx((-0.4242, 2.8215), abs=1e-4), (-1, 1), (0, 255), (1, 0), (1, -1), (255, 0),
        pytest.approx((-0.1, 1.175)),
    ]  # fmt: skip


def test_a_way_with_other_sizes_can_be_asked_for(tmp_path: Path):
    """3x3 kernels over 216 values: with padding or without, pooled early or late."""
    weights = weights_of((4, 1, 3, 3), (6, 4, 3, 3), (10, 216))
    file = tmp_path / "mine.pth"
    torch.save(weights, file)
    sizes = list(dict.fromkeys(each.architecture.sizes for each in open_network(file.read_bytes()).candidates))
    assert len(sizes) > 1
    for wanted in sizes:
        model = lenet.load(file, activation="ReLU", pooling="max", scaling="0 to 1", sizes=wanted)
        assert model.architecture.sizes == wanted
        ink, cell = [[[0.5, 0.2], [0.5, 0.8]]], Cell("C1", 1, 2, 3)
        first, second = numbers_of(snippet(ink, cell, model.architecture, str(file), is_file=True))
        assert first == pytest.approx(second, abs=1e-5)


def test_weights_as_keras_keeps_them_are_turned():
    torch_like = lenet.load().state_dict()
    keras = {}
    for name in ("C1", "C3", "C5", "F6", "output"):
        weight = torch_like[f"{name}.weight"]
        if weight.dim() == 4:
            weight = weight.permute(2, 3, 1, 0)
        elif name == "C5":  # S4 is flattened place by place
            weight = weight.reshape(120, 16, 5, 5).permute(0, 2, 3, 1).reshape(120, 400).T
        else:
            weight = weight.T
        keras[f"{name.lower()}/kernel"], keras[f"{name.lower()}/bias"] = weight, torch_like[f"{name}.bias"]
    file = io.BytesIO()
    np.savez(file, **{name: each.numpy() for name, each in keras.items()})
    pictures = digits()[0][:20]
    with torch.no_grad():
        np.testing.assert_allclose(open_network(file.getvalue()).network(pictures), lenet.load()(pictures), atol=1e-4)
