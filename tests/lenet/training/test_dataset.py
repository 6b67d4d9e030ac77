"""What batches are drawn from: labels, shares and orders are as promised, whatever the number of workers."""

import pytest
import torch

from lenet.model import NO_DIGIT
from lenet.training.dataset import INK, batch, drawn, of_mnist, randomness
from lenet.training.mnist import Pictures


@pytest.mark.parametrize("kind", INK)
def test_ink_of_every_kind_is_drawn_with_its_label(kind):
    pictures = drawn(kind, 100, 1)
    counts = pictures.labels.bincount(minlength=11).tolist()
    each = [10] * 10 + [0]
    expected = {"digits": each, "styles": each, "lookalikes": [0, 20, 0, 0, 0, 0, 0, 20, 0, 0, 60]}
    assert counts == expected.get(kind, [0] * NO_DIGIT + [100])
    assert (pictures.images.flatten(1).max(1).values > 200).all()
    assert len(pictures.images.flatten(1).unique(dim=0)) == 100


def test_ink_does_not_depend_on_workers_but_on_the_seed(monkeypatch):
    monkeypatch.setattr("lenet.training.dataset._CHUNK", 25)
    one, two, other = drawn("junk", 60, 3, 1), drawn("junk", 60, 3, 2), drawn("junk", 60, 4, 1)
    assert torch.equal(one.images, two.images)
    assert not torch.equal(one.images, other.images)


def test_a_few_pictures_are_drawn_without_starting_processes(monkeypatch):
    monkeypatch.setattr("lenet.training.run.processes", None)
    assert len(drawn("junk", 30, 3).labels) == 30
    monkeypatch.setattr("lenet.training.dataset._CHUNK", 25)
    with pytest.raises(TypeError, match="not callable"):
        drawn("junk", 30, 3)


def test_a_batch_has_of_every_source_its_share():
    pictures = {
        name: Pictures(torch.full((10, 28, 28), value, dtype=torch.uint8), torch.full((10,), value))
        for name, value in (("a", 1), ("b", 2))
    }
    made = batch(pictures, {"a": 3, "b": 2}, randomness(1))
    assert made.labels.tolist() == made.images[:, 0, 0].tolist() == [1, 1, 1, 2, 2]


def test_a_batch_is_of_all_pictures_at_random():
    images = torch.arange(12)[:, None, None].expand(12, 28, 28).to(torch.uint8)
    pictures = dict.fromkeys("ab", Pictures(images, torch.arange(12)))
    first, again, other = (batch(pictures, {"a": 200, "b": 200}, randomness(1, step)).labels for step in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert not torch.equal(first[:200], first[200:])
    assert set(first[:200].tolist()) == set(range(12))


def test_what_is_held_out_of_mnist_is_not_learned():
    images = torch.arange(30, dtype=torch.uint8)[:, None, None].expand(30, 28, 28)
    mnist = Pictures(images, torch.arange(30) % 10)
    learned, held_out = of_mnist(mnist, 10)
    values = [each.images[:, 0, 0].tolist() for each in (learned, held_out)]
    assert (len(values[0]), len(values[1])) == (20, 10)
    assert sorted(values[0] + values[1]) == list(range(30))
    assert all((each.images[:, 0, 0] % 10 == each.labels).all() for each in (learned, held_out))
    assert values[1] != sorted(values[1])


def test_each_seed_and_step_has_random_numbers_of_its_own():
    numbers = {int(torch.randint(2**62, (1,), generator=randomness(a, b))) for a in range(20) for b in range(20)}
    assert len(numbers) == 400
