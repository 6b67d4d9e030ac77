"""The sheet of synthetic ink."""

import numpy as np
from PIL import Image

from tests import gallery


def test_a_sheet_shows_every_kind(tmp_path):
    gallery.main(["--out", str(tmp_path / "sheet.png")])
    with Image.open(tmp_path / "sheet.png") as picture:
        assert picture.width > 1_000
        assert np.asarray(picture).std() > 10
