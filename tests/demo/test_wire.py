"""What travels between page and server: ink in steps, maps in bytes."""

import numpy as np
import pytest

from demo.wire import RequestError, fields_of, in_bytes
from tests.demo.test_digit import see


def test_ink_in_steps():
    fields = fields_of({"steps": [[10, 20, 5, -5, 0, 10], [0, 0], []], "unit": 0.01, "sequence": 3})
    assert fields["ink"] == [[[0.1, 0.2], [0.15, 0.15], [0.15, 0.25]], [[0, 0]], []]
    assert fields["sequence"] == 3


@pytest.mark.parametrize(
    ("steps", "unit"),
    [
        (None, 0.01), ({}, 0.01), ([7], 0.01), ([["a", "b"]], 0.01), ([[1.5, 2]], 0.01), ([[True, 2]], 0.01),
        ([[1]], 0.01), ([[10**7, 0]], 0.01), ([[10**400, 0]], 0.01), ([[0, 0]], 0.0), ([[0, 0]], -0.01),
        ([[0, 0]], 1.0), ([[0, 0]], float("nan")), ([[0, 0]], None), ([[0, 0]], "0.01"), ([[[0, 0]]], 0.01),
    ],
)  # fmt: skip
def test_steps_that_are_none(steps, unit):
    assert "steps must be lists" in see({"steps": steps, "unit": unit})["error"]


@pytest.mark.parametrize(
    ("strokes", "fits"),
    [
        ([[0, 0]] * 1_000, True), ([[0, 0]] * 1_001, False), ([[1, 1] * 20_000], True), ([[1, 1] * 20_001], False),
        ([[1_000_000, -1_000_000]], True), ([[1_000_001, 0]], False), ([[0, -1_000_001]], False),
    ],
)  # fmt: skip
def test_so_much_ink_in_steps_is_opened(strokes, fits):
    request = {"steps": strokes, "unit": 0.25}
    if fits:
        opened = fields_of(request)["ink"]
        assert [len(stroke) for stroke in opened] == [len(stroke) // 2 for stroke in strokes]
        assert opened[0][0] == [0.25 * strokes[0][0], 0.25 * strokes[0][1]]
    else:
        with pytest.raises(RequestError):
            fields_of(request)


def test_ink_in_steps_is_rounded_to_a_hundred_thousandth():
    assert fields_of({"steps": [[1, 3]], "unit": 1 / 3e5})["ink"] == [[[0.0, 0.00001]]]


def test_maps_in_bytes():
    maps = np.array([[0, 64, -32, 1], [0, 0, 0, 0], [0.5, -1, 0.25, 0.0078]], np.float32)
    steps, values = in_bytes(maps)
    assert np.frombuffer(steps, "<f4").tolist() == [1, 1, 1 / 64]
    assert np.frombuffer(values, np.int8).reshape(3, 4).tolist() == [[0, 64, -32, 1], [0] * 4, [32, -64, 16, 0]]
