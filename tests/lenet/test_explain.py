"""Receptive fields against the gradients of the real network, and sums against torch."""

import numpy as np
import pytest
import torch

import lenet
from lenet.explain import Cell, CellError, explain
from lenet.ledger import ledger
from lenet.model import LAYER, LAYERS
from lenet.snippet import snippet
from lenet.synthetic import digits as synth
from tests.receptive import Box, influence, receptive_field

PICTURE = lenet.rasterize(synth.digit(8, np.random.default_rng(4)))


def places(layer):
    last_row, last_column = layer.height - 1, layer.width - 1
    rows, columns = {0, last_row // 2, last_row}, {0, last_column // 2, last_column}
    return [(r, c) for r in sorted(rows) for c in sorted(columns)]


def cells(box):
    return {(r, c) for r in range(box.top, box.bottom + 1) for c in range(box.left, box.right + 1)}


def average_pooled(x):
    """The network with every maximum and ReLU replaced, so that nothing that is seen has gradient zero."""
    w = dict(lenet.load().named_parameters())
    pool = torch.nn.functional.avg_pool2d
    layers = {"input": x}
    layers["C1"] = torch.nn.functional.conv2d(x, w["C1.weight"].abs(), padding=2)
    layers["S2"] = pool(layers["C1"], 2)
    layers["C3"] = torch.nn.functional.conv2d(layers["S2"], w["C3.weight"].abs())
    layers["S4"] = pool(layers["C3"], 2)
    layers["C5"] = layers["S4"].flatten(1) @ w["C5.weight"].abs().T
    layers["F6"] = layers["C5"] @ w["F6.weight"].abs().T
    layers["output"] = layers["F6"] @ w["output.weight"].abs().T
    return layers


@pytest.mark.parametrize("layer", LAYERS[1:], ids=lambda layer: layer.name)
def test_receptive_field_is_where_the_gradient_is(layer):
    x = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(1)).requires_grad_()
    layers = average_pooled(x)
    earlier = {name: layers[name] for name in list(layers)[: [la.name for la in LAYERS].index(layer.name)]}
    for row, column in places(layer):
        target = layers[layer.name].reshape(layer.maps, layer.height, layer.width)[0, row, column]
        gradients = torch.autograd.grad(target, list(earlier.values()), retain_graph=True)
        boxes = receptive_field(layer.name, row, column)
        assert list(boxes) == list(reversed(earlier))
        for name, gradient in zip(earlier, gradients):
            seen = gradient.reshape(LAYER[name].maps, LAYER[name].height, LAYER[name].width).abs().sum(0) > 0
            rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
            assert boxes[name] == Box(rows[0], columns[0], rows[-1], columns[-1]), (name, row, column)
            assert bool(seen[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all())


def test_no_gradient_of_the_real_network_lies_outside():
    x = torch.from_numpy(PICTURE)[None, None].requires_grad_()
    traced = lenet.load().trace(x)
    for layer in LAYERS[1:]:
        for row, column in places(layer):
            target = traced.output[layer.name].reshape(layer.maps, layer.height, layer.width)[:, row, column].sum()
            (gradient,) = torch.autograd.grad(target, x, retain_graph=True)
            box = receptive_field(layer.name, row, column)["input"]
            outside = gradient[0, 0].clone()
            outside[box.top : box.bottom + 1, box.left : box.right + 1] = 0
            assert not outside.any()


@pytest.mark.parametrize("layer", LAYERS[:-1], ids=lambda layer: layer.name)
def test_influence_is_the_other_way_round(layer):
    for later in LAYERS[[la.name for la in LAYERS].index(layer.name) + 1 :]:
        for row, column in places(layer):
            reached = {
                (r, c)
                for r in range(later.height)
                for c in range(later.width)
                if (b := receptive_field(later.name, r, c)[layer.name]).top <= row <= b.bottom
                and b.left <= column <= b.right
            }
            box = influence(layer.name, row, column).get(later.name)
            inside = (
                {(r, c) for r in range(box.top, box.bottom + 1) for c in range(box.left, box.right + 1)}
                if box
                else set()
            )
            assert inside == reached


def test_receptive_fields_of_the_paper():
    # Size and stride on the padded 32x32 input, away from the borders.
    sizes = {"C1": 5, "S2": 6, "C3": 14, "S4": 16}
    for name, size in sizes.items():
        middle = LAYER[name].height // 2
        box = receptive_field(name, middle, middle)["input"]
        assert box.bottom - box.top + 1 == size
    assert receptive_field("C5", 0, 0)["input"] == Box(0, 0, 27, 27)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_sums_of_500_cells_equal_torch(layer):
    random = np.random.default_rng(len(layer.name))
    model = lenet.load()
    for number in range(500):
        if number % 25 == 0:
            picture = lenet.rasterize(synth.digit(int(random.integers(10)), random))
            traced = lenet.trace(picture)
        cell = Cell(layer.name, *(int(random.integers(n)) for n in (layer.maps, layer.height, layer.width)))
        with torch.inference_mode():
            shown = explain(model, traced, cell)
        where = (0, cell.map, cell.row, cell.column) if layer.height > 1 else (0, cell.map)
        true = float(traced.output[layer.name][where])
        assert shown["value"] == pytest.approx(true, abs=1e-6)
        if "maps" in shown:
            total = shown["bias"] + sum(np.sum(m["products"]) for m in shown["maps"])
            products = [np.array(m["patch"]) * np.array(m["kernel"]) for m in shown["maps"]]
            np.testing.assert_allclose(products, [m["products"] for m in shown["maps"]], atol=1e-5)
        elif "products" in shown:
            total = shown["bias"] + sum(shown["products"])
        elif "values" in shown:
            total = np.max(shown["values"])
        else:
            continue
        before = float(traced.pre_activation[layer.name][where]) if layer.name in traced.pre_activation else true
        assert total == pytest.approx(before, abs=1e-4)
        assert shown.get("pre_activation", before) == pytest.approx(before, abs=1e-6)
        assert max(before, 0) == pytest.approx(true, abs=1e-6) or layer.name not in traced.pre_activation


def test_the_winner_of_a_pooling_cell_is_where_its_largest_value_is():
    noise = torch.rand(1, 1, 28, 28, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        traced = lenet.load().trace(noise)
    for layer, before in (("S2", "C1"), ("S4", "C3")):
        largest, where = torch.nn.functional.max_pool2d(traced.output[before][0], 2, return_indices=True)
        for map_, row, column in (largest > 0).nonzero()[::7].tolist():
            shown = explain(lenet.load(), traced, Cell(layer, map_, row, column))
            flat = int(where[map_, row, column])
            assert shown["winner"] == [flat // LAYER[before].width, flat % LAYER[before].width]


def test_the_softmax_is_shown_as_it_is_computed_without_overflow():
    traced = lenet.trace(PICTURE)
    logits = traced.logits[0].numpy().astype(float)
    for digit in (0, 8):
        with torch.inference_mode():
            shown = explain(lenet.load(), traced, Cell("output", digit))["softmax"]
        np.testing.assert_allclose(shown["logits"], logits)
        np.testing.assert_allclose(shown["exponentials"], np.exp(logits - logits.max()), rtol=1e-4)
        assert shown["sum"] == pytest.approx(sum(shown["exponentials"]), rel=1e-5)
        assert shown["probability"] == pytest.approx(shown["exponentials"][digit] / shown["sum"], rel=1e-5)


def test_the_digit_it_is_compared_with_is_the_likeliest_other_one():
    traced = lenet.trace(PICTURE)
    first, second = traced.logits[0].argsort(descending=True)[:2].tolist()
    for digit, rival in ((first, second), (second, first), ((first + 5) % 10, first)):
        with torch.inference_mode():
            assert explain(lenet.load(), traced, Cell("output", digit))["against"]["digit"] == rival


def test_why_this_digit_and_not_the_other():
    traced = lenet.trace(PICTURE)
    with torch.inference_mode():
        shown = explain(lenet.load(), traced, Cell("output", 8))
    against = shown["against"]
    assert against["difference"] == pytest.approx(
        float(traced.logits[0, 8] - traced.logits[0, against["digit"]]), abs=1e-5
    )
    assert sum(against["products"]) + against["bias"] == pytest.approx(against["difference"], abs=1e-4)
    assert shown["softmax"]["probability"] == pytest.approx(float(torch.softmax(traced.logits[0], 0)[8]), abs=1e-6)


@pytest.mark.parametrize(
    "cell",
    [Cell("C9", 0), Cell("C1", 6), Cell("C1", -1), Cell("C1", 0, -1), Cell("C1", 0, 0, -1), Cell("F6", 0, 1),
     Cell("input", 0, 28), Cell("input", 0, 0, 28)],
)  # fmt: skip
def test_a_cell_that_is_not_there(cell):
    with pytest.raises(CellError, match=r"\.$"):
        cell.check()


def test_what_is_no_cell_is_not_explained():
    with pytest.raises(CellError, match="C1 has maps 0 to 5"):
        explain(lenet.load(), lenet.trace(PICTURE), Cell("C1", -1))


def test_the_message_says_which_cells_there_are():
    with pytest.raises(CellError, match=r"^C3 has maps 0 to 15, rows 0 to 9 and columns 0 to 9\.$"):
        Cell("C3", 16).check()
    with pytest.raises(CellError, match="'C9'; choose one of input, C1, S2, C3, S4, C5, F6, output"):
        Cell("C9", 0).check()
    last = Cell("C1", 5, 27, 27)
    assert last.check() is last


@pytest.mark.parametrize(
    "cell",
    [Cell("input", 0, 9, 9), Cell("C1", 2, 0, 0), Cell("C1", 5, 13, 14), Cell("C1", 3, 27, 20), Cell("S2", 1, 6, 7),
     Cell("C3", 15, 9, 9), Cell("S4", 4, 2, 2), Cell("C5", 77), Cell("F6", 40), Cell("output", 8)],
    ids=lambda cell: cell.layer,
)  # fmt: skip
def test_snippets_run_and_print_the_number(cell, capsys):
    ink = [stroke.tolist() for stroke in synth.digit(8, np.random.default_rng(4))]
    for source in (ink, bytes(np.rint(255 * lenet.rasterize(ink)).astype(np.uint8)).hex()):
        exec(snippet(source, cell), {})
        printed = [float(line) for line in capsys.readouterr().out.split()]
        picture = lenet.rasterize(ink)
        if isinstance(source, str):
            picture = np.rint(255 * picture).astype(np.float32) / 255
        with torch.inference_mode():
            value = explain(lenet.load(), lenet.trace(picture), cell)["value"]
        assert len(printed) == 2
        np.testing.assert_allclose(printed, value, atol=2e-5)


def test_ledger_knows_what_sharing_saves():
    # parameters, uses, connections, untied, fully connected: multiplied out by hand
    expected = {
        "C1": (156, 784, 122_304, 122_304, 4_821_600),
        "S2": (0, 0, 1_176 * 4, 0, 0),
        "C3": (2_416, 100, 1_600 * 151, 1_600 * 151, 1_600 * (6 * 14 * 14 + 1)),
        "S4": (0, 0, 400 * 4, 0, 0),
        "C5": (48_120, 1, 48_120, 48_120, 48_120),
        "F6": (10_164, 1, 10_164, 10_164, 10_164),
        "output": (850, 1, 850, 850, 850),
    }
    columns = ("parameters", "uses", "connections", "untied", "fully_connected")
    assert {row["layer"]: tuple(row[column] for column in columns) for row in ledger()} == expected
