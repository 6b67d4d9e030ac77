"""The page starts right or not at all: one sentence, status 1, and no port is opened."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from demo import app
from demo.experiments import measured
from demo.start import StartError, figures_of, port, whole
from lenet import moments, weights
from lenet.weights import WeightsError
from tests.serving import ROOT, free_port


@pytest.fixture
def copy(tmp_path):
    """A copy of the project, to break something in."""
    for folder in ("demo", "lenet", "weights"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def started(folder, *command, **environment):
    command = command or ("demo/app.py",)
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return ended.returncode, ended.stderr.strip().splitlines()


def flip(file):
    content = bytearray(file.read_bytes())
    for at in range(20_000, 24_000):
        content[at] ^= 0xFF
    file.write_bytes(content)


def edit(file, field):
    card = json.loads(file.read_text("utf-8"))
    del card[field]
    file.write_text(json.dumps(card), "utf-8")


BROKEN = {
    "missing weights": (lambda folder: (folder / "lenet5.pt").unlink(), "lenet5.pt is missing"),
    "missing weights for lines": (lambda folder: (folder / "scan.pt").unlink(), "scan.pt is missing"),
    "empty weights": (lambda folder: (folder / "lenet5.pt").write_bytes(b""), "not the file that its card describes"),
    "damaged weights": (lambda folder: flip(folder / "lenet5.pt"), "not the file that its card describes"),
    "weights of another": (lambda folder: shutil.copy(folder / "scan.pt", folder / "lenet5.pt"), "not the file that"),
    "no card": (
        lambda folder: (folder / "lenet5.json").unlink(),
        "lenet5.json, the card of these weights, is missing",
    ),
    "no card for lines": (lambda folder: (folder / "scan.json").unlink(), "scan.json, the card of these weights"),
    "damaged card": (lambda folder: (folder / "scan.json").write_text("{"), "scan.json is no card of weights"),
    "no sum": (lambda folder: edit(folder / "scan.json", "weights_sha256"), "lacks figures"),
    "no figures": (lambda folder: edit(folder / "lenet5.json", "measured"), "lacks figures"),
    "no misread digits": (lambda folder: (folder / "lenet5.misread.json").unlink(), "lacks figures"),
}


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A copy of the weights, to break something in."""
    shutil.copytree(ROOT / "weights", tmp_path / "weights")
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "weights")
    for module in (moments, measured):
        monkeypatch.setattr(module, "FILE", tmp_path / "weights" / module.FILE.name)
    return tmp_path / "weights"


def told():
    """What is said when the page is to be built."""
    with pytest.raises(SystemExit) as ended:
        app.checked()
    assert str(ended.value).startswith("error: ")
    return str(ended.value)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_network_that_is_not_whole_is_named(broken, kind):
    damage, said = BROKEN[kind]
    damage(broken)
    assert said in told()


@pytest.mark.parametrize("name", ["lenet5", "scan"])
def test_networks_are_looked_at_before_the_page_is_built(broken, name):
    flip(broken / f"{name}.pt")
    with pytest.raises(WeightsError, match="not the file that its card describes"):
        whole()


@pytest.mark.parametrize("name", ["lenet5-1998.pt", "textbook.pt", "lenet5.moments.npz", "lenet5.mnist.npz"])
def test_the_other_networks_must_be_what_their_cards_say_too(broken, name):
    flip(broken / name)
    with pytest.raises(WeightsError, match=f"{name} is not the file that its card describes"):
        whole()


def test_a_card_without_a_threshold_is_told_before_the_page_is_built(broken):
    edit(broken / "lenet5.json", "rejection")
    with pytest.raises(WeightsError, match=r"no card with a threshold"):
        whole()


@pytest.mark.parametrize("kind", [KeyError, TypeError, AttributeError, ValueError, OSError])
def test_whatever_a_card_lacks_is_told_as_that(kind):
    def tell():
        raise kind

    with pytest.raises(WeightsError, match=r"lenet5\.json or what lies beside it lacks figures"):
        figures_of("lenet5", tell)
    assert figures_of("lenet5", lambda: 7) == 7


def test_networks_that_changed_places_are_told(broken):
    for end in ("pt", "json"):
        shutil.copy(broken / f"lenet5.{end}", broken / f"scan.{end}")
    assert "where one for lines belongs" in told()


def test_whole_networks_give_the_page(broken):
    assert app.checked().title == app.TITLE


def test_what_is_wrong_is_one_line_and_no_port_is_opened(copy):
    flip(copy / "weights" / "lenet5.pt")
    for command in (("demo/app.py",), ("-m", "demo")):
        status, lines = started(copy, *command, GRADIO_SERVER_PORT=str(free_port()))
        assert (status, len(lines)) == (1, 1), lines
        assert "not the file that its card describes" in lines[0]


def test_a_port_that_is_taken_is_an_error_and_not_another_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        status, lines = started(ROOT, GRADIO_SERVER_PORT=port, GRADIO_SERVER_NAME="127.0.0.1")
    assert (status, len(lines)) == (1, 1)
    assert f"Port {port} cannot be had" in lines[0]


@pytest.mark.parametrize("asked", ["abc", "99999", "-5", "0", "65536"])
def test_a_port_that_is_none_is_told(monkeypatch, asked):
    monkeypatch.setenv("GRADIO_SERVER_PORT", asked)
    with pytest.raises(StartError, match="number from 1"):
        port()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "0.0.0.0"])
def test_a_port_that_is_free_is_taken_on_any_address(monkeypatch, host):
    asked = free_port()
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(asked))
    monkeypatch.setenv("GRADIO_SERVER_NAME", host)
    assert port() == asked


def test_arguments_are_refused_with_what_to_do():
    status, lines = started(ROOT, "-m", "demo", "--port", "80")
    assert (status, len(lines)) == (1, 1)
    assert "GRADIO_SERVER_PORT" in lines[0]
