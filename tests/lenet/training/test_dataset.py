"""What batches are drawn from: labels, shares and orders are as promised, whatever the number of workers."""

import numpy as np
import pytest
import torch

from lenet.model import NO_DIGIT
from lenet.training.dataset import INK, Batches, Order, Pictures, Source, drawn, of_mnist, seed_of
from lenet.training.mnist import Digits


@pytest.mark.parametrize("kind", INK)
def test_ink_of_every_kind_is_drawn_with_its_label(kind):
    pictures = drawn(kind, 100, 1)
    counts = pictures.labels.bincount(minlength=11).tolist()
    expected = {"digits": [10] * 10 + [0], "lookalikes": [0, 20, 0, 0, 0, 0, 0, 20, 0, 0, 60]}
    assert counts == expected.get(kind, [0] * NO_DIGIT + [100])
    assert (pictures.images.flatten(1).max(1).values > 200).all()
    assert len(pictures.images.flatten(1).unique(dim=0)) == 100


def test_ink_does_not_depend_on_workers_but_on_the_seed(monkeypatch):
    monkeypatch.setattr("lenet.training.dataset._CHUNK", 25)
    one, two, other = drawn("junk", 60, 3, 1), drawn("junk", 60, 3, 2), drawn("junk", 60, 4, 1)
    assert torch.equal(one.images, two.images)
    assert not torch.equal(one.images, other.images)


def test_an_order_has_everything_once_a_pass_and_can_be_had_anywhere():
    order = Order(7, 5)
    passes = order.at(0, 21).view(3, 7)
    assert [sorted(each) for each in passes.tolist()] == [list(range(7))] * 3
    assert len({tuple(each) for each in passes.tolist()}) == 3
    assert torch.equal(Order(7, 5).at(9, 11), passes.flatten()[9:20])
    assert not torch.equal(Order(7, 6).at(0, 21), passes.flatten())


def test_a_batch_has_of_every_source_its_share():
    sources = {"a": Source(3), "b": Source(2)}
    pictures = {
        name: Pictures(torch.full((10, 28, 28), value, dtype=torch.uint8), torch.full((10,), value))
        for name, value in (("a", 1), ("b", 2))
    }
    batch = Batches(pictures, sources, 1).take(4)
    assert batch.labels.tolist() == batch.images[:, 0, 0].tolist() == [1, 1, 1, 2, 2]


def test_sources_are_shuffled_apart_and_steps_do_not_repeat():
    pictures = Pictures(torch.arange(12)[:, None, None].expand(12, 28, 28).to(torch.uint8), torch.arange(12))
    batches = Batches({"a": pictures, "b": pictures}, {"a": Source(4), "b": Source(4)}, 1)
    steps = [batches.take(step).labels for step in range(3)]
    for half in (slice(0, 4), slice(4, 8)):
        assert sorted(torch.cat([step[half] for step in steps]).tolist()) == list(range(12))
    assert not torch.equal(steps[0][:4], steps[0][4:])


def test_what_is_held_out_of_mnist_is_not_learned():
    mnist = Digits(np.arange(30, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8), np.arange(30) % 10)
    learned, held_out = of_mnist(mnist, 10)
    values = [each.images[:, 0, 0].tolist() for each in (learned, held_out)]
    assert (len(values[0]), len(values[1])) == (20, 10)
    assert sorted(values[0] + values[1]) == list(range(30))
    assert all((each.images[:, 0, 0] % 10 == each.labels).all() for each in (learned, held_out))
    assert values[1] != sorted(values[1])


def test_one_seed_of_several_numbers():
    seeds = {seed_of(a, b) for a in range(20) for b in range(20)}
    assert len(seeds) == 400
    assert seed_of(3, 5) == seed_of(3, 5)
