"""LeNet-5 of 1998: its counts, layers against plain torch calls, sums, bitmaps; and the textbook's beside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import lenet
from lenet.explain import Cell, explain
from lenet.ledger import ledger
from lenet.lenet1998 import LENET_1998, TABLE, LeNet1998, bitmaps
from lenet.published import MODELS, TEXTBOOK
from lenet.snippet import snippet
from lenet.synthetic import digits as synthetic
from tests.lenet.own.test_network import numbers_of


@pytest.fixture(scope="module")
def model() -> LeNet1998:
    """With gains and biases of subsampling that differ from map to map."""
    torch.manual_seed(3)
    made = LeNet1998()
    with torch.no_grad():
        for part in (made.S2, made.S4):
            part.weight.add_(torch.randn_like(part.weight) / 10)
            part.bias.add_(torch.randn_like(part.bias) / 10)
    return made.eval()


PICTURES = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(1))


def test_its_parameters_and_connections_are_those_of_the_paper(model):
    assert sum(each.numel() for each in model.parameters()) == 60_000
    rows = {row["layer"]: (row["parameters"], row["connections"]) for row in ledger(LENET_1998.layers)}
    assert rows == {
        "C1": (156, 122_304), "S2": (12, 5_880), "C3": (1_516, 151_600), "S4": (32, 2_000), "C5": (48_120, 48_120),
        "F6": (10_164, 10_164), "output": (0, 840),
    }  # fmt: skip
    assert sum(connections for _, connections in rows.values()) == 340_908
    for layer in model.layers[1:]:
        assert sum(each.numel() for each in getattr(model, layer.name).parameters()) == layer.parameters


def test_the_table_is_that_of_the_paper():
    assert len(TABLE) == 16
    assert [len(reads) for reads in TABLE] == [3] * 6 + [4] * 9 + [6]
    assert TABLE[5] == (0, 1, 5)
    assert TABLE[11] == (0, 1, 2, 5)
    assert [sum(map_ in reads for reads in TABLE) for map_ in range(6)] == [10] * 6


def squashed(sums):
    return 1.7159 * torch.tanh(2 * sums / 3)


def test_every_layer_is_what_the_paper_says_in_plain_torch(model):
    w = dict(model.named_parameters())
    with torch.no_grad():
        traced = model.trace(PICTURES)
        padded = F.pad(PICTURES, (2, 2, 2, 2)) * 1.275 - 0.1
        c1 = F.conv2d(padded, w["C1.weight"], w["C1.bias"])
        four = F.conv2d(squashed(c1), torch.ones(6, 1, 2, 2), stride=2, groups=6)
        s2 = four * w["S2.weight"].view(1, 6, 1, 1) + w["S2.bias"].view(1, 6, 1, 1)
        c3, used = torch.zeros(3, 16, 10, 10), 0
        for map_, reads in enumerate(TABLE):
            c3[:, map_] = w["C3.bias"][map_]
            for before in reads:
                c3[:, map_] += F.conv2d(squashed(s2)[:, before, None], w["C3.kernels"][used][None, None])[:, 0]
                used += 1
        four = F.conv2d(squashed(c3), torch.ones(16, 1, 2, 2), stride=2, groups=16)
        s4 = four * w["S4.weight"].view(1, 16, 1, 1) + w["S4.bias"].view(1, 16, 1, 1)
        c5 = squashed(s4).flatten(1) @ w["C5.weight"].T + w["C5.bias"]
        f6 = squashed(c5) @ w["F6.weight"].T + w["F6.bias"]
        distances = torch.stack([((squashed(f6) - bitmap) ** 2).sum(1) for bitmap in bitmaps()], 1)
    assert used == len(w["C3.kernels"])
    sums = {"C1": c1, "S2": s2, "C3": c3, "S4": s4, "C5": c5, "F6": f6}
    assert set(traced.pre_activation) == set(sums)
    for name, values in sums.items():
        torch.testing.assert_close(traced.pre_activation[name], values, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(traced.output[name], squashed(values), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(traced.logits, -distances, atol=1e-3, rtol=1e-5)


def test_bitmaps_are_ten_pictures_far_from_one_another():
    drawn = bitmaps()
    assert drawn.shape == (10, 84)
    assert set(drawn.unique().tolist()) == {-1.0, 1.0}
    apart = (drawn[:, None] - drawn[None]).square().sum(2) + 1000 * torch.eye(10)
    assert apart.min() >= 28  # seven pixels at least
    one = drawn[1].reshape(12, 7)
    assert (one[:, 4] > 0).sum() > (one[:, 0] > 0).sum()  # a stroke down the middle


def test_sums_of_its_cells_add_up(model):
    random = np.random.default_rng(5)
    with torch.inference_mode():
        traced = model.trace(PICTURES[:1])
        for layer in model.layers[1:] * 10:
            cell = Cell(layer.name, *(int(random.integers(n)) for n in (layer.maps, layer.height, layer.width)))
            where = (0, cell.map, cell.row, cell.column) if layer.height > 1 else (0, cell.map)
            shown, true = explain(model, traced, cell), float(traced.output[layer.name][where])
            assert shown["value"] == pytest.approx(true, abs=1e-5)
            if layer.name == "output":
                squares = (np.array(shown["inputs"]) - np.array(shown["weights"])) ** 2
                np.testing.assert_allclose(squares, shown["products"], atol=1e-4)
                assert -squares.sum() == pytest.approx(true, abs=1e-3)
                np.testing.assert_allclose(shown["distances"], -traced.logits[0], atol=1e-5)
                against = shown["against"]
                assert sum(against["products"]) == pytest.approx(against["difference"], abs=1e-3)
                continue
            if layer.kind == "pooling":
                total = np.sum(shown["values"]) * shown["gain"] + shown["bias"]
            elif layer.kind == "convolution":
                if layer.reads:
                    assert [each["map"] for each in shown["maps"]] == list(TABLE[cell.map])
                products = [np.array(m["patch"]) * np.array(m["kernel"]) for m in shown["maps"]]
                total = sum(each.sum() for each in products) + shown["bias"]
            else:
                total = np.dot(shown["inputs"], shown["weights"]) + shown["bias"]
            assert total == pytest.approx(shown["pre_activation"], abs=1e-4)
            assert float(squashed(torch.tensor(total))) == pytest.approx(true, abs=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_snippets_of_the_bundled_networks_run_and_print_the_number(name):
    ink = [stroke.tolist() for stroke in synthetic.digit(8, np.random.default_rng(4))]
    model, random = lenet.load(name), np.random.default_rng(6)
    with torch.inference_mode():
        traced = model.trace(torch.from_numpy(lenet.rasterize(ink))[None, None])
    for layer in model.layers:
        cell = Cell(layer.name, *(int(random.integers(n)) for n in (layer.maps, layer.height, layer.width)))
        printed = numbers_of(snippet(ink, cell, model.architecture, name))
        where = (0, cell.map, cell.row, cell.column) if layer.height > 1 else (0, cell.map)
        value = float(traced.output[layer.name][where])
        assert printed == pytest.approx([value, value], abs=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_they_read_digits_as_their_cards_say(name, mnist_folder):
    from lenet.training.mnist import mnist

    test, model = mnist("test", mnist_folder), lenet.load(name)
    with torch.inference_mode():
        answers = torch.cat([model(some[:, None].float() / 255).argmax(1) for some in test.images.split(1_000)])
    error = 100 * float((answers != test.labels).float().mean())
    assert error == pytest.approx(lenet.card(name)["measured"]["mnist"]["test_error_percent"], abs=0.02)


def test_the_textbooks_is_the_standard_one_with_sigmoid_and_average_pooling():
    assert lenet.load("textbook").architecture == TEXTBOOK
    assert (TEXTBOOK.activation, TEXTBOOK.pooling) == ("sigmoid", "average")
    assert TEXTBOOK.layers == lenet.LAYERS
    assert lenet.recognize([[[0.5, 0.2], [0.5, 0.8]]], network="textbook").digit == 1
    assert lenet.recognize([[[0.5, 0.2], [0.5, 0.8]]], network="lenet5-1998").digit == 1
