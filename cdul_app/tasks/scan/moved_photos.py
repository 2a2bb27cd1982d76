"""Which photos of a project lie under another name or in another folder now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cdul_app.events import Events, Progressed, Started
from cdul_app.language import tr, translatable
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.scan_changes import (
    Move,
    ScanDifferences,
    ScannedFile,
    StoredFields,
    StoredFile,
)
from cdul_app.tasks.scan.fingerprints import fingerprint_files

_SECOND = 1_000_000_000  # nanoseconds

Photos = dict[str, StoredFile]  # by the path where each was
Moves = tuple[list[Move], dict[str, str]]


def find_moves(
    store: ProjectStore,
    folder: Path,
    known: Mapping[str, StoredFields],
    differences: ScanDifferences,
) -> Events[Moves]:
    """Match photos that are not where they were with files that are new where they are.

    A file with the name, size and time of one photo only is that photo, unread, where the time is
    finer than a second: so a renamed folder takes no time.  Others are matched by fingerprint, for
    which only files that are as large as such a photo are read.  Returns the moves, and by path
    the fingerprints that were read.
    """
    if not (differences.added or differences.changed):
        return [], {}
    changed = {file.path for file in differences.changed}
    found = {*differences.returned} - changed
    absent = {*differences.missing}
    displaced = {
        path: StoredFile(*stored)
        for path, stored in known.items()
        if path in changed or path in absent or (stored[-1] and path not in found)
    }
    if not displaced:
        return [], {}
    moves = same_names_and_times(displaced, differences.added)
    moved, taken = {move.photo for move in moves}, {move.file.path for move in moves}
    photos = {path: stored for path, stored in displaced.items() if stored.identifier not in moved}
    fingerprints = store.photos.fingerprints(stored.identifier for stored in photos.values())
    sizes = {stored.size for stored in photos.values() if stored.identifier in fingerprints}
    new = [*differences.added, *differences.changed]
    files = [file for file in new if file.path not in taken and file.size in sizes]
    read: dict[str, str] = {}
    if files:
        yield Started(tr("Looking for photos that moved"), len(files), unit=translatable("files"))
        items = fingerprint_files((place, folder / file.path) for place, file in enumerate(files))
        for done, (place, fingerprint, _) in enumerate(items, start=1):
            if isinstance(fingerprint, str):
                read[files[place].path] = fingerprint
            yield Progressed(done, len(files))
    moves += same_contents(photos, fingerprints, files, read)
    return without_collisions(moves, displaced, changed), read


def same_names_and_times(photos: Photos, files: Iterable[ScannedFile]) -> list[Move]:
    """Files that one photo only can be, by name, size and a time finer than a second."""
    by_key: dict[tuple[str, int, int], list[StoredFile]] = defaultdict(list)
    for path, stored in photos.items():
        if stored.modified_ns % _SECOND:  # whole seconds repeat: archives know no finer time
            by_key[_name(path), stored.size, stored.modified_ns].append(stored)
    found: dict[tuple[str, int, int], list[ScannedFile]] = defaultdict(list)
    for file in files:
        key = (_name(file.path), file.size, file.modified_ns)
        if key in by_key:
            found[key].append(file)
    return [
        Move(by_key[key][0].identifier, same[0])
        for key, same in found.items()
        if len(same) == len(by_key[key]) == 1
    ]


def same_contents(
    photos: Photos,
    fingerprints: Mapping[int, str],
    files: Iterable[ScannedFile],
    read: Mapping[str, str],
) -> list[Move]:
    """Pair photos and files of one content, each at most once.

    Of several copies first those of one path belong together (they have not moved), then those of
    one name, the others in the order of their paths.
    """
    waiting: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for path, stored in sorted(photos.items()):
        if stored.identifier in fingerprints:
            waiting[fingerprints[stored.identifier]].append((path, stored.identifier))
    found: dict[str, list[ScannedFile]] = defaultdict(list)
    for file in sorted(files):
        if read.get(file.path) in waiting:
            found[read[file.path]].append(file)
    return [
        Move(photo, file)
        for fingerprint, same in found.items()
        for path, photo, file in _pairs(waiting[fingerprint], same)
        if path != file.path
    ]


def without_collisions(moves: Sequence[Move], displaced: Photos, changed: set[str]) -> list[Move]:
    """Leave out a move to where another photo stays: that one keeps its place and its answers."""
    kept = list(moves)
    while True:
        leaving = {move.photo for move in kept}
        free = [
            move
            for move in kept
            if move.file.path not in changed or displaced[move.file.path].identifier in leaving
        ]
        if len(free) == len(kept):
            return kept
        kept = free


def _pairs(
    photos: list[tuple[str, int]], files: list[ScannedFile]
) -> Iterator[tuple[str, int, ScannedFile]]:
    keys: tuple[Callable[[str], str], ...] = (lambda path: path, _name, lambda path: "")
    for key in keys:
        by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for path, photo in reversed(photos):
            by_key[key(path)].append((path, photo))
        left = []
        for file in files:
            same = by_key[key(file.path)]
            if same:
                path, photo = same.pop()
                yield path, photo, file
            else:
                left.append(file)
        files = left
        photos = sorted(pair for pairs in by_key.values() for pair in pairs)


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
