"""Who may import whom: reading imports nothing of the rest; the page imports reading, and of the rest one report."""

import ast
import sys

import pytest

from tests.count import lines_of, loaded_by_the_page
from tests.serving import ROOT

TRADES = ("synthetic", "training", "evaluation")  # each may import those before it
OUTSIDE = {"torch", "numpy", "PIL"} | sys.stdlib_module_names
FILES = [file for folder in ("lenet", "demo") for file in sorted((ROOT / folder).rglob("*.py"))]


def imported(file):
    """The modules, in full, that a file imports anywhere in it; of `from a import b`, both a and a.b."""
    package = ".".join(file.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*above, *filter(None, [node.module])])
            yield module
            yield from (f"{module}.{each.name}" for each in node.names)


def trade_of(module):
    """The trade of lenet that a module belongs to: "" is reading."""
    return next((trade for trade in TRADES if module.startswith(f"lenet.{trade}")), "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_keep_the_layout(file):
    here = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    modules = list(imported(file))
    others = {module for module in modules if trade_of(module)}
    if here.startswith("demo"):
        assert {module for module in others if not module.startswith("lenet.evaluation.report")} == set()
    elif trade_of(here):
        allowed = TRADES[: TRADES.index(trade_of(here)) + 1]
        assert {module for module in others if trade_of(module) not in allowed} == set()
    else:
        assert others == set()
        assert {module.split(".")[0] for module in modules} <= OUTSIDE | {"lenet"}


def test_the_page_loads_no_module_that_makes_ink_trains_or_measures():
    loaded = loaded_by_the_page()
    assert sorted(filter(trade_of, loaded)) == ["lenet.evaluation", "lenet.evaluation.report"]
    # 1,800, what finds digits on everyday paper, in boxes and among neighbours, that networks differ and read lines,
    # that two networks part a line, and moments of training
    assert lines_of(list(loaded.values())) <= 3_420
