"""The second stage of training: what is answered, and that a network comes to answer so."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from lenet.model import LeNet5
from lenet.training.distil import Lessons, distil, lesson
from lenet.training.pictures import NO_DIGIT, Pictures, synthetic

ALL_TAUGHT = Lessons(taught=1.0, plain=1.0)


class Says(nn.Module):
    """Gives the same ten logits for every picture."""

    def __init__(self, **logits: float) -> None:
        super().__init__()
        self.logits = torch.full((10,), -30.0)
        for digit, logit in logits.items():
            self.logits[int(digit[1:])] = logit

    def forward(self, pictures: Tensor) -> Tensor:
        return self.logits.expand(len(pictures), 10)


@pytest.fixture(scope="module")
def digits() -> Pictures:
    return synthetic(300, 0, 1)[0]


def test_the_teacher_says_whether_and_all_say_which(digits):
    # The teacher: 5 or no digit, as likely; its peer: surely 3.
    (answer,) = lesson(digits, [Says(_5=0.0), Says(_3=30.0)], ALL_TAUGHT, 1).labels.unique(dim=0)
    assert answer[NO_DIGIT] == pytest.approx(0.5)
    assert answer[5] == answer[3] == pytest.approx(0.25)


def test_the_label_counts_for_the_rest(digits):
    learned = lesson(digits, [Says(_5=30.0)], replace(ALL_TAUGHT, taught=0.8), 1)
    sixes = learned.labels[digits.labels == 6]
    assert torch.allclose(sixes[:, 5], torch.tensor(0.8))
    assert torch.allclose(sixes[:, 6], torch.tensor(0.2))


def test_without_a_teacher_the_label_is_the_answer(digits):
    learned = lesson(digits, [], Lessons(taught=0.8), 1)
    assert torch.equal(learned.labels.argmax(1), digits.labels)
    assert torch.equal(learned.labels.max(1).values, torch.ones(len(digits.labels)))
    assert torch.equal(learned.images, lesson(digits, [Says()], Lessons(taught=0.8), 1).images)


def test_a_copy_is_distorted_but_for_its_plain_share_and_reproducible(digits):
    first, again, other = (lesson(digits, [Says()], Lessons(plain=0.3), seed) for seed in (1, 1, 2))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)
    assert not torch.equal(first.images, digits.images)
    same = (first.images == digits.images).flatten(1).all(1).float().mean()
    assert 0.2 < same < 0.4


def test_a_network_comes_to_answer_so(digits):
    lessons = [lesson(digits, [Says(_5=9.0)], ALL_TAUGHT, 1)] * 4
    recipe = replace(ALL_TAUGHT, batches=60, learning_rate=3e-3, averaging=0.9)

    def taught() -> LeNet5:
        torch.manual_seed(1)
        return distil(LeNet5(), lessons, recipe, 1, progress=False)

    first, second = taught(), taught()
    with torch.inference_mode():
        logits = first(digits.images.unsqueeze(1).float() / 255)
    assert (logits.argmax(1) == 5).float().mean() > 0.95
    assert torch.equal(first.output.weight, second.output.weight)
