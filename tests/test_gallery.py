"""The sheets of synthetic ink and paper."""

import numpy as np
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
