"""The names that a researcher imports, and the examples in their docstrings."""

import doctest
import pkgutil
from importlib import import_module

import pytest

from tests.test_rooms import loaded_after

ROOMS = ["cdul_app.method", "cdul_app.measures", "cdul_app.classes"]
MODULES = [
    module.name
    for room in ROOMS
    for module in pkgutil.iter_modules(import_module(room).__path__, f"{room}.")
]
NAMES = [(room, name) for room in ROOMS for name in import_module(room).__all__]


@pytest.mark.parametrize("module", MODULES)
def test_examples_show_what_comes_out(module: str):
    assert doctest.testmod(import_module(module)).failed == 0


@pytest.mark.parametrize(("room", "name"), NAMES)
def test_every_public_name_has_an_example(room: str, name: str):
    found = getattr(import_module(room), name)
    assert found.__module__.startswith(f"{room}.")
    assert doctest.DocTestParser().get_examples(found.__doc__ or "")
    # Once imported, a module of that name would be found in its place.
    assert f"{room}.{name}" not in MODULES


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_what_it_has(room: str):
    package = import_module(room)
    assert dir(package) == package.__all__
    with pytest.raises(AttributeError, match=f"{room}.*no_such_name"):
        _ = package.no_such_name


def test_names_are_loaded_when_they_are_asked_for():
    imports = "\n".join(f"import {room}" for room in ROOMS)
    assert "numpy" not in loaded_after(imports)
    assert "numpy" in loaded_after(f"{imports}\nfrom cdul_app.method import aggregate_local")
