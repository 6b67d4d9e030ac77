"""Networks of other people: opened by nothing but the file, and run as they were trained."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import warnings
import zipfile
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import lenet
from lenet.__main__ import main
from lenet.architecture import SCALINGS, Architecture, Convolution
from lenet.own.conventions import digits, open_network
from lenet.own.files import OwnError
from lenet.synthetic import digits as synthetic
from lenet.weights import FOLDER

ONES = "0 to 1"
NORMAL = "mean 0.1307, deviation 0.3081"


class Small(nn.Module):
    """As many people write it: names of their own, functions in between."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 10, 5), nn.Conv2d(10, 20, 5)
        self.fc1, self.fc2 = nn.Linear(320, 50), nn.Linear(50, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(F.max_pool2d(self.conv1(x), 2))  # pooling before the activation
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return F.log_softmax(self.fc2(F.relu(self.fc1(x.flatten(1)))), 1)


def textbook(activation: type[nn.Module], pooling: type[nn.Module]) -> nn.Sequential:
    """The LeNet of textbooks, named by nn.Sequential's numbers."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), activation(), pooling(2), nn.Conv2d(6, 16, 5), activation(), pooling(2),
        nn.Flatten(), nn.Linear(400, 120), activation(), nn.Linear(120, 84), activation(), nn.Linear(84, 10),
    )  # fmt: skip


def with_c5() -> nn.Sequential:
    """C5 as the paper has it, a convolution; three fully connected layers less one; no biases at all."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2, bias=False), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(8, 16, 5, bias=False), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 128, 5, bias=False), nn.Tanh(), nn.Flatten(),
        nn.Linear(128, 64, bias=False), nn.Tanh(), nn.Linear(64, 10, bias=False),
    )  # fmt: skip


@pytest.fixture(scope="module")
def learnt() -> tuple[Tensor, Tensor]:
    """Synthetic digits to train small networks on, others than those that they are tried on."""
    random = np.random.default_rng(1)
    ink = [synthetic.digit(i % 10, random) for i in range(3000)]
    pictures = np.stack([lenet.rasterize([(stroke * 0.6 + 0.2).tolist() for stroke in each]) for each in ink])
    return torch.from_numpy(pictures)[:, None], torch.arange(len(ink)) % 10


def trained(model: nn.Module, learnt: tuple[Tensor, Tensor], scaling: str, epochs: int = 4) -> nn.Module:
    torch.manual_seed(2)
    times, plus = SCALINGS[scaling]
    pictures, labels = learnt[0] * times + plus, learnt[1]
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(epochs):
        for chosen in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(pictures[chosen]), labels[chosen]).backward()
            optimizer.step()
    return model.eval()


def saved(value: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("make", "scaling", "found"),
    [
        (Small, NORMAL, ("ReLU", "max", NORMAL)),
        (lambda: textbook(nn.Tanh, nn.AvgPool2d), "−1 to 1", ("tanh", "average", "−1 to 1")),
        (with_c5, ONES, ("tanh", "average", ONES)),
        (lambda: textbook(nn.ReLU, nn.MaxPool2d), "1 to 0, ink is 0", ("ReLU", "max", "1 to 0, ink is 0")),
    ],
    ids=["functions", "textbook", "C5", "inverted"],
)
def test_the_file_alone_tells_how_a_network_is_run(learnt, make, scaling, found):
    model = trained(make(), learnt, scaling)
    own = open_network(saved(model.state_dict()))
    way = own.network.architecture
    assert (way.activation, way.pooling, way.scaling) == found
    assert own.reads
    assert own.candidates[0].accuracy > 0.9
    # And what comes out is what its own code computes.
    pictures, _ = digits()
    times, plus = SCALINGS[scaling]
    with torch.no_grad():
        wanted = torch.softmax(model(pictures * times + plus), 1)
        assert torch.softmax(own.network(pictures), 1) == pytest.approx(wanted.numpy(), abs=1e-4)


def test_layers_are_named_and_counted_by_the_papers_habit():
    way = Architecture(
        (Convolution(8, 5, 2, True), Convolution(16, 5, 0, True), Convolution(128, 5, 0, False)), (64, 10)
    )
    named = [(layer.name, layer.kind, layer.shape) for layer in way.layers]
    assert named == [
        ("input", "picture", (1, 28, 28)), ("C1", "convolution", (8, 28, 28)), ("S2", "pooling", (8, 14, 14)),
        ("C3", "convolution", (16, 10, 10)), ("S4", "pooling", (16, 5, 5)), ("C5", "fully connected", (128,)),
        ("F6", "fully connected", (64,)), ("output", "fully connected", (10,)),
    ]  # fmt: skip
    standard = Architecture((Convolution(6, 5, 2, True), Convolution(16, 5, 0, True)), (120, 84, 10))
    assert standard.layers == lenet.LAYERS


