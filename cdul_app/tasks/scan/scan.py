"""Finding the photos of a folder."""

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from cdul_app.errors import FolderError, in_words
from cdul_app.events import (
    Events,
    Noted,
    PhotosListed,
    Progressed,
    Skipped,
    Started,
    TaskResult,
)
from cdul_app.language import tr, translatable
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file, size_and_time
from cdul_app.photos.unreadable import DECODER, NO_FILE
from cdul_app.project.locks import writing_labels
from cdul_app.project.photo_folder import HALF_LISTED, check_folder, check_writable, is_half_listed
from cdul_app.settings.photo_files import PHOTO_SUFFIXES
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.scan_changes import ScanChanges, ScannedFields, compare_scan
from cdul_app.tasks.scan.manifest import manifest_photos
from cdul_app.tasks.scan.moved_photos import find_moves
from cdul_app.tasks.scan.passed_over import PassedOver
from cdul_app.tasks.scan.photo_names import photo_names

FILES_PER_EVENT = 500
FIRST_LIST = 200  # photos: more than a screen shows
MANIFEST = "manifest"  # the setting that names the one which the photos are from
_NOT_TOLD = (0, 0)  # size and time of what a server has, or of what is gone
_DECODER_SETTING = "decoder"
SECONDS_PER_LIST = 0.5  # a slow disk is shown as it answers


@dataclass(frozen=True)
class ScanResult(TaskResult):
    photos: int  # in the folder now
    changes: ScanChanges


def scan_project(location: ProjectLocation, *, manifest: str | None = None) -> Events[ScanResult]:
    """List the folder's photos, or those of a manifest, into the project.

    Raises FolderError, ProjectError, ManifestError.
    """
    check_folder(location.folder)
    check_writable(location)
    with (
        writing_labels(location),
        ProjectStore(location.database, create=True, durable=False) as store,
    ):
        is_new = store.photos.is_new
        passed = PassedOver()
        changes = yield from scan_photos(store, location.folder, passed, manifest=manifest)
        count = store.photos.count()
        told = "" if is_new else changes_in_words(changes)
        summary = (
            tr("{photos} photos in the folder: {changes}.", photos=count, changes=told)
            if told
            else tr("{photos} photos in the folder.", photos=count)
        )
        if store.settings.get(MANIFEST):
            summary = tr("{photos} photos of a manifest.", photos=count)
        sentences = [summary, *passed.sentences()]
        return ScanResult(" ".join(sentences), count, changes)


def changes_in_words(changes: ScanChanges) -> str:
    """ "3 added, 2 moved, 1 changed, 4 missing", without what there is none of."""
    told = (
        (changes.added, tr("{n} added", n=changes.added)),
        (changes.moved, tr("{n} moved", n=changes.moved)),
        (changes.changed, tr("{n} changed", n=changes.changed)),
        (changes.missing, tr("{n} missing", n=changes.missing)),
    )
    return ", ".join(words for count, words in told if count)


def scan_photos(
    store: ProjectStore,
    folder: Path,
    passed: PassedOver | None = None,
    *,
    manifest: str | None = None,
) -> Events[ScanChanges]:
    """Bring the photo list up to date.  Raises FolderError where the folder holds no photo,
    ManifestError.

    manifest : names the photos from now on, in place of what lies in the folder.

    A new folder is listed by names first, told as they are found; sizes and times follow.  Returns
    what has changed; closing the generator before its end leaves the photos known so far.
    """
    passed = PassedOver() if passed is None else passed
    yield Started(tr("Looking for photos"), unit=translatable("files"))
    if store.settings.get(_DECODER_SETTING) != DECODER:
        store.photos.forget_damage()  # what an earlier version could not read this one may
        store.settings.set(_DECODER_SETTING, DECODER)
    if manifest is not None or store.settings.get(MANIFEST):
        return (yield from _scan_manifest(store, folder, manifest))
    if store.photos.is_new:
        store.settings.set(HALF_LISTED, True)
        names = yield from _list_new(store, folder, passed)
    else:
        names = yield from _list_names(folder, passed)
    files = yield from _look_at_all(folder, names)
    if not files:
        check_folder(folder)  # of a disk that has been unplugged, no photo is marked missing
    changes = ScanChanges()
    if store.photos.files_here() != list(files.values()):
        known = store.photos.stored_files()
        differences = compare_scan(known, files)
        moves, fingerprints = yield from find_moves(store, folder, known, differences)
        changes = store.photos.apply(differences, moves, fingerprints)
    if is_half_listed(store):
        store.settings.set(HALF_LISTED, None)
    yield Progressed(len(files), len(files))
    if not files:
        raise _no_photos(folder, passed)
    yield from map(Noted, passed.sentences())
    return changes


