"""What the library hands out is shared and cached, so nobody may change it."""

import dataclasses
import importlib
import pkgutil

import pytest

import lenet
import lenet.line

MODULES = [
    importlib.import_module(f"{package.__name__}.{found.name}")
    for package in (lenet, lenet.line)
    for found in pkgutil.iter_modules(package.__path__)
    if not found.ispkg and found.name != "__main__"
]
VALUES: set[type] = {
    each
    for module in MODULES
    for each in vars(module).values()
    if isinstance(each, type) and dataclasses.is_dataclass(each)
}


@pytest.mark.parametrize("kind", sorted(VALUES, key=str), ids=str)
def test_a_value_cannot_be_changed(kind):
    value = object.__new__(kind)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(kind)[0].name, None)
