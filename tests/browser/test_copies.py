"""The page with two copies of the app behind nginx, of which one is killed and comes back."""

import pytest
from playwright.sync_api import Browser

from tests.browser.acting import digit_on_pad, draw, expect_prediction, settled, watch
from tests.proxy import lacking, nginx
from tests.serving import Server

pytestmark = pytest.mark.skipif(bool(lacking()), reason="nginx is not installed")


def test_the_page_loses_nothing_when_a_copy_is_killed(browser: Browser):
    with Server() as first, Server() as second, nginx(first, second) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        watched = watch(page, first)
        page.goto(url)
        page.wait_for_selector("[data-testid=status][data-kind=ready]", timeout=60_000)

        def reads(label):
            page.keyboard.press("Delete")
            page.evaluate("painted = []")
            draw(page, digit_on_pad(label, 5))
            expect_prediction(page, str(label))
            settled(page)
            sequences = page.evaluate("painted.map(({ sequence }) => sequence)")
            assert len(sequences) > 5
            assert sequences == sorted(sequences)

        reads(7)
        assert first.process
        first.process.kill()
        first.process.wait()
        reads(3)
        page.click("[data-testid=map-C3-3]")  # an opened cell comes with the live answers
        page.get_by_test_id("explain-title").wait_for()
        page.keyboard.press("Escape")
        first.start()
        reads(2)
        page.get_by_role("tab", name="Many digits").click()
        page.click("[data-testid=example-2026]")
        page.wait_for_function("() => document.querySelector('[data-testid=line-prediction]').textContent === '2026'")
        page.close()
    assert watched.complaints == []
