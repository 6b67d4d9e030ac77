"""The sheets of synthetic ink and paper."""

import json

import numpy as np
import pytest
from PIL import Image

from lenet.evaluation.records import read_photos
from tests import gallery, paper


def test_a_sheet_shows_every_kind(tmp_path):
    gallery.main(["--out", str(tmp_path / "sheet.png")])
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.width > 1_000
        assert np.asarray(picture).std() > 10


def test_everyday_paper_is_drawn_with_its_labels(tmp_path):
    paper.main(["--out", str(tmp_path), "--each", "2"])
    records = read_photos(tmp_path)
    assert [(record["kind"], record["label"]) for record in records] == [
        (kind, k) for kind in paper.KINDS for k in (0, 1)
    ]
    seen = [np.asarray(Image.open(record["file"])) for record in records]
    assert all(each.shape == (400, 480, 3) and each.std() > 3 for each in seen)
    assert (tmp_path / "sheet.png").exists()
    again, _ = paper.picture("squared", 1)
    assert (np.asarray(again) == seen[2 * list(paper.KINDS).index("squared") + 1]).all()


def ink_of(digits):
    """A file's records: each digit a line that leans more."""
    return [{"digit": digit, "strokes": [[[0.3, 0.2], [0.3 + 0.05 * digit, 0.8]]]} for digit in digits]


def test_everyday_paper_is_drawn_with_other_pens_from_any_number(tmp_path):
    file = tmp_path / "ink.json"
    file.write_text(json.dumps(ink_of(range(10))))
    paper.main(["--out", str(tmp_path), "--each", "1", "--first", "9", "--ink", str(file)])
    assert [record["label"] for record in read_photos(tmp_path)] == [9] * len(paper.KINDS)
    light = np.asarray(Image.open(tmp_path / "paint-window-9.png").convert("L"))[60:380, 60:440]
    rows, columns = np.nonzero(light < 100)
    assert np.ptp(columns) / np.ptp(rows) == pytest.approx(0.45 / 0.6, abs=0.1)  # a leaning line
    assert np.ptp(np.flatnonzero((light < 100)[rows.min() + 2])) < np.ptp(columns) / 2


@pytest.mark.parametrize("ink", ["[]", json.dumps(ink_of(range(9))), "no ink"])
def test_a_file_without_every_digit_is_told(tmp_path, capsys, ink):
    (tmp_path / "ink.json").write_text(ink)
    with pytest.raises(SystemExit):
        paper.main(["--out", str(tmp_path), "--ink", str(tmp_path / "ink.json")])
    assert "error:" in capsys.readouterr().err
