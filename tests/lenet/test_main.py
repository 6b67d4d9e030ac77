"""The command line: one JSON object for what works; one line and status 2 for what a person gets wrong."""

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lenet.__main__ import COMMANDS, main
from lenet.ink import rasterize
from lenet.weights import file_of
from tests import examples
from tests.gallery import sheet
from tests.serving import ROOT

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]


def run(capsys, *arguments):
    status = main([str(a) for a in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def told(capsys, *arguments):
    """What a mistake is told as: one line on standard error, nothing else."""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, ""), arguments
    assert err.startswith("error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err


@pytest.fixture
def seven(tmp_path):
    file = tmp_path / "7.png"
    sheet([(rasterize(SEVEN), "")], columns=1, zoom=8).save(file)
    return file


@pytest.fixture
def ink_file(tmp_path):
    file = tmp_path / "ink.json"
    file.write_text(json.dumps([{"digit": 7, "strokes": SEVEN}]))
    return file


def test_predict(capsys, seven):
    status, out, _ = run(capsys, "predict", seven, seven)
    assert status == 0
    first, second = json.loads(out.splitlines()[-1])["predictions"]
    assert first == second
    assert (first["file"], first["digit"], first["verdict"]) == (str(seven), 7, "digit")
    assert sum(first["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert run(capsys, "predict", "--network", file_of("lenet5"), seven)[1] == run(capsys, "predict", seven)[1]


def test_the_pages_examples_are_those_that_the_command_writes():
    assert examples.FILE.read_text("utf-8") == examples.text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["guess"], "guess"),
        (["predict"], "IMAGE"),
        (["predict", "nowhere.png"], "nowhere.png"),
        (["predict", "{folder}"], "{folder}"),
        (["predict", "{ink}"], "no picture"),
        (["predict", "{seven}", "--network", "scan"], "scan.pt is not for single digits"),
        (["predict", "{seven}", "--network", "lenet6"], "lenet6"),
        (["predict", "{seven}", "--network", "{seven}"], "7.png"),
        (["predict", "{seven}", "--network", "{folder}"], "{folder}"),
        (["evaluate"], "--mnist"),
        (["evaluate", "--ink", "{ink}", "--lines", "{ink}"], "not allowed with"),
        (["evaluate", "--ink", "{folder}"], "{folder}"),
        (["evaluate", "--ink", "{seven}"], "7.png is not JSON"),
        (["evaluate", "--ink", "{ink}", "--network", "scan"], "scan.pt is not for single digits"),
        (["evaluate", "--lines", "{ink}"], "text"),
        (["evaluate", "--lines", "{ink}", "--network", "lenet5"], "network for single digits"),
        (["evaluate", "--mnist", "{folder}", "--card", "name"], "--card"),
        (["evaluate", "--mnist", "{folder}"], "{folder}"),
        (["evaluate", "--photos", "{folder}"], "labels.json"),
        (["evaluate", "--photos", "{ink}"], "labels.json"),
        (["train", "--out", "{folder}/x.doc"], "must end in .pt"),
        (["train", "--out", "{folder}"], "must end in .pt"),
        (["train", "--out", "{folder}/none/x.pt"], "no folder"),
        (["train-scan", "--out", "{seven}/x.pt"], "no folder"),
        (["train-scan", "--out", "{folder}/x.pt", "--seed", "-1"], "whole number"),
        (["train", "--out", "{folder}/x.pt", "--seeds", "\N{SUPERSCRIPT TWO}"], "whole number"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_line_and_status_2(capsys, monkeypatch, tmp_path, seven, ink_file, arguments, said):
    monkeypatch.chdir(tmp_path)
    places = {"folder": tmp_path, "seven": seven, "ink": ink_file}
    assert said.format(**places) in told(capsys, *(each.format(**places) for each in arguments))


def test_what_the_system_refuses_is_one_line_that_names_the_file(capsys, tmp_path, ink_file):
    shutil.copy(file_of("scan"), tmp_path / "x.pt")
    (tmp_path / "x.json").mkdir()
    said = told(capsys, "evaluate", "--lines", ink_file, "--network", tmp_path / "x.pt")
    assert f"{tmp_path / 'x.json'}: Is a directory" in said


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("ink", b"{", "not JSON"),
        ("ink", b"[]", "list of"),
        ("ink", b"[" * 100_000, "not JSON"),
        ("ink", b'[{"digit": 11, "strokes": []}]', "Record 0"),
        ("ink", b'[{"digit": true, "strokes": []}]', "Record 0"),
        ("ink", b'[{"digit": 1}]', "Record 0"),
        ("ink", b'[{"digit": 1, "strokes": []}, {"digit": 1, "strokes": [[["x", 1]]]}]', "Record 1"),
        ("ink", b'[{"digit": 1, "strokes": [[[NaN, 1]]]}]', "Record 0"),
        ("ink", b'\xff\xfe[{"digit": 1}]', "not JSON"),
        ("lines", b'[{"text": "1?", "strokes": []}]', "Record 0"),
        ("lines", b'[{"text": 12, "strokes": []}]', "Record 0"),
        ("letters", b'[{"label": "ab", "kind": "1c", "strokes": []}]', "Record 0"),
        ("letters", b'[{"label": "o", "kind": "1c", "strokes": []}]', "nothing to count"),
    ],
)
def test_a_bad_file_is_one_line_and_status_2(capsys, tmp_path, kind, content, said):
    for name, packed in (("bad.json", content), ("bad.json.gz", gzip.compress(content))):
        file = tmp_path / name
        file.write_bytes(packed)
        assert said in told(capsys, "evaluate", f"--{kind}", file)
    (tmp_path / "cut.json.gz").write_bytes(b"no gzip")
    assert "gzip" in told(capsys, "evaluate", f"--{kind}", tmp_path / "cut.json.gz")


@pytest.mark.parametrize(
    ("labels", "said"),
    [('[{"file": "7.png", "label": 17}]', "Record 0"), ('[{"file": "8.png", "label": 7}]', "8.png"),
     ('[{"file": "labels.json", "label": 7}]', "no picture"), ('[{"file": "\\u0000", "label": 7}]', "")],
)  # fmt: skip
def test_a_bad_folder_of_photos_is_one_line_and_status_2(capsys, tmp_path, seven, labels, said):
    (tmp_path / "labels.json").write_text(labels)
    assert said in told(capsys, "evaluate", "--photos", tmp_path)


def test_empty_strokes_are_measured_and_draw_nothing(capsys, tmp_path):
    file = tmp_path / "ink.json"
    records = [{"digit": 7, "strokes": [[], *SEVEN]}, {"digit": 7, "strokes": [[]]}, {"digit": 7, "strokes": SEVEN}]
    file.write_text(json.dumps(records))
    status, out, _ = run(capsys, "evaluate", "--ink", file)
    assert (status, json.loads(out)["n"]) == (0, 3)
    assert json.loads(out)["accuracy_percent"] >= 66


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "BMP"]))
def test_no_damaged_picture_ends_in_a_traceback(capsys, tmp_path, seed, kind):
    random = np.random.default_rng(seed)
    whole = io.BytesIO()
    Image.fromarray(random.integers(0, 256, (30, 40, 3), np.uint8)).save(whole, kind)
    content = bytearray(whole.getvalue())
    for _ in range(random.integers(1, 8)):
        content[random.integers(min(len(content), 400))] = random.integers(256)
    file = tmp_path / "damaged.png"
    file.write_bytes(content[: random.integers(1, len(content) + 1)])
    status, out, err = run(capsys, "predict", file)
    assert (status, out != "", err.count("\n")) in ((0, True, 0), (2, False, 1))


