"""Who may import whom among the page's scripts, and how much of them there is."""

import re

import pytest

from demo.experiments import EXPERIMENTS
from demo.files import DEMO, STATIC, TRIED
from demo.scripts import bare

# A tab's folder may use ink and core, never another tab's; an experiment what its tab is made of; core stands alone.
MAY = {
    "core": {"core"},
    "ink": {"core", "ink"},
    "digit": {"core", "ink", "digit"},
    "line": {"core", "ink", "line"},
    "lab": {"core", "ink", "lab"},
    **{name: {"core", "ink", "lab", name} for name in EXPERIMENTS},
}
MODULES = sorted([*STATIC.rglob("*.js"), *TRIED.rglob("*.js")])
# What is fetched when it is asked for
LATE = {
    "digit/terms.js", "digit/photograph.js", "digit/moments.js", "digit/other.js", "digit/follow.js", "digit/slide.js",
    "digit/words.js", "digit/files.js", "line/slide.js", "ink/scaled.js", "ink/sighting.js", "core/seen.js",
}  # fmt: skip
IMPORT = re.compile(
    r"""(?:^\s*import\s+(?:[^'";]*?\bfrom\s*)?|^\s*export\s[^'";(]*?\bfrom\s*|\bimport\(\s*)['"]([^'"]+)['"]""", re.M
)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(DEMO).as_posix())
def test_a_module_imports_what_its_folder_may(module):
    folder = module.parent.name
    assert module.parent.parent in (STATIC, TRIED)
    for named in IMPORT.findall(module.read_text("utf-8")):
        target = (module.parent / named).resolve()
        assert named.startswith("."), f"{named} is not a file of this page"
        assert target in MODULES, f"{named} does not exist"
        assert target.parent.name in MAY[folder], f"{folder} may not import {target.parent.name}"


def test_every_visible_part_has_its_three_files():
    names = {path.with_suffix("") for path in STATIC.rglob("*.html")}
    assert len(names) > 7
    for name in names:
        assert name.with_suffix(".js").is_file()
        assert name.with_suffix(".css").is_file()


def test_each_experiment_is_a_folder_of_one_python_file_one_script_and_one_style():
    folders = {path for path in TRIED.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {folder.name for folder in folders} == set(EXPERIMENTS)
    for folder in folders:
        files = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
        assert files == {f"{folder.name}.{kind}" for kind in ("py", "js", "css")}


def test_the_page_stays_small():
    # The third tab's own scripts and style come when it is opened.
    modules = [path for path in MODULES if path.is_relative_to(STATIC) and path.parent.name != "lab"]
    scripts = {path: bare(path.read_text("utf-8")).encode() for path in modules}
    others = [path.read_bytes() for kind in ("html", "css") for path in STATIC.rglob(f"*.{kind}")]
    others.remove((STATIC / "lab" / "desk.css").read_bytes())
    late = [path for path in modules if path.relative_to(STATIC).as_posix() in LATE]
    assert len(late) == len(LATE)
    at_once = [script for path, script in scripts.items() if path not in late]
    assert sum(map(len, at_once + others)) <= 160_000
    assert sum(len(scripts[path]) for path in late) <= 27_000


def test_what_comes_late_is_imported_by_none_from_the_start():
    for late in LATE:
        folder, name = late.split("/")
        texts = {module: module.read_text("utf-8") for module in MODULES}
        asked = [
            (f"import('{'.' if module.parent.name == folder else f'../{folder}'}/{name}')", module) for module in texts
        ]
        assert any(call in texts[module] for call, module in asked)
        at_once = re.compile(rf"^import .*'(\.|\.\./{folder})/{re.escape(name)}'", re.M)
        others = {each: text for each, text in texts.items() if f"{each.parent.name}/{each.name}" not in LATE}
        assert not any(map(at_once.search, others.values()))
