"""A file that is followed: its newest network, also while it is being written, missing or spoilt."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
import torch

from demo import app, follow, networks
from demo.follow import Followed, FollowError
from demo.start import StartError, file_in
from lenet.own.files import OwnError
from tests.demo.test_digit import run
from tests.lenet.own.test_network import FORMS, weights_of


def content(factor: float = 1.0) -> bytes:
    file = io.BytesIO()
    torch.save({name: each * factor for name, each in FORMS["odd sizes"][2].items()}, file)
    return file.getvalue()


def write(file: Path, data: bytes) -> None:
    """As a script saves it; the clock of some file systems is too slow to tell two writes apart."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_bytes(data)
    if file.stat().st_mtime_ns == before:
        os.utime(file, ns=(before + 10**6, before + 10**6))


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(follow.time, "monotonic", lambda: now[0])
    return now


def test_every_save_gives_a_new_network(tmp_path: Path):
    file = tmp_path / "mine.pth"
    followed = Followed(file)
    with pytest.raises(FollowError, match=r"mine\.pth is not there yet"):
        followed.look()
    write(file, content())
    first, own = followed.look()
    assert followed.look() == (first, own)
    assert followed.saved == 1
    write(file, content(2))
    second, other = followed.look()
    assert second != first
    assert torch.equal(other.weights[0][0], own.weights[0][0] * 2)
    assert followed.saved == 2
    file.unlink()  # as some scripts do before they save
    assert followed.look() == (second, other)


def test_a_file_half_written_is_waited_for(tmp_path: Path, clock):
    file = tmp_path / "mine.pth"
    followed = Followed(file)
    write(file, content())
    first = followed.look()
    write(file, content(2)[:900])
    assert followed.look() == first
    clock[0] += 1
    assert followed.look() == first
    write(file, content(2))
    assert followed.look() != first


def test_a_file_that_stays_wrong_is_told(tmp_path: Path, clock):
    file = tmp_path / "mine.pth"
    write(file, b"conv1.weight = 5")
    followed = Followed(file)
    with pytest.raises(FollowError, match="cannot be opened yet"):
        followed.look()
    clock[0] += 2
    with pytest.raises(OwnError, match="no weights that can be read"):
        followed.look()
    write(file, content())
    assert followed.look()


def test_the_page_asks_for_news(tmp_path: Path, monkeypatch):
    assert "--network FILE" in run(networks.network({"followed": ""}))["error"]
    file = tmp_path / "mine.pth"
    monkeypatch.setattr(networks, "followed", [Followed(file)])
    assert "not there yet" in run(networks.network({"followed": ""}))["error"]
    write(file, content())
    told = run(networks.network({"followed": ""}))
    assert told["saved"] == 1
    assert [layer["maps"] for layer in told["layers"]] == [1, 4, 4, 8, 8, 10]
    known = told["network"].split(".")[0]
    assert run(networks.network({"followed": known})) == {}
    monkeypatch.setattr(networks, "_KEPT", networks.Kept())
    assert run(networks.network({"followed": known})) == {}  # and it is kept again
    assert networks._KEPT.get(known)
    write(file, content(2))
    assert run(networks.network({"followed": known}))["saved"] == 2


def test_arguments_name_a_file_or_nothing(tmp_path: Path):
    assert file_in([]) is None
    assert file_in(["--network", str(tmp_path / "later.pth")]) == tmp_path / "later.pth"
    for wrong in (["--network"], ["x"], ["--port", "80"], ["--network", "a", "b"]):
        with pytest.raises(StartError, match="--network FILE"):
            file_in(wrong)
    for place in (str(tmp_path), str(tmp_path / "no" / "mine.pth")):
        with pytest.raises(StartError, match="cannot be a file of weights"):
            file_in(["--network", place])


def test_the_page_is_told_what_it_follows():
    config = app.build("mine.pth").get_config_file()
    parts = [each["props"].get("props") or {} for each in config["components"]]
    assert [part["followed"] for part in parts if "followed" in part] == ["mine.pth"]


def test_labels_beside_the_file_are_read(tmp_path: Path):
    file = tmp_path / "letters.pth"
    torch.save(weights_of((4, 1, 5, 5), (8, 4, 5, 5), (26, 128)), file)
    names = [chr(ord("A") + i) for i in range(26)]
    file.with_suffix(".json").write_text(json.dumps({"labels": names}))
    assert Followed(file).look()[1].labels == tuple(names)
