"""Photos on the pad: chosen, dropped, pasted; what was taken as ink, and a frame that says where to look."""

import base64
import io
import json
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route, expect

from tests.browser.acting import draw, expect_prediction, prediction

LONG_ONE = [[[0.32, 0.48], [0.56, 0.2], [0.56, 0.8]]]


def test_a_photo_never_replaces_ink_that_was_drawn_meanwhile(page: Page, tmp_path):
    photo = Image.new("L", (300, 300), 240)
    ImageDraw.Draw(photo).line([(90, 60), (210, 60), (135, 240)], fill=20, width=14, joint="curve")
    photo.save(tmp_path / "seven.png")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if json.loads(route.request.post_data or "{}").get("fn_name") == "photo":
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile("component_server"), hold)
    page.set_input_files("[data-testid=photo]", tmp_path / "seven.png")
    while not held:
        page.wait_for_timeout(20)
    draw(page, LONG_ONE)
    expect_prediction(page, "1")
    held[0].continue_()
    expect(page.get_by_test_id("status")).to_contain_text("your drawing stays")
    expect_prediction(page, "1")


def test_a_photo_is_read(page: Page, tmp_path):
    photo = Image.new("L", (300, 300), 240)
    ImageDraw.Draw(photo).line([(90, 60), (210, 60), (135, 240)], fill=20, width=14, joint="curve")
    photo.save(tmp_path / "seven.png")
    page.set_input_files("[data-testid=photo]", tmp_path / "seven.png")
    expect_prediction(page, "7")
    draw(page, LONG_ONE)  # drawing again puts the photo aside
    expect_prediction(page, "1")
    (tmp_path / "no.png").write_text("no picture")
    page.set_input_files("[data-testid=photo]", tmp_path / "no.png")
    page.wait_for_selector("[data-testid=status][data-kind=error]")
    assert "choose a PNG or JPEG" in page.inner_text("[data-testid=status]")
    assert prediction(page) == "1"  # nothing is lost