def _scan_manifest(store: ProjectStore, folder: Path, manifest: str | None) -> Events[ScanChanges]:
    """Without one the photos stay those that it named, whether or not they can be read now."""
    known = store.photos.stored_files()
    if manifest is None:
        files = {
            path: (path, *(_size_and_time(folder, path) or (size, modified_ns)))
            for path, (_, size, modified_ns, missing) in known.items()
            if not missing
        }
    else:
        names = yield from manifest_photos(manifest, folder, known)
        files = {path: (path, *(_size_and_time(folder, path) or _NOT_TOLD)) for path in names}
        store.settings.set(MANIFEST, manifest)
    changes = store.photos.apply(compare_scan(known, files))
    yield Progressed(len(files), len(files))
    return changes


def _size_and_time(folder: Path, path: str) -> tuple[int, int] | None:
    return size_and_time(photo_file(folder, path))


def _list_names(folder: Path, passed: PassedOver) -> Events[list[str]]:
    names: list[str] = []
    for item in photo_names(folder, passed):
        if isinstance(item, Skipped):
            yield item
            continue
        names.append(item)
        if len(names) % FILES_PER_EVENT == 0:
            yield Progressed(len(names))
    return names


def _list_new(store: ProjectStore, folder: Path, passed: PassedOver) -> Events[list[str]]:
    """Store names in lists that grow as the whole does, so that showing each costs little."""
    names: list[str] = []
    shown, told_at = 0, time.monotonic()
    for item in photo_names(folder, passed):
        if isinstance(item, Skipped):
            yield item
            continue
        names.append(item)
        waiting = len(names) - shown
        if waiting >= max(FIRST_LIST, shown) or (
            waiting % 100 == 0 and time.monotonic() - told_at > SECONDS_PER_LIST
        ):
            yield _store_names(store, names[shown:])
            shown, told_at = len(names), time.monotonic()
            yield Progressed(shown)
    if names[shown:]:
        yield _store_names(store, names[shown:])
    return names


def _store_names(store: ProjectStore, names: list[str]) -> PhotosListed:
    return PhotosListed(store.photos.add_names(names), tuple(names))


def _no_photos(folder: Path, passed: PassedOver) -> FolderError:
    kinds = ", ".join(sorted(suffix.removeprefix(".") for suffix in PHOTO_SUFFIXES))
    told = tr("There are no photos in {folder} (looked for {kinds}).", folder=folder, kinds=kinds)
    return FolderError(" ".join([told, *passed.sentences()]))


def find_photos(folder: Path, *, manifest: str | None = None) -> Events[list[str]]:
    """Photos below `folder`, which is no project's: their paths, relative to it, in order; or those
    that a manifest names.

    Hidden files and folders are not among them.  Raises FolderError where there is none,
    ManifestError.
    """
    if manifest is not None:
        return list((yield from manifest_photos(manifest, folder)))
    passed = PassedOver()
    found = yield from _look_at_all(folder, (yield from _list_names(folder, passed)))
    if not found:
        raise _no_photos(folder, passed)
    yield from map(Noted, passed.sentences())
    return list(found)


def _look_at_all(folder: Path, names: list[str]) -> Events[dict[str, ScannedFields]]:
    files: dict[str, ScannedFields] = {}
    place = os.fspath(folder)  # as text: there may be 100,000
    for start in range(0, len(names), FILES_PER_EVENT):
        yield Progressed(len(names))
        for name in names[start : start + FILES_PER_EVENT]:
            try:
                state = os.stat(f"{place}/{name}")  # noqa: PTH116
            except OSError as error:
                yield Skipped(name, tr("The file cannot be read ({why}).", why=in_words(error)))
                continue
            if stat.S_ISREG(state.st_mode):
                files[name] = (name, state.st_size, state.st_mtime_ns)
            else:
                yield Skipped(name, NO_FILE)
    return files
