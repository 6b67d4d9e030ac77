"""Training reads what it learned, is reproducible, keeps nothing of another recipe, and writes a card."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch

import lenet
from lenet import moments
from lenet.__main__ import main
from lenet.ink import rasterize
from lenet.model import NO_DIGIT, LeNet5
from lenet.synthetic.digits import digit
from lenet.training import digit as training
from lenet.training import run
from lenet.training.digit import Recipe, loss, quick, train, train_all
from lenet.training.distortion import Distortion
from lenet.training.mnist import Pictures
from lenet.training.run import fingerprint

SOURCES = {"MNIST": 40, "digits": 40, "junk": 10, "lookalikes": 5, "letters": 10}


def available(device):
    return torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()


TINY = Recipe(steps=120, sources=SOURCES, drawn=300, averaging=0.9, held_out=100)


@pytest.fixture(scope="module")
def digits():
    random = np.random.default_rng(9)
    labels = np.arange(1_000) % 10
    images = np.stack([np.rint(255 * rasterize(digit(k, random))) for k in labels.tolist()]).astype(np.uint8)
    return Pictures(torch.tensor(images), torch.tensor(labels))


def error(model, digits):
    with torch.inference_mode():
        answers = model(digits.images[:, None].float() / 255).argmax(1)
    return float((answers != digits.labels).float().mean())


def test_the_whole_recipe_in_small(digits, tmp_path):
    out = tmp_path / "small.pt"
    card, models, kept = train_all(digits, out, TINY, [1, 2], "the command")
    assert json.loads(json.dumps(card)) == json.loads(out.with_suffix(".json").read_text())
    assert (card["recipe"]["steps"], card["command"]) == (120, "the command")
    assert set(card) >= {"seconds", "machine", "commit", "torch", "mnist_sha256", "weights_sha256"}
    shipped = LeNet5()
    shipped.load_state_dict(torch.load(out, weights_only=True))
    assert error(shipped, digits) < 0.4  # a few small steps; chance is 0.9
    assert set(models) == {1, 2}
    assert torch.equal(shipped.C1.weight, models[card["seed"]].C1.weight)
    assert not torch.equal(models[1].C1.weight, models[2].C1.weight)
    losses = card["selection_loss_per_seed"]
    assert str(card["seed"]) == min(losses, key=losses.__getitem__)
    assert (kept.networks[-1]["C1.weight"] == shipped.C1.weight.detach().half().numpy()).all()
    again, _, _ = train_all(digits, tmp_path / "again.pt", TINY, [2, 1], "the command")
    assert again["weights_sha256"] == card["weights_sha256"]


def test_another_seed_is_another_network(digits):
    pictures = dict.fromkeys(SOURCES, digits)
    recipe = replace(TINY, steps=3)
    first, second, other = (train(pictures, recipe, seed)[0] for seed in (5, 5, 6))
    assert torch.equal(first.F6.weight, second.F6.weight)
    assert not torch.equal(first.F6.weight, other.F6.weight)


def test_an_interrupted_run_has_all_its_moments(digits, tmp_path, monkeypatch):
    pictures = dict.fromkeys(SOURCES, digits)
    _, whole = train(pictures, TINY, 5)
    steps = []

    def stopping(logits, labels, smoothing):
        steps.append(1)
        if len(steps) == 100:
            raise KeyboardInterrupt
        return loss(logits, labels, smoothing)

    with monkeypatch.context() as patched:
        patched.setattr(training, "loss", stopping)
        with pytest.raises(KeyboardInterrupt):
            train(pictures, TINY, 5, tmp_path / "run.part")
    _, resumed = train(pictures, TINY, 5, tmp_path / "run.part")
    assert resumed.batches == whole.batches
    assert resumed.losses == whole.losses
    assert len(resumed.networks) == len(whole.networks) == len(whole.batches)
    for one, other in zip(resumed.networks, whole.networks, strict=True):
        assert all((one[name] == other[name]).all() for name in one)


def test_some_pictures_stay_as_they_are_and_distortion_eases_off():
    images = torch.from_numpy(np.stack([rasterize(digit(8, np.random.default_rng(1)))] * 400)).mul(255).to(torch.uint8)

    # Turning and shifting do not ease off.
    recipe = replace(Recipe(), distortion=Distortion(rotation=0, shift=0))

    def moved(step):
        made = training._distorted(images, recipe, step, torch.Generator().manual_seed(1))
        away = (made - images[:, None] / 255).abs().sum((1, 2, 3))
        return float((away == 0).float().mean()), float(away.mean())

    still, early = moved(0)
    assert still == pytest.approx(0.15, abs=0.05)
    assert moved(20_000)[1] == early
    assert 0.3 * early < moved(Recipe().steps - 1)[1] < 0.7 * early


def test_no_digit_is_a_logit_of_zero():
    logits = torch.full((1, 10), -20.0)
    assert float(loss(logits, torch.tensor([NO_DIGIT]), 0)) < 1e-6
    assert float(loss(logits, torch.tensor([3]), 0)) == pytest.approx(20, abs=1e-3)


def test_what_a_result_depends_on_is_in_the_fingerprint(monkeypatch, tmp_path):
    before = fingerprint(Recipe(), 1, "cpu")
    assert fingerprint(Recipe(), 1, "cpu") == before
    others = [fingerprint(Recipe(), 2, "cpu"), fingerprint(replace(Recipe(), steps=1), 1, "cpu")]
    package = tmp_path / "lenet"
    shutil.copytree(run._PACKAGE, package)
    monkeypatch.setattr(run, "_PACKAGE", package)
    assert fingerprint(Recipe(), 1, "cpu") == before
    for file in ("synthetic/letters.json", "synthetic/junk.py", "training/loop.py", "ink.py", "model.py"):
        with (package / file).open("a") as opened:
            opened.write("\n")
        others.append(fingerprint(Recipe(), 1, "cpu"))
    monkeypatch.setattr(run.np, "__version__", "0")
    others.append(fingerprint(Recipe(), 1, "cpu"))
    assert len({before, *others}) == len(others) + 1


def test_quick_is_the_same_recipe_with_less_of_everything():
    short = quick(Recipe())
    assert short.steps < Recipe().steps / 10
    assert short.drawn < Recipe().drawn / 5
    assert short.sources == Recipe().sources


def test_the_command_trains_measures_and_leaves_the_moments_of_its_run(digits, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(training, "mnist", lambda split, folder: digits)
    monkeypatch.setattr(training, "quick", lambda recipe: TINY)
    out = tmp_path / "small.pt"
    assert main(["train", "--out", str(out), "--seeds", "4", "7", "--quick"]) == 0
    assert not list(tmp_path.glob("*.part"))
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    card = json.loads(out.with_suffix(".json").read_text())
    assert printed["mnist_per_seed"] == card["measured"]["mnist_per_seed"]
    assert set(printed["mnist_per_seed"]) == {"4", "7"}
    assert card["command"] == "python -m lenet train --out small.pt --seeds 4 7 --quick"
    of_moments = json.loads((tmp_path / "small.moments.json").read_text())
    assert (of_moments["seed"], of_moments["command"]) == (card["seed"], card["command"])
    told = of_moments["moments"]
    assert told["batches"][0] == 0
    assert told["batches"][-1] == TINY.steps
    assert len(told["loss"]) == len(told["test_error_percent"]) == len(told["batches"])
    assert told["test_error_percent"][0] > 60
    assert told["test_error_percent"][-1] < 40
    with np.load(tmp_path / "small.moments.npz") as file:
        arrays = dict(file.items())
    assert {each.dtype for each in arrays.values()} == {np.dtype(np.float16)}
    torch.manual_seed(card["seed"])
    for moment, network in ((0, LeNet5()), (-1, lenet.load(out))):
        kept = moments.as_network(arrays, moment).state_dict()
        for name, each in network.state_dict().items():
            np.testing.assert_allclose(kept[name], each, atol=1e-3)


@pytest.mark.parametrize("seeds", [["1", "1"], ["-1"], ["x"], ["1.5"]])
def test_bad_seeds_are_one_line_and_status_2(tmp_path, capsys, seeds):
    assert main(["train", "--out", str(tmp_path / "x.pt"), "--seeds", *seeds]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("error: ")


@pytest.mark.parametrize("device", [*(name for name in ("cuda", "mps") if not available(name)), "tpu"])
def test_a_device_that_is_not_here_is_one_line_and_status_2(tmp_path, capsys, device):
    for command in ("train", "train-scan"):
        assert main([command, "--out", str(tmp_path / "x.pt"), "--device", device]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert f"torch finds no {device} here; choose cpu" in said
