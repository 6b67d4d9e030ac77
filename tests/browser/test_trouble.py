"""The server goes away and comes back; the drawing stays."""

from playwright.sync_api import Browser

from tests.browser.acting import digit_on_pad, draw, expect_prediction, pixels, watch
from tests.serving import Server


def test_server_stops_and_starts_mid_drawing(browser: Browser):
    with Server() as server:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        seen = watch(context.new_page(), server)
        seen.open()
        page = seen.page
        seven = digit_on_pad(7, 5)
        draw(page, [seven[0]])
        page.wait_for_function("() => painted.length > 0")
        server.stop()
        draw(page, [[[0.38, 0.5], [0.68, 0.48]]])  # goes on while nobody answers
        page.wait_for_selector("[data-testid=status][data-kind=lost]", timeout=15_000)
        assert "Your drawing is safe" in page.inner_text("[data-testid=status]")
        drawn = pixels(page, "pad")
        assert any(drawn[3::4])
        before = page.evaluate("painted.length")
        server.start()
        page.wait_for_function("before => painted.length > before", arg=before, timeout=30_000)
        page.wait_for_selector("[data-testid=status][data-kind=ready]")
        expect_prediction(page, "7")
        assert pixels(page, "pad") == drawn
        page.click("[data-testid=undo]")
        page.click("[data-testid=undo]")
        expect_prediction(page, "–")
        context.close()
