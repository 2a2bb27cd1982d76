"""What a scan has found, beside what the project knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

NOT_LOOKED_AT = -1  # size and time of a photo of which only the name is known


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

    added: int
    changed: int
    missing: int
    moved: int = 0


def compare_scan(
    known: Mapping[str, StoredFile], found: Mapping[str, ScannedFile]
) -> ScanDifferences:
    """known, found : by path."""
    differences = ScanDifferences([], [], [], [], [])
    for path, file in found.items():
        stored = known.get(path)
        if stored is None:
            differences.added.append(file)
            continue
        if stored.size == NOT_LOOKED_AT:
            differences.listed.append(file)
        elif stored.size != file.size or stored.modified_ns != file.modified_ns:
            differences.changed.append(file)
        if stored.missing:
            differences.returned.append(path)
    differences.missing.extend(
        path for path, stored in known.items() if not stored.missing and path not in found
    )
    return differences
