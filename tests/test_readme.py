"""README shows what is there."""

from tests.readme import README, smallest


def test_readme_shows_how_the_smallest_experiment_was_added():
    assert smallest() in README.read_text("utf-8")