# Drops or pastes a file on an element: its bytes in base64, its name and type.
TRANSFER = """([kind, selector, content, name, type]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name, { type }));
  const place = document.querySelector(selector);
  const options = { bubbles: true, cancelable: true };
  const event = kind === 'drop'
    ? new DragEvent('drop', { ...options, dataTransfer: transfer })
    : new ClipboardEvent('paste', { ...options, clipboardData: transfer });
  place.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def seven(kind):
    photo = Image.new("RGB", (300, 300), (240, 240, 235))
    ImageDraw.Draw(photo).line([(90, 60), (210, 60), (135, 240)], fill=(20, 20, 60), width=14, joint="curve")
    file = io.BytesIO()
    photo.save(file, kind)
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_photo_is_dropped_on_the_pad(page: Page, kind):
    dropped = ["drop", "[data-testid=pad]", seven(kind), f"seven.{kind.lower()}", f"image/{kind.lower()}"]
    assert page.evaluate(TRANSFER, dropped)
    expect_prediction(page, "7")


def test_a_photo_is_pasted(page: Page):
    page.evaluate(TRANSFER, ["paste", "body", seven("PNG"), "image.png", "image/png"])
    expect_prediction(page, "7")


def test_a_picture_that_misses_the_pad_does_not_take_the_page_away(page: Page):
    assert page.evaluate(TRANSFER, ["drop", "h1", seven("PNG"), "seven.png", "image/png"])
    expect(page.get_by_test_id("network-said")).to_contain_text("A picture can be dropped on the pad.")


def test_a_photo_that_no_browser_reads_and_one_without_ink_are_told_so(page: Page):
    draw(page, LONG_ONE)
    expect_prediction(page, "1")
    page.evaluate(TRANSFER, ["drop", "[data-testid=pad]", "aGVpYw==", "IMG_1.HEIC", ""])
    expect(page.get_by_test_id("status")).to_contain_text("cannot read HEIC")
    file = io.BytesIO()
    Image.new("L", (200, 200), 230).save(file, "PNG")
    blank = base64.b64encode(file.getvalue()).decode()
    page.evaluate(TRANSFER, ["drop", "[data-testid=pad]", blank, "blank.png", "image/png"])
    expect(page.get_by_test_id("status")).to_contain_text("No ink found in this picture")
    assert prediction(page) == "1"


def test_a_frame_finds_the_ink_that_was_not_found_in_a_photo(page: Page, tmp_path):
    photo, one = (Image.new("L", (400, 300), 240) for _ in range(2))
    photo.save(tmp_path / "blank.png")
    ImageDraw.Draw(one).line([(200, 60), (200, 240)], fill=20, width=12)
    one.save(tmp_path / "one.png")
    ImageDraw.Draw(photo).line([(240, 60), (340, 60), (270, 240)], fill=20, width=12, joint="curve")
    small = Image.new("L", (400, 300), 240)
    small.paste(photo.resize((25, 19), Image.Resampling.BOX), (300, 200))
    small.save(tmp_path / "small.png")
    seen, ink = page.get_by_test_id("photo-seen"), page.get_by_test_id("photo-ink")
    taken, nothing = page.locator(".sighting-taken"), page.locator(".sighting-nothing")
    page.set_input_files("[data-testid=photo]", tmp_path / "one.png")
    expect_prediction(page, "1")
    expect(taken).to_be_visible()
    page.set_input_files("[data-testid=photo]", tmp_path / "small.png")
    expect(nothing).to_be_visible()
    expect(nothing).to_contain_text("Not read: the page still shows what it did before.")
    expect(page.get_by_test_id("status")).to_contain_text("No ink found in this picture")
    expect(ink).to_be_hidden()  # what was found in the photo before
    expect(taken).to_be_hidden()
    assert prediction(page) == "1"
    stage = page.locator(".sighting-stage").bounding_box()
    assert stage
    page.mouse.move(stage["x"] + 0.72 * stage["width"], stage["y"] + 0.62 * stage["height"])
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.9 * stage["width"], stage["y"] + 0.8 * stage["height"], steps=4)
    page.mouse.up()
    expect_prediction(page, "7")
    expect(ink).to_be_visible()
    expect(nothing).to_be_hidden()
    page.set_input_files("[data-testid=photo]", tmp_path / "blank.png")
    expect(nothing).to_be_visible()
    page.click("[data-testid=undo]")
    expect(taken).to_be_visible()  # the photo before
    page.set_input_files("[data-testid=photo]", tmp_path / "blank.png")
    expect(nothing).to_be_visible()
    draw(page, LONG_ONE)
    expect(seen).to_be_hidden()


def test_what_was_taken_as_ink_is_shown_and_a_frame_says_what_else_to_take(page: Page, tmp_path):
    photo = Image.new("L", (400, 300), 240)
    pen = ImageDraw.Draw(photo)
    pen.line([(80, 60), (80, 200)], fill=20, width=12)
    pen.line([(240, 60), (340, 60), (270, 240)], fill=20, width=12, joint="curve")
    photo.save(tmp_path / "both.png")
    shown = page.get_by_test_id("photo-seen")
    expect(shown).to_be_hidden()
    page.set_input_files("[data-testid=photo]", tmp_path / "both.png")
    expect_prediction(page, "7")
    expect(shown).to_be_visible()
    stage, ink = (page.locator(each).bounding_box() for each in (".sighting-stage", "[data-testid=photo-ink]"))
    assert stage
    assert ink
    assert (ink["x"] - stage["x"]) / stage["width"] == pytest.approx(0.59, abs=0.02)
    assert ink["height"] / stage["height"] == pytest.approx(0.63, abs=0.03)
    page.mouse.click(stage["x"] + 30, stage["y"] + 30)  # no frame
    page.mouse.move(stage["x"] + 4, stage["y"] + 4)
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.4 * stage["width"], stage["y"] + stage["height"] - 4, steps=4)
    expect(page.locator(".sighting-frame")).to_be_visible()
    page.mouse.up()
    expect_prediction(page, "1")
    expect(page.locator(".sighting-frame")).to_be_hidden()
    page.click("[data-testid=undo]")
    expect_prediction(page, "7")
    expect(shown).to_be_visible()  # and what was taken as ink, where it was
    left = page.locator("[data-testid=photo-ink]").bounding_box()
    assert left
    assert left["x"] == pytest.approx(ink["x"], abs=1)
    # The same by keys: the frame from the middle to the left, as wide as the 1.
    page.locator(".sighting-stage").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sighting-frame")).to_be_hidden()  # nothing is framed yet
    for key in ["ArrowLeft"] * 5 + ["ArrowUp"] * 5 + ["Shift+ArrowDown"] * 10:
        page.keyboard.press(key)
    expect(page.locator(".sighting-frame")).to_be_visible()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    expect_prediction(page, "1")
    draw(page, LONG_ONE)
    expect(shown).to_be_hidden()
