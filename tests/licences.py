"""Writes the page of licences from what is installed: `python -m tests.licences`."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "resources" / "docs" / "pages" / "licences.md"

# What torch brings depends on the machine: with a GPU and without.
OF_TORCH = re.compile(r"nvidia-|cuda-|triton|intel-|tbb|mkl|pytorch-triton")

_HEAD = """\
# Licences

cdul_app is under the MIT licence. These packages come with it, or with what it needs, each under \
its own licence, as its metadata tell it. Of several that a package offers, Qt (PySide6 and \
shiboken6) is used under the LGPL. For a machine with an NVIDIA card torch also brings \
NVIDIA's libraries, under NVIDIA's terms. The weights of an encoder have a licence of their own, \
which the window shows where encoders are chosen.

| package | licence |
| --- | --- |
"""

# Where the metadata hold the text itself, or nothing.
_SHORT = {"BSD": "BSD", "MIT": "MIT", "Apache": "Apache-2.0"}


def needed(requirements: Iterable[str], seen: set[str]) -> Iterator[metadata.Distribution]:
    """What is needed here, without extras, and what that needs; `seen` grows."""
    for text in requirements:
        requirement = Requirement(text)
        key = canonicalize_name(requirement.name)
        if key in seen or OF_TORCH.match(key):
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        seen.add(key)
        package = metadata.distribution(key)
        yield package
        yield from needed(package.requires or (), seen)


def packages() -> list[metadata.Distribution]:
    """All that the app needs here, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = needed(project["dependencies"], set())
    return sorted(found, key=lambda each: canonicalize_name(each.name))


def licence(package: metadata.Distribution) -> str:
    """As its metadata tell: the expression, else the short name, else the classifiers."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    named = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier", [])
        if each.startswith("License :: ") and each != "License :: OSI Approved"
    ]
    if named:
        return ", ".join(each.removesuffix(" License") if "MIT" in each else each for each in named)
    text = str(told.get("License") or "").strip()
    if "\n" not in text and text:
        return text
    return next((short for word, short in _SHORT.items() if word in text[:200]), "not told")


def page() -> str:
    rows = [f"| {canonicalize_name(each.name)} | {licence(each)} |" for each in packages()]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
