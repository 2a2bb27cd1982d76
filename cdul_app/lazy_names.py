"""A room's public names, each loaded from its module when it is first asked for (PEP 562)."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, names: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """What an `__init__.py` assigns to `__getattr__, __dir__, __all__`.

    package : its `__name__`; names : by module of the package, the public names it holds.  None of
    them may be a module's: importing that would put the module in the name's place.
    """
    homes = {name: module for module, held in names.items() for name in held}

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get, lambda: sorted(homes), sorted(homes)
