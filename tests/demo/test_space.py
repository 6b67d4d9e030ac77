"""The repository as a Hugging Face Space runs it."""

import re

from tests.serving import ROOT

HEAD = re.match(r"---\n(.*?)\n---\n", (ROOT / "README.md").read_text("utf-8"), re.S)


def test_readme_begins_with_the_spaces_head():
    assert HEAD
    fields = dict(line.split(": ", 1) for line in HEAD[1].splitlines())
    assert fields["sdk"] == "gradio"
    assert (ROOT / fields["app_file"]).is_file()
    assert len(fields["short_description"]) <= 60


def test_gradio_is_pinned_to_the_heads_version():
    assert HEAD
    pinned = (ROOT / "requirements.txt").read_text()
    version = re.search(r"sdk_version: (\S+)", HEAD[1])
    assert version
    assert f"gradio=={version[1]}\n" in pinned
    assert "torch==2.13.0\n" in pinned


def test_top_level_holds_what_it_may():
    allowed = {"demo", "lenet", "weights", "tests", "requirements.txt", "README.md", "pyproject.toml", "LICENSE"}
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert names <= allowed | {"__pycache__"}
