"""What a scan has found, beside what the project knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

NOT_LOOKED_AT = -1  # size and time of a photo of which only the name is known

# The fields of a `StoredFile` and of a `ScannedFile` without their names: the garbage collector
# goes through 100,000 named tuples again and again, and takes as long as making them does.
StoredFields = tuple[int, int, int, bool]
ScannedFields = tuple[str, int, int]


class ScannedFile(NamedTuple):
    path: str  # relative to the folder, with forward slashes
    size: int  # bytes
    modified_ns: int


class StoredFile(NamedTuple):
    """A photo of the project as its file was when it was last looked at."""

    identifier: int
    size: int
    modified_ns: int
    missing: bool


class Move(NamedTuple):
    """The photo whose content now lies in another file."""

    photo: int
    file: ScannedFile


@dataclass(frozen=True)
class ScanDifferences:
    added: list[ScannedFile]
    listed: list[ScannedFile]  # their names were stored, and no more
    changed: list[ScannedFile]
    returned: list[str]
    missing: list[str]


@dataclass(frozen=True)
class ScanChanges:
    """How many photos a scan has added (or found again), changed, missed and moved."""

    added: int = 0
    changed: int = 0
    missing: int = 0
    moved: int = 0


def compare_scan(
    known: Mapping[str, StoredFields], found: Mapping[str, ScannedFields]
) -> ScanDifferences:
    """known, found : by path."""
    differences = ScanDifferences([], [], [], [], [])
    for path, file in found.items():
        stored = known.get(path)
        if stored is None:
            differences.added.append(ScannedFile(*file))
            continue
        _, size, modified_ns, missing = stored
        if size == NOT_LOOKED_AT:
            differences.listed.append(ScannedFile(*file))
        elif (path, size, modified_ns) != file:
            differences.changed.append(ScannedFile(*file))
        if missing:
            differences.returned.append(path)
    gone = sorted(known.keys() - found.keys())
    differences.missing.extend(path for path in gone if not StoredFile(*known[path]).missing)
    return differences