def bundled() -> dict[str, Tensor]:
    return torch.load(FOLDER / "lenet5.pt", weights_only=True)


def safetensors(tensors: dict[str, Tensor], kind: str = "F16") -> bytes:
    header, data = {}, b""
    for name, each in sorted(tensors.items()):
        raw = each.half().numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(each.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(text).to_bytes(8, "little") + text + data


def npz(tensors: dict[str, Tensor]) -> bytes:
    file = io.BytesIO()
    arrays: dict[str, Any] = {name: each.numpy() for name, each in tensors.items()}
    np.savez(file, **arrays)
    return file.getvalue()


FORMS = {
    "plain": lambda w: saved(w),
    "wrapped": lambda w: saved({"epoch": 3, "model_state_dict": w, "loss": 0.1}),
    "prefixed": lambda w: saved({f"module.net.{name}": each for name, each in w.items()}),
    "half": lambda w: saved({name: each.half() for name, each in w.items()}),
    "shuffled": lambda w: saved(dict(reversed(w.items()))),
    "C5 as a convolution": lambda w: saved({**w, "C5.weight": w["C5.weight"].reshape(120, 16, 5, 5)}),
    "safetensors": safetensors,
    "npz": npz,
    "legacy": lambda w: legacy(w),
    "turned": lambda w: npz({name: each.T if each.dim() == 2 else each for name, each in w.items()}),
}


def legacy(tensors: dict[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(tensors, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_files_of_every_form_open(form: str):
    own = open_network(FORMS[form](bundled()))
    assert own.candidates[0].accuracy > 0.98
    way = own.network.architecture
    assert (way.activation, way.pooling, way.scaling) == ("ReLU", "max", ONES)
    with torch.no_grad():
        pictures = digits()[0][:20]
        assert own.network(pictures).numpy() == pytest.approx(lenet.load()(pictures).numpy(), abs=0.05)


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("run",)


def changed(**changes: Tensor | None) -> bytes:
    weights = {**bundled(), **{name.replace("__", "."): each for name, each in changes.items()}}
    return saved({name: each for name, each in weights.items() if each is not None})


def shaped(*shapes: tuple[int, ...]) -> dict[str, Tensor]:
    return {f"layer{i}.weight": torch.zeros(shape, dtype=torch.half) for i, shape in enumerate(shapes)}


WRONG = {
    "a pickle that runs code": (lambda: saved(Evil()), "state_dict"),
    "a whole model": (lambda: saved(textbook(nn.ReLU, nn.MaxPool2d)), "state_dict"),
    "nothing": (lambda: b"", "is empty"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "no weights"),
    "a text": (lambda: b"conv1.weight = 5", "no weights"),
    "a list": (lambda: saved([torch.zeros(3)]), "no weights"),
    "no tensors": (lambda: saved({"epoch": 3}), "no weights"),
    "three channels": (lambda: changed(C1__weight=torch.zeros(6, 3, 5, 5)), "3 channels"),
    "batch normalisation": (lambda: changed(bn__running_mean=torch.zeros(6)), "batch normalisation"),
    "attention": (lambda: changed(attn__weight=torch.zeros(6, 6)), "attention"),
    "a hundred outputs": (
        lambda: changed(output__weight=torch.zeros(100, 84), output__bias=torch.zeros(100)),
        "100 outputs",
    ),
    "no convolution": (
        lambda: changed(C1__weight=None, C1__bias=None, C3__weight=None, C3__bias=None),
        "0 convolutions",
    ),
    "a gap": (lambda: changed(F6__weight=torch.zeros(84, 99)), "do not follow"),
    "another picture": (lambda: changed(C5__weight=torch.zeros(120, 16 * 121)), "1936 values"),
    "a kernel that is not square": (lambda: changed(C1__weight=torch.zeros(6, 1, 5, 3)), "not square"),
    "not a number": (lambda: changed(C1__bias=torch.full((6,), torch.nan)), "not finite"),
    "a bias too many": (lambda: changed(extra__bias=torch.zeros(7)), "no layer"),
    "too large": (lambda: bytes(4_000_001), "at most 4 MB"),
    "too many": (lambda: changed(C5__weight=torch.zeros(2000, 501, dtype=torch.half)), "1,000,000"),
    "a type of its own": (lambda: safetensors(bundled(), "I8"), "type I8"),
    "a bomb": (lambda: bomb(), "Unpacked"),
    "a name twice": (lambda: twice(), "no weights"),
    "tensors over one another": (lambda: overlapping(), "no weights"),
    "a key that is hashed for ever": (lambda: nested(40), "more than weights"),
    "memory asked for": (lambda: pickle.dumps({"a": bytearray(5)}, 2), "more than weights"),
    "a name that counts in no way": (lambda: saved({**bundled(), "\u00b2" * 3: torch.zeros(7)}), "no layer"),
    "a long number": (lambda: saved({**bundled(), "9" * 5000: torch.zeros(7)}), "no layer"),
    "a sparse tensor": (lambda: changed(C1__bias=torch.zeros(6).to_sparse()), "more than weights"),
    "an empty one": (lambda: changed(C1__weight=torch.zeros(0, 1, 5, 5)), "no plain numbers"),
    "a kernel larger than the picture": (lambda: saved(shaped((4, 1, 40, 40), (4, 4, 2, 2), (10, 4))), "28x28"),
    "too much work": (
        lambda: saved(shaped((900, 1, 1, 1), (900, 900, 1, 1), (1, 900, 1, 1), (10, 784))),
        "multiply-adds",
    ),
    "too many units": (lambda: saved(shaped((500, 1, 1, 1), (1, 500, 14, 14), (10, 225))), "120,000 units"),
    "one number that stands for many": (
        lambda: saved({"conv1.weight": torch.zeros(1).expand(50_000, 50_000)}),
        "2,500,000,000 parameters",
    ),
    "an archive behind another file": (lambda: legacy(bundled()) + npz(bundled()), "no weights"),
    "texts of no length": (lambda: empty_texts("a"), "no weights|no numbers"),
    "bytes": (lambda: npz_of(a=np.array([b"abc"] * 9)), "no numbers"),
    "labels of no length": (lambda: empty_texts("labels"), "labels must be|no weights"),
}


def nested(depth: int) -> bytes:
    """A pickle whose key is a tuple of twice itself, over and over: a hash of it takes for ever."""
    value = b"(t" + b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(depth))
    about: list[Any] = [0x1950A86A20F9469CFC6C, 1001, {}]  # as torch's older format begins
    return b"".join(pickle.dumps(each, 2) for each in about) + b"\x80\x02}" + value + b"K\x01s."


def overlapping() -> bytes:
    entry: dict[str, Any] = {"dtype": "F16", "shape": [900, 1000], "data_offsets": [0, 1_800_000]}
    text = json.dumps({f"layer{i}": entry for i in range(100)}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(1_800_000)


def empty_texts(name: str) -> bytes:
    """An archive of some hundred bytes that announces two thousand million texts."""
    array, file = io.BytesIO(), io.BytesIO()
    array.write(b"\x93NUMPY\x01\x00")
    header = b"{'descr': '<U0', 'fortran_order': False, 'shape': (2000000000,), }\n"
    array.write(len(header).to_bytes(2, "little") + header)
    weights = io.BytesIO()
    np.save(weights, np.zeros((2, 2)))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.npy", array.getvalue())
        archive.writestr("b.npy", weights.getvalue())
    return file.getvalue()


def npz_of(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for _ in range(3):
            archive.writestr("a.npy", bytes(100))
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes(40_000_000))
    return file.getvalue()


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_none_of_these_gets_a_sentence_that_names_it(wrong: str, capsys):
    content, named = WRONG[wrong]
    with pytest.raises(OwnError, match=named):
        open_network(content())
    assert "run" not in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(10))
def test_damaged_files_get_a_sentence(seed: int):
    random = np.random.default_rng(seed)
    for form in ("plain", "legacy", "safetensors", "npz"):
        sound = FORMS[form](bundled())
        for _ in range(5):
            damaged = bytearray(sound[: random.integers(1, len(sound))] if random.random() < 0.3 else sound)
            for at in random.integers(0, min(len(damaged), 2000), 8):
                damaged[at] = random.integers(256)
            with suppress(OwnError):  # and nothing else
                assert open_network(bytes(damaged))


NAMES, ENDS = ("C1", "C3", "C5", "F6", "output"), ("weight", "bias")
WORDS = ("zebra", "yak", "dense", "cat", "ant")  # whose order is not that of the layers
NAMED = {
    "W and b": lambda i, word, end: f"{'W' if end == 'weight' else 'b'}{i}",
    "numbers alone": lambda i, word, end: f"arr_{2 * i + ENDS.index(end)}",
    "words": lambda i, word, end: f"{end[0]}_{word}",
    "ends": lambda i, word, end: f"l{i}{'_b' if end == 'bias' else ''}",
}


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("form", [npz, saved])
def test_names_of_every_kind_find_their_layer_and_their_bias(kind: str, form):
    places = [(i, word, end) for i, word in enumerate(WORDS) for end in ENDS]
    weights = {NAMED[kind](i, word, end): bundled()[f"{NAMES[i]}.{end}"] for i, word, end in places}
    own = open_network(form(weights))
    assert own.candidates[0].accuracy > 0.98
    with torch.no_grad():
        pictures = digits()[0][:20]
        assert own.network(pictures).numpy() == pytest.approx(lenet.load()(pictures).numpy(), abs=1e-4)


def named(**layers: nn.Module) -> nn.Sequential:
    model = nn.Sequential()
    for name, layer in layers.items():
        model.add_module(name, layer)
    return model


def test_layers_of_one_size_follow_one_another_as_the_file_has_them():
    torch.manual_seed(1)
    model = named(
        conv=nn.Conv2d(1, 4, 5), on=nn.ReLU(), pool=nn.MaxPool2d(2), flat=nn.Flatten(), fc_in=nn.Linear(576, 64),
        on1=nn.ReLU(), fc_hidden=nn.Linear(64, 64, bias=False), on2=nn.ReLU(), fc_again=nn.Linear(64, 64, bias=False),
        on3=nn.ReLU(), fc_out=nn.Linear(64, 10),
    )  # fmt: skip
    own = open_network(saved(model.state_dict()))
    way = replace(own.network.architecture, activation="ReLU", pooling="max", scaling=ONES)
    pictures = digits()[0][:5]
    with torch.no_grad():
        assert own.run_as(way)(pictures).numpy() == pytest.approx(model(pictures).numpy(), abs=1e-5)
    assert [layer.parameters for layer in way.layers if layer.parameters] == [104, 36928, 4096, 4096, 650]


def test_a_file_of_our_names_is_run_as_it_was_trained(tmp_path, learnt):
    model = named(
        C1=nn.Conv2d(1, 6, 5, padding=2), t1=nn.Tanh(), S2=nn.AvgPool2d(2), C3=nn.Conv2d(6, 16, 5), t3=nn.Tanh(),
        S4=nn.AvgPool2d(2), flat=nn.Flatten(), C5=nn.Linear(400, 120), t5=nn.Tanh(), F6=nn.Linear(120, 84),
        t6=nn.Tanh(), output=nn.Linear(84, 10),
    )  # fmt: skip
    trained(model, learnt, "1 to −1, ink is −1")
    file = tmp_path / "mine.pth"
    file.write_bytes(saved(model.state_dict()))
    pictures, labels = digits()
    with torch.no_grad():
        assert (lenet.load(file)(pictures).argmax(1) == labels).float().mean() > 0.9
    shutil.copy(FOLDER / "lenet5.pt", tmp_path / "ours.pt")
    assert isinstance(lenet.load(tmp_path / "ours.pt"), lenet.LeNet5)


def test_a_network_for_something_else_opens_all_the_same():
    torch.manual_seed(0)
    own = open_network(saved(Small().state_dict()))
    assert not own.reads
    assert own.network(digits()[0][:3]).shape == (3, 10)


def test_the_library_and_the_command_line_take_the_file(tmp_path, capsys):
    file = tmp_path / "mine.pth"
    file.write_bytes(FORMS["prefixed"](bundled()))
    seven = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
    assert lenet.recognize(seven, network=file).digit == 7
    scribble = [[[0.2 + 0.6 * (i % 2), 0.2 + 0.02 * i] for i in range(28)]]
    assert lenet.recognize(scribble, network=file).digit is not None  # it was never told what is no digit
    assert lenet.load(file).trace(torch.zeros(1, 1, 28, 28)).output["S4"].shape == (1, 16, 5, 5)
    ink = [{"digit": 7, "writer": 1, "strokes": seven}]
    (tmp_path / "ink.json").write_text(json.dumps(ink))
    assert main(["evaluate", "--ink", str(tmp_path / "ink.json"), "--network", str(file)]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["accuracy_percent"] == 100
    assert told["opened_as"]["activation"] == "ReLU"
    assert told["opened_as"]["layers"].endswith("F6:84 output:10")
    (tmp_path / "wrong.pth").write_bytes(b"nothing")
    assert main(["evaluate", "--ink", str(tmp_path / "ink.json"), "--network", str(tmp_path / "wrong.pth")]) == 2
    assert "wrong.pth" in capsys.readouterr().err


def test_the_digits_it_is_tried_on_are_ten_kinds_that_the_bundled_network_reads():
    pictures, labels = digits()
    assert torch.bincount(labels).tolist() == [30] * 10
    with torch.no_grad():
        assert (lenet.load()(pictures).argmax(1) == labels).float().mean() > 0.99
    assert len(set(map(bytes, (pictures.numpy() * 255).astype(np.uint8)))) == 300