def test_a_picture_of_too_many_pixels_is_one_line(tmp_path):
    Image.new("1", (10_000, 9_000)).save(tmp_path / "large.png")  # of so many, Pillow warns by itself
    done = started("predict", tmp_path / "large.png", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out, err.count("\n")) == (2, "", 1)
    assert "scale it down" in err


def test_a_name_that_is_no_text_is_printed_all_the_same(seven):
    odd = os.fsencode(seven) + b"\xff.png"
    os.link(seven, odd)
    done = subprocess.run([sys.executable, "-m", "lenet", "predict", odd], cwd=ROOT, capture_output=True, check=True)
    assert os.fsencode(json.loads(done.stdout)["predictions"][0]["file"]) == odd
    gone = subprocess.run([sys.executable, "-m", "lenet", "predict", odd + b"!"], cwd=ROOT, capture_output=True)
    assert (gone.returncode, gone.stderr.count(b"\n")) == (2, 1)


words = st.sampled_from(
    [*COMMANDS, "--out", "--seed", "--seeds", "--network", "--card", "--ink", "--lines", "--photos",
     "--letters", "-1", "1", "x.doc", "/", "", "lenet5", "scan", "\0", "--"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(words, max_size=6))
def test_no_words_end_in_a_traceback(capsys, words):
    assert told(capsys, *words)


def started(*arguments, **options):
    return subprocess.Popen([sys.executable, "-m", "lenet", *map(str, arguments)], cwd=ROOT, text=True, **options)


@pytest.mark.parametrize("arguments", [["--help"], ["predict", "{seven}"]])
def test_a_closed_pipe_ends_quietly(seven, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    command = started(*(each.format(seven=seven) for each in arguments), stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert command.communicate(timeout=60)[1] == ""


def test_an_interrupt_ends_quietly(tmp_path):
    file = tmp_path / "lines.json"
    file.write_text(json.dumps([{"text": "7", "strokes": SEVEN}] * 12_000))
    command = started("evaluate", "--lines", file, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(9)  # by now it reads lines, for longer than this test waits
    command.send_signal(signal.SIGINT)
    assert command.communicate(timeout=20) == ("", "")
    assert command.returncode == 130


def test_predict_needs_nothing_that_is_not_declared(seven):
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['tqdm', 'gradio', 'starlette', 'anyio']))\n"
        "from lenet.__main__ import main\n"
        f"status = main(['predict', {str(seven)!r}])\n"
        "others = [m for m in sys.modules if m.split('.')[1:2] and m.startswith('lenet.')\n"
        "          and m.split('.')[1] in ('synthetic', 'training', 'evaluation')]\n"
        "print(status, others)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
