"""Taking a drawing along: links, copying where the clipboard is refused, Reload and Back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import PHONE, STORE, Watched, draw, expect_prediction, opened_sum, settled

SEVEN = [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.8]]]
REFUSED = "() => { navigator.clipboard.writeText = async () => { throw new DOMException('no', 'NotAllowedError'); }; }"
SELECTED = "getSelection().toString()"


def ink(page: Page) -> list[list[list[float]]]:
    return page.evaluate(f"async () => (await import('{STORE}')).state.ink")


def test_where_the_clipboard_is_refused_the_text_is_shown_and_selected(page: Page):
    page.evaluate(REFUSED)
    draw(page, SEVEN)
    expect_prediction(page, "7")
    share = page.locator("[data-testid=copy-link]")
    share.click()
    expect(page.locator(".controls .copy")).to_be_visible()
    assert "?ink=" in page.evaluate(SELECTED)
    assert page.evaluate(SELECTED) == page.inner_text(".controls .copy")
    share.click()
    expect(page.locator(".controls .copy")).to_have_count(1)
    expect(share).to_have_text("Copy link")  # again, after a while
    page.click("[data-testid=map-C3-4]")
    opened_sum(page)
    page.click("[data-testid=copy-code]")
    expect(page.locator(".explain .copy")).to_be_visible()
    assert "import torch" in page.evaluate(SELECTED)
    compile(page.evaluate(SELECTED), "copied by hand", "exec")  # each line on its own
    page.keyboard.press("Backspace")  # the field's own, and not the pad's
    assert ink(page) != []
    page.locator("[data-testid=address]").focus()
    expect(page.locator(".explain .copy")).to_have_count(0)


def test_a_long_drawing_is_thinned_for_its_link_and_one_that_is_too_long_is_told_so(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wave = [[0.3 + 0.4 * i / 3000, 0.2 + (i % 3) / 3000] for i in range(3000)]
    down = [[0.7 - 0.25 * i / 3000, 0.2 + 0.6 * i / 3000] for i in range(3000)]
    put = f"async (ink) => (await import('{STORE}')).state.update({{ ink }})"
    page.evaluate(put, [wave + down])
    expect_prediction(page, "7")
    page.click("[data-testid=copy-link]")
    expect(page.locator("[data-testid=copy-link]")).to_have_text("Link copied")
    link = page.evaluate("document.querySelector('[data-link]').dataset.link")
    assert len(link) <= 8000
    page.goto(link)
    expect_prediction(page, "7")
    zigzag = [[[0.1 + 0.8 * (i % 2), 0.1 + 0.8 * i / 2000] for i in range(2000)]]
    page.evaluate(put, zigzag)
    settled(page)
    page.click("[data-testid=copy-link]")
    expect(page.locator("[data-testid=copy-link]")).to_have_text("Too much ink for a link")


def test_reload_and_back_bring_both_drawings_back_also_without_storage(watched: Watched):
    page = watched.page
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    draw(page, SEVEN)
    expect_prediction(page, "7")
    drawn = ink(page)
    page.get_by_role("tab", name="Many digits").click()
    page.wait_for_selector("[data-testid=line-status][data-kind=ready]")
    draw(page, [[[x + 1, y] for x, y in SEVEN[0]]], "line-pad")
    expect(page.locator("[data-testid=line-prediction]")).to_have_text("7")
    page.reload()
    expect_prediction(page, "7")
    assert ink(page) == drawn
    page.get_by_role("tab", name="Many digits").click()
    expect(page.locator("[data-testid=line-prediction]")).to_have_text("7")
    page.goto("about:blank")
    page.go_back()
    expect_prediction(page, "7")
    assert ink(page) == drawn
    page.evaluate("history.replaceState(null, '')")  # as Gradio does when its settings are opened
    page.reload()
    expect_prediction(page, "7")
    page.evaluate("history.replaceState({ lenet: { digit: { strokes: 5 } } }, '')")  # another version's
    page.evaluate(f"async () => (await import('{STORE}')).state.update({{ ink: [] }})")
    watched.open("?again")  # another visit begins with an empty pad
    assert ink(page) == []


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_long_texts_open_on_request_on_a_phone(page: Page):
    text = page.locator(".learn .ideas details").first
    assert not text.locator("p").is_visible()
    text.locator("summary").click()
    assert text.locator("p").is_visible()
    assert page.locator(".learn .ideas details[open]").count() == 1


def test_long_texts_stand_open_where_there_is_room(page: Page):
    assert page.locator(".learn .ideas details[open]").count() == 6
    assert page.locator(".learn .ideas summary").first.get_attribute("tabindex") == "-1"
