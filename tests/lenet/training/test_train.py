"""Training learns, is reproducible, and writes a card; figures are computed as their definitions say."""

import json

import numpy as np
import pytest
import torch

from lenet.__main__ import main
from lenet.evaluation import digits as evaluate
from lenet.evaluation.digits import Outcome, auroc, calibration_error
from lenet.evaluation.gallery import sheet
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


def outcome(confidence, right):
    labels = np.zeros(len(right), int)
    probabilities = np.zeros((len(right), 10))
    answers = np.where(right, 0, 1)
    probabilities[np.arange(len(right)), answers] = confidence
    return Outcome(np.log(probabilities + 1e-9), probabilities, np.zeros(len(right)), labels)


def test_calibration_error_by_hand():
    # Ten answers at 0.85, eight right; ten at 0.95, all right: (|0.8 - 0.85| + |1 - 0.95|) / 2.
    made = outcome([0.85] * 10 + [0.95] * 10, [True] * 8 + [False] * 2 + [True] * 10)
    assert calibration_error(made) == pytest.approx(0.05)


def test_auroc_by_hand():
    assert auroc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1
    assert auroc(np.array([1.0]), np.array([1.0])) == 0.5
    assert auroc(np.array([1.0, 3.0]), np.array([2.0])) == 0.5


def run(capsys, *arguments):
    status = main([str(a) for a in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_evaluate_ink(capsys, tmp_path):
    random = np.random.default_rng(4)
    records = [{"digit": k, "strokes": [s.tolist() for s in digit(k, random)]} for k in range(10)] * 3
    file = tmp_path / "ink.json"
    file.write_text(json.dumps(records))
    status, out, _ = run(capsys, "evaluate", "--ink", file)
    result = json.loads(out.splitlines()[-1])
    assert status == 0
    assert result["n"] == 30
    assert result["accuracy_percent"] > 85
    assert set(result["per_digit"]) == set("0123456789")


def test_evaluate_mnist_agrees_with_the_card(capsys, mnist_folder):
    from lenet import card

    _, out, _ = run(capsys, "evaluate", "--mnist", mnist_folder)
    result = json.loads(out.splitlines()[-1])
    assert result["parameters"] == 61_706
    assert result["n"] == 10_000
    # Another processor may round a borderline digit the other way.
    assert result["test_error_percent"] == pytest.approx(card()["measured"]["mnist"]["test_error_percent"], abs=0.03)
    assert result["test_error_percent"] <= 0.50


def test_strangers_pens(capsys, pens_file):
    _, out, _ = run(capsys, "evaluate", "--ink", pens_file)
    result = json.loads(out.splitlines()[-1])
    assert result["accuracy_percent"] >= 99.3
    assert result["worst_digit_percent"] >= 97.5
    assert result["wrongly_rejected_percent"] <= 1


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "not JSON"), ("[]", "list of"), ('[{"digit": 11, "strokes": []}]', "Record 0"),
     ('[{"digit": 1, "strokes": [[["x", 1]]]}]', "Record 0"), ("[" * 100_000, "not JSON")],
)  # fmt: skip
def test_a_bad_ink_file_is_one_line_and_status_2(capsys, tmp_path, content, said):
    file = tmp_path / "ink.json"
    file.write_text(content)
    status, out, err = run(capsys, "evaluate", "--ink", file)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_predict(capsys, tmp_path):
    sheet([(rasterize([[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]), "")], columns=1, zoom=8).save(tmp_path / "7.png")
    status, out, _ = run(capsys, "predict", tmp_path / "7.png")
    assert status == 0
    assert json.loads(out.splitlines()[-1])["predictions"][0]["digit"] == 7
    (tmp_path / "no.png").write_text("no picture")
    for missing in (tmp_path / "no.png", tmp_path / "nowhere.png"):
        status, _, err = run(capsys, "predict", missing)
        assert status == 2
        assert err.startswith("error: ")


def test_gallery(capsys, tmp_path):
    assert run(capsys, "gallery", "--out", tmp_path / "sheet.png")[0] == 0
    assert (tmp_path / "sheet.png").stat().st_size > 10_000


def test_pictures_is_picklable_for_the_workers(tmp_path):
    torch.save(Pictures(torch.zeros(1, 28, 28, dtype=torch.uint8), torch.zeros(1).long()), tmp_path / "p.pt")
    assert torch.load(tmp_path / "p.pt", weights_only=False).labels.tolist() == [0]
