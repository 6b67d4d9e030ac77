"""Who may import whom among the page's scripts, and how much of them there is."""

import re

import pytest

from demo.files import STATIC
from demo.scripts import bare

# A tab's folder may use ink and core, never the other tab's; core stands alone.
MAY = {"core": {"core"}, "ink": {"core", "ink"}, "digit": {"core", "ink", "digit"}, "line": {"core", "ink", "line"}}
MODULES = sorted(STATIC.rglob("*.js"))
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
    scripts = [bare(path.read_text("utf-8")).encode() for path in MODULES]
    others = [path.read_bytes() for kind in ("html", "css") for path in STATIC.rglob(f"*.{kind}")]
    assert sum(map(len, scripts + others)) <= 160_000
