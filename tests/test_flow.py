"""The README's picture of the flow: every step is in it, as LAYERS and the network have it, and no file is made up."""

from xml.etree import ElementTree

import pytest

import lenet
from demo.examples import DIGITS
from tests.flow import FILE, drawn
from tests.serving import ROOT


@pytest.fixture(
    scope="module", params=[lambda: FILE.read_text("utf-8"), drawn], ids=["in the repository", "drawn now"]
)
def svg(request):
    return request.param()


def words(svg, name):
    """What stands in the texts of a class, step by step."""
    steps = [step for step in ElementTree.fromstring(svg).iter() if step.get("class") == "stage"]
    return [[text.text for text in step.iter() if text.get("class") == name] for step in steps]


def test_every_step_is_there_with_the_shapes_of_the_layers(svg):
    names, shapes = words(svg, "name"), words(svg, "shape")
    layers = [[layer.name] for layer in lenet.LAYERS]
    assert names == [["ink"], ["one live call"], ["check"], *layers, ["painted"]]
    assert shapes[3:-1] == [["×".join(map(str, layer.shape))] for layer in lenet.LAYERS]


def test_every_layer_of_maps_shows_all_of_them_and_the_output_a_bar_each(svg):
    steps = [step for step in ElementTree.fromstring(svg).iter() if step.get("class") == "stage"][3:-1]
    pictures = [sum(part.tag.endswith("}image") for part in step.iter()) for step in steps]
    assert pictures == [layer.maps if layer.height > 1 else 1 for layer in lenet.LAYERS[:-1]] + [0]
    assert sum(part.tag.endswith("}rect") for part in steps[-1].iter()) == lenet.LAYERS[-1].units


def test_the_answer_is_the_networks(svg):
    digit = str(lenet.recognize(DIGITS[0]["strokes"]).digit)
    assert words(svg, "digit")[-1] == [digit]
    assert words(svg, "label best")[-2] == [digit]


def test_every_file_named_is_there(svg):
    named = [file for (files,) in words(svg, "file") for file in files.split(", ")]
    assert [file for file in named if not (ROOT / file).is_file()] == []


def test_it_is_small_and_stands_alone(svg):
    assert len(svg.encode()) < 120_000
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_it_is_drawn_the_same_again():
    assert drawn() == drawn()


def test_readme_shows_it_and_names_its_command():
    section = (ROOT / "README.md").read_text("utf-8").partition("## How it works\n")[2].partition("\n## ")[0]
    assert "](demo/static/flow.svg)" in section
    assert "`python -m tests.flow`" in section
