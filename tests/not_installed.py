"""A machine that lacks a package which is installed here."""

import sys
from importlib.machinery import ModuleSpec
from typing import Any

import pytest


class FinderWithout:
    """Finds what `finder` finds, but for one package."""

    def __init__(self, finder: Any, package: str) -> None:
        self._finder, self._package = finder, package

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name.partition(".")[0] == self._package:
            return None
        return self._finder.find_spec(name, path, target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)


def take_away(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the rest of the test the package is not installed."""
    monkeypatch.setattr(sys, "meta_path", [FinderWithout(each, package) for each in sys.meta_path])
    monkeypatch.delitem(sys.modules, package, raising=False)
