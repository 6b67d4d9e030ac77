"""Who may import whom among the page's scripts, and how much of them there is."""

import re

import pytest

from demo.files import STATIC
from demo.scripts import bare

# A tab's folder may use ink and core, never the other tab's; core stands alone.
MAY = {"core": {"core"}, "ink": {"core", "ink"}, "digit": {"core", "ink", "digit"}, "line": {"core", "ink", "line"}}
MODULES = sorted(STATIC.rglob("*.js"))
# What is fetched when it is asked for
LATE = {
    "digit/terms.js", "digit/photograph.js", "digit/moments.js", "digit/other.js", "digit/follow.js", "digit/slide.js",
    "line/slide.js",
}  # fmt: skip
IMPORT = re.compile(
    r"""(?:^\s*import\s+(?:[^'";]*?\bfrom\s*)?|^\s*export\s[^'";(]*?\bfrom\s*|\bimport\(\s*)['"]([^'"]+)['"]""", re.M
)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_module_imports_what_its_folder_may(module):
    folder = module.parent.name
    assert module.parent.parent == STATIC
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


def test_the_page_stays_small():
    scripts = {path: bare(path.read_text("utf-8")).encode() for path in MODULES}
    others = [path.read_bytes() for kind in ("html", "css") for path in STATIC.rglob(f"*.{kind}")]
    late = [path for path in MODULES if path.relative_to(STATIC).as_posix() in LATE]
    assert len(late) == len(LATE)
    at_once = [script for path, script in scripts.items() if path not in late]
    assert sum(map(len, at_once + others)) <= 160_000
    assert sum(len(scripts[path]) for path in late) <= 20_000


def test_what_comes_late_is_imported_by_none_from_the_start():
    for late in LATE:
        folder, name = late.split("/")
        texts = [module.read_text("utf-8") for module in MODULES if module.parent.name == folder]
        assert any(f"import('./{name}')" in text for text in texts)
        assert not any(re.search(rf"^import .*/{re.escape(name)}'", text, re.M) for text in texts)
