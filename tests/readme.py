"""Keeps README.md true: `python -m tests.readme` puts in the figures of the weights' card and new screenshots."""

from __future__ import annotations

import re
from pathlib import Path

from demo.experiments import EXPERIMENTS
from demo.files import TRIED
from lenet.evaluation.report import lines_table, summary
from lenet.published import WORDS
from lenet.weights import SCAN, card
from tests.serving import ROOT, Server

README = ROOT / "README.md"


def fill(mark: str, text: str) -> None:
    """Replace what stands between <!-- mark --> and <!-- /mark --> in README.md."""
    page = README.read_text("utf-8")
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.S)
    if not pattern.search(page):
        raise ValueError(f"README.md has no place marked {mark}")
    README.write_text(pattern.sub(lambda found: found[1] + text + "\n" + found[2], page), "utf-8")


def figures() -> str:
    """The measured figures of the bundled weights, as a table."""
    return "\n".join(["| | |", "|---|---|", *(f"| {what} | {value} |" for what, value in summary(card()))])


def lines() -> str:
    """How many lines of digits are read whole, as a table."""
    head, *rows = lines_table(card(SCAN))
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def published() -> str:
    """The test errors of the other bundled networks, and those in the paper, as a table."""
    rows = ["| error on MNIST's test set | undistorted | with distortions |", "|---|---|---|"]
    for name, title in WORDS.items():
        told = card(name)
        plain, distorted = told["undistorted_test_error_percent"], told["measured"]["mnist"]["test_error_percent"]
        rows.append(f"| {title} | {plain:.2f} % | {distorted:.2f} % |")
    return "\n".join([*rows, "| LeNet-5 in the paper of 1998 | 0.95 % | 0.8 % |"])


def smallest() -> str:
    """How an experiment is added: what adding the smallest one changed, as a diff."""
    folders = [folder for folder in TRIED.iterdir() if folder.is_dir() and folder.name in EXPERIMENTS]
    folder = min(folders, key=lambda each: sum(file.stat().st_size for file in each.glob("*.*")))
    (line,) = [each for each in _lines_of(TRIED / "__init__.py") if each.startswith(f'    "{folder.name}":')]
    diff = ["+++ demo/experiments/__init__.py", " EXPERIMENTS = {", f"+{line}"]
    for kind in ("py", "js", "css"):
        file = folder / f"{folder.name}.{kind}"
        diff += [f"+++ {file.relative_to(ROOT).as_posix()}", *(f"+{each}".rstrip() for each in _lines_of(file))]
    return "\n".join(["```diff", *diff, "```"])


def _lines_of(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()


def screenshots() -> None:
    """Photograph the running page into demo/static/."""
    from playwright.sync_api import sync_playwright

    from tests.browser.acting import FLAGS, expect_prediction, tried, watch
    from tests.browser.conftest import executable

    with Server() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=FLAGS)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
            watch(page, server).open()
            page.click("[data-testid=example-7]")
            expect_prediction(page, "7")
            page.wait_for_timeout(1_500)
            page.mouse.move(0, 0)
            page.screenshot(path=ROOT / "demo" / "static" / f"screenshot-{scheme}.png")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watch(page, server).open()
        page.get_by_role("tab", name="Many digits").click()
        page.click("[data-testid=example-2026]")
        page.wait_for_function("() => document.querySelector('[data-testid=line-prediction]').textContent === '2026'")
        page.screenshot(path=ROOT / "demo" / "static" / "screenshot-lines.png")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        tried(watch(page, server), "mattered")
        page.wait_for_timeout(1_500)
        page.screenshot(path=ROOT / "demo" / "static" / "screenshot-experiments.png")
        browser.close()


if __name__ == "__main__":
    fill("figures", figures())
    fill("lines", lines())
    fill("published", published())
    fill("smallest", smallest())
    screenshots()
