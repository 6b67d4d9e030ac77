"""Links to experiments may say anything."""

from __future__ import annotations

import pytest

from demo.experiments import EXPERIMENTS
from tests.browser.acting import Watched, tried


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_link_breaks_a_card(unopened: Watched, name: str):
    odd = '{"toString":1}'
    names = ("kind", "way", "layer", "map", "from", "with", "do", "tool", "seen", "side", "at", "label", "target")
    for value in (odd, '"constructor"'):
        page = tried(unopened, name, "{" + ",".join(f'"{each}":{value}' for each in names) + "}")
        assert "could not be loaded" not in page.get_by_test_id(f"experiment-{name}-said").inner_text()
