"""Training learns, is reproducible, and writes a card; figures are computed as their definitions say."""

import json

import numpy as np
import pytest
import torch

from lenet.evaluation import digits as evaluate
from lenet.ink import rasterize
from lenet.model import LeNet5
from lenet.synthetic.digits import digit
from lenet.training.calibration import calibrate, fold_temperature
from lenet.training.distil import Lessons
from lenet.training.mnist import Digits
from lenet.training.pictures import NO_DIGIT, Pictures, hard, letters, scripts, synthetic
from lenet.training.stages import train_all
from lenet.training.train import Recipe, loss, train, train_teacher

TINY = Recipe(
    epochs=6,
    teacher_epochs=1,
    synthetic_digits=1_500,
    synthetic_junk=400,
    synthetic_hard=100,
    selection_digits=200,
    held_out=100,
    lessons=Lessons(copies=(2, 1, 1, 1), batches=40, learning_rate=1e-3),
    synthetic_letters=100,
    synthetic_scripts=100,
    further_teacher_epochs=1,
    further=Lessons(copies=(1, 1, 1, 1, 1, 1), per_batch=(80, 20, 16, 8, 8, 8), batches=20, learning_rate=1e-3),
    closing=Lessons(per_batch=(80, 20, 16, 8, 8, 8), batches=20, learning_rate=1e-3),
)


@pytest.fixture(scope="module")
def digits():
    random = np.random.default_rng(9)
    labels = np.arange(1_000) % 10
    images = np.stack([np.rint(255 * rasterize(digit(k, random))) for k in labels.tolist()]).astype(np.uint8)
    return Digits(images, labels.astype(np.uint8))


def test_the_whole_recipe_in_small(digits, tmp_path):
    out = tmp_path / "small.pt"
    card, models = train_all(digits, out, TINY, [1, 2], workers=2, keep=tmp_path / "kept")
    assert json.loads(json.dumps(card)) == json.loads(out.with_suffix(".json").read_text())
    assert card["recipe"]["epochs"] == 6
    again = LeNet5()
    again.load_state_dict(torch.load(out, weights_only=True))
    figures = evaluate.on_mnist(evaluate.run(again, digits.images, digits.labels), card["rejection"]["threshold"])
    assert figures["test_error_percent"] < 40  # six small epochs; chance is 90
    assert len(models) == 2
    assert not torch.equal(models[0].C1.weight, models[1].C1.weight)
    # What is shipped has learnt on from one of them.
    assert not any(torch.equal(again.C1.weight, model.C1.weight) for model in models)
    # Finished networks are kept, so the same command again only reads them.
    repeated, _ = train_all(digits, tmp_path / "again.pt", TINY, [1, 2], workers=1, keep=tmp_path / "kept")
    assert repeated["weights_sha256"] == card["weights_sha256"] or torch.equal(
        torch.load(tmp_path / "again.pt", weights_only=True)["C1.weight"], again.C1.weight
    )


def test_same_seed_same_weights():
    pictures = synthetic(300, 100, 1)
    recipe = Recipe(epochs=1)
    first, second, other = (train([pictures[0], *pictures], recipe, seed, progress=False) for seed in (5, 5, 6))
    assert torch.equal(first.F6.weight, second.F6.weight)
    assert not torch.equal(first.F6.weight, other.F6.weight)


def test_synthetic_ink_does_not_depend_on_workers():
    one, two = synthetic(60, 20, 3, 1), synthetic(60, 20, 3, 2)
    assert torch.equal(one[0].images, two[0].images)
    assert torch.equal(one[1].images, two[1].images)
    assert one[1].labels.tolist() == [NO_DIGIT] * 20


def test_what_is_hard_is_drawn_with_its_label():
    pictures = hard(100, 1)
    assert pictures.labels.bincount().tolist() == [0, 20, 0, 0, 0, 0, 0, 20, 0, 0, 60]
    assert (pictures.images.flatten(1).max(1).values > 200).all()


@pytest.mark.parametrize("kind", [letters, scripts])
def test_letters_are_no_digits(kind):
    pictures = kind(100, 1)
    assert pictures.labels.tolist() == [NO_DIGIT] * 100
    assert len(pictures.images.flatten(1).unique(dim=0)) == 100
    assert (pictures.images.flatten(1).max(1).values > 200).all()


def test_the_teacher_learns_and_is_reproducible():
    digits, others = synthetic(600, 100, 1)
    kinds = [digits, digits, others]
    recipe = Recipe(teacher_epochs=8, averaging=0.9)
    first, second = (train_teacher(kinds, recipe, 3, progress=False) for _ in range(2))
    pictures = digits.images.unsqueeze(1).float() / 255
    with torch.inference_mode():
        answers, again = first(pictures), second(pictures)
    assert torch.equal(answers, again)
    assert (answers.argmax(1) == digits.labels).float().mean() > 0.6


def test_no_digit_is_a_logit_of_zero():
    logits = torch.full((1, 10), -20.0)
    assert float(loss(logits, torch.tensor([NO_DIGIT]), 0)) < 1e-6
    assert float(loss(logits, torch.tensor([3]), 0)) == pytest.approx(20, abs=1e-3)


def test_temperature_is_found_and_folded_in():
    random = torch.Generator().manual_seed(1)
    logits = torch.randn(20_000, 10, generator=random) * 2
    labels = torch.multinomial(torch.softmax(logits, 1), 1, generator=random)[:, 0]
    fitted = calibrate(logits * 3, labels, 0.01)
    assert fitted["temperature"] == pytest.approx(3, rel=0.05)
    model, x = LeNet5(), torch.rand(2, 1, 28, 28)
    before = model(x)
    fold_temperature(model, 3.0)
    torch.testing.assert_close(model(x), before / 3)


def test_pictures_is_picklable_for_the_workers(tmp_path):
    torch.save(Pictures(torch.zeros(1, 28, 28, dtype=torch.uint8), torch.zeros(1).long()), tmp_path / "p.pt")
    assert torch.load(tmp_path / "p.pt", weights_only=False).labels.tolist() == [0]
