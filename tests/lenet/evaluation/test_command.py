"""`python -m lenet evaluate`: what it prints, and what it leaves in a network's card."""

import json
import shutil

import numpy as np
import pytest

from lenet.__main__ import main
from lenet.evaluation.report import MISREAD, summary
from lenet.synthetic.digits import digit
from lenet.weights import card, file_of, threshold
from tests import junk


@pytest.fixture
def network(tmp_path):
    """A copy of the bundled network, whose card may be written."""
    for file in (file_of("lenet5"), file_of("lenet5").with_suffix(".json")):
        shutil.copy(file, tmp_path)
    return tmp_path / "lenet5.pt"


def figures(capsys, *arguments):
    assert main(["evaluate", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def ink_file(tmp_path):
    random = np.random.default_rng(4)
    records = [{"digit": k, "strokes": [s.tolist() for s in digit(k, random)]} for k in range(10)] * 3
    records[0] = {**records[0], "digit": 5}  # one that is misread whatever the network
    file = tmp_path / "my-pens.v2.json"
    file.write_text(json.dumps(records))
    return file


def test_ink(capsys, ink_file):
    found = figures(capsys, "--ink", ink_file)
    assert (found["n"], set(found["per_digit"])) == (30, set("0123456789"))
    assert 85 < found["accuracy_percent"] <= 96.667


def test_figures_are_kept_in_the_card_of_the_network_by_the_name_of_the_set(capsys, ink_file, network):
    before = file_of("lenet5").with_suffix(".json").read_bytes()
    found = figures(capsys, "--ink", ink_file, "--network", network, "--card")
    named = figures(capsys, "--ink", ink_file, "--network", network, "--card", "my own pens")
    measured = card(network)["measured"]
    assert measured["ink"]["my-pens"] == found == measured["ink"]["my own pens"] == named
    assert measured["ink"].keys() - {"my-pens", "my own pens"} == card()["measured"]["ink"].keys()
    assert ("my own pens, accuracy (30 digits)", f"{found['accuracy_percent']:.2f} %") in summary(card(network))
    assert file_of("lenet5").with_suffix(".json").read_bytes() == before
    assert threshold(network) == threshold()


def test_mnist_agrees_with_the_card_and_lists_the_misread(capsys, mnist_folder, network):
    found = figures(capsys, "--mnist", mnist_folder, "--network", network, "--card")
    promised = card()["measured"]["mnist"]["test_error_percent"]
    assert (found["parameters"], found["n"]) == (61_706, 10_000)
    # Another processor may round a borderline digit the other way.
    assert found["test_error_percent"] == pytest.approx(promised, abs=0.03)
    assert found["test_error_percent"] <= 0.50
    assert card(network)["measured"]["mnist"] == found
    misread = json.loads(network.with_suffix(MISREAD).read_text())
    assert len(misread) == round(100 * found["test_error_percent"])


def test_junk_is_measured_by_a_command_of_the_tests(capsys, mnist_folder, network):
    junk.main(["--mnist", str(mnist_folder), "--network", str(network)])
    found = json.loads(capsys.readouterr().out)
    assert {**card()["measured"], "junk": found} == card(network)["measured"]
    assert found["n"] == junk.PER_KIND * len(junk.KINDS)
    assert found["rejected_percent_per_kind"].keys() == junk.KINDS.keys()
    assert 95 < found["rejected_percent"] < 100
    assert 0.99 < found["auroc"] < 1
    assert (f"junk by program, called no digit ({found['n']:,})", f"{found['rejected_percent']:.2f} %") in summary(
        card(network)
    )


def test_strangers_pens(capsys, pens_file):
    found = figures(capsys, "--ink", pens_file)
    assert found["accuracy_percent"] >= 99.4
    assert found["worst_digit_percent"] >= 97.5
    assert found["wrongly_rejected_percent"] <= 0.9
