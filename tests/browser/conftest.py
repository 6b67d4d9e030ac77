"""A real browser. Missing on a user's machine it is a skip with the reason; in CI it is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.acting import FLAGS, Watched, watch
from tests.serving import Server

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def executable() -> str | None:
    """The browser's path: CHROMIUM, or one that is installed, or the one playwright fetched."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if named:
        return named
    with sync_playwright() as play:
        own = play.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    if path is None:
        sentence = "needs Chromium: install it, or name it in the variable CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@contextmanager
def _watched(browser: Browser, server: Server, options: dict[str, Any]) -> Iterator[Watched]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    seen = watch(context.new_page(), server)
    try:
        yield seen
    finally:
        context.close()
    assert seen.complaints == []
    assert seen.foreign == []


@pytest.fixture
def unopened(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """A fresh page at 1280x800 (or what @pytest.mark.parametrize("unopened", [options], indirect=True) says), still
    blank, for what a link opens.

    When the test is over, the page must have logged no error and asked no other host for anything.
    """
    with _watched(browser, server, getattr(request, "param", {})) as seen:
        yield seen


@pytest.fixture
def watched(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Watched]:
    """The same, with the app open on it."""
    with _watched(browser, server, getattr(request, "param", {})) as seen:
        seen.open()
        yield seen


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page
