"""Writing a folder of labels: made beside its place first, then moved in, file by file where the
folder is there already.

A list of what was written stays in the folder, so that the next export replaces those files and
no others.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cdul_app.errors import ExportError, in_words
from cdul_app.events import Events, Progressed
from cdul_app.formats.export_options import PhotoFiles
from cdul_app.formats.written_items import Item
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_json
from cdul_app.language import tr
from cdul_app.written_files import waiting_beside, write_atomically

WRITTEN_LIST = ".cdul-export.json"
_MOST_NAMED = 3


class StrangersFilesError(ExportError):
    """Files that would be replaced were not written by the app, or were changed since."""

    def __init__(self, sentence: str, folder: Path, names: Sequence[str]) -> None:
        super().__init__(sentence)
        self.folder, self.count, self.told = folder, len(names), named(names)


def named(names: Sequence[str]) -> str:
    """
    >>> named(["a.txt", "b.txt", "c.txt", "d.txt"])
    'a.txt, b.txt, c.txt and 1 more'
    """
    more, told = len(names) - _MOST_NAMED, ", ".join(names[:_MOST_NAMED])
    return tr("{names} and {more} more", names=told, more=more) if more > 0 else told


def write_label_folder(
    items: Iterator[Item],
    folder: Path,
    *,
    count: int,
    photos: PhotoFiles,
    overwrite: bool = False,
    keep_theirs: bool = False,
) -> Events[list[str]]:
    """count : how many photos there are, for progress.  photos : how they come in.

    Other files of the folder stay.  Returns the names of those that are not written, since a
    file of another is there: some only with `keep_theirs`.  Raises StrangersFilesError where
    there is one, and neither `overwrite` nor `keep_theirs`; ExportError where the folder cannot
    be written.
    """
    kept: list[str] = []
    try:
        if folder.exists() and not folder.is_dir():
            raise OSError(0, tr("it is a file"))
        is_new = not folder.exists()
        # Within a folder that is there: its parent may be another disk.
        staged = waiting_beside(folder if is_new else folder / WRITTEN_LIST)
        try:
            yield from _stage(items, staged, count, photos)
            if is_new:
                _list(staged, staged)
                staged.rename(folder)
            else:
                kept = _strangers(staged, folder) if not overwrite else []
                if kept and not keep_theirs:
                    raise StrangersFilesError(
                        tr(
                            "{folder} holds files that no export has written, or that were "
                            "changed since: {told}. Choose another folder, or say --overwrite to "
                            "replace them, or --keep-theirs to leave them as they are.",
                            folder=folder,
                            told=named(kept),
                        ),
                        folder,
                        kept,
                    )
                _move_in(staged, folder, kept)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise ExportError(
            tr(
                "The labels cannot be written to {folder} ({why}): choose another place.",
                folder=folder,
                why=in_words(error),
            )
        ) from error
    return kept


def would_replace_others(folder: Path) -> bool:
    """Whether there is something in a folder that no export has written."""
    return folder.is_dir() and any(folder.iterdir()) and not (folder / WRITTEN_LIST).is_file()


def _stage(items: Iterator[Item], staged: Path, count: int, photos: PhotoFiles) -> Events[None]:
    staged.mkdir()
    for done, item in enumerate(items, start=1):
        if item.photo is not None and photos is PhotoFiles.NONE:
            continue
        place = staged / item.path
        place.parent.mkdir(parents=True, exist_ok=True)
        if item.photo is None:
            place.write_bytes((item.text or "").encode("utf-8", "surrogateescape"))
        else:
            _put_photo(item.photo, place, photos)
        yield Progressed(min(done, count), count)


def _put_photo(photo: Path, place: Path, photos: PhotoFiles) -> None:
    """Raises OSError."""
    if photos is PhotoFiles.LINK:
        try:
            os.link(photo.resolve(), place)
            return
        except OSError:  # another disk, or one without links
            pass
    shutil.copyfile(photo, place)


def _strangers(staged: Path, folder: Path) -> list[str]:
    """The files that would replace one that no export has written, or that was changed since."""
    before = _written(folder)
    return [
        name
        for name in _names(staged)
        if os.path.lexists(folder / name) and before.get(name) != _state(folder / name)
    ]


def _move_in(staged: Path, folder: Path, kept: Sequence[str]) -> None:
    """kept : those that stay behind."""
    before, behind = _written(folder), set(kept)
    names = [name for name in _names(staged) if name not in behind]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(folder / name)
    for name in before.keys() - set(names):  # of photos or classes that are gone
        if (folder / name).is_file() and before[name] == _state(folder / name):
            (folder / name).unlink()
    _list(folder, folder, names)


def _names(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if not path.is_dir()
    ]


def _list(place: Path, folder: Path, names: list[str] | None = None) -> None:
    """Write down what is in the folder by this export."""
    if names is None:
        names = _names(folder)
    states = {name: _state(folder / name) for name in names}
    text = json.dumps({"format": "cdul_app export 1", "files": states}, ensure_ascii=False)
    write_atomically(place / WRITTEN_LIST, text.encode("utf-8", "surrogateescape"))


def _written(folder: Path) -> Mapping[str, list[int]]:
    """Empty where the list is not there, or cannot be read: its files are then others'."""
    try:
        files = read_input_json(folder / WRITTEN_LIST, most_bytes=MOST_TABLE_BYTES)["files"]
        return {str(name): list(state) for name, state in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns]
