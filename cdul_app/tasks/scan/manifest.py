"""The photos that a manifest names: a list of paths and URLs, and tar files of photos."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from cdul_app.errors import ManifestError, in_english, in_words
from cdul_app.events import Events, Progressed, Skipped
from cdul_app.input_files import MOST_TABLE_BYTES
from cdul_app.language import tr
from cdul_app.photos.elsewhere.addresses import missing_package, read_address
from cdul_app.photos.elsewhere.places import is_address, name_places
from cdul_app.photos.elsewhere.tar_members import members
from cdul_app.photos.unreadable import UNREAD_FILE, reason_in_words

_TAR = ".tar"
_COLUMNS = ("path", "url", "image", "file", "filepath", "file_name", "filename")
_TABLES = {".csv": ",", ".tsv": "\t"}
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")  # as WebDataset names shards
_MOST_SHARDS = 1_000_000


def manifest_photos(
    manifest: str, folder: Path, known: Iterable[str] = ()
) -> Events[dict[str, None]]:
    """The photos that a manifest names, as a project calls them, in its order and each once.

    manifest : a text file with a path or URL a line, a CSV, TSV or Parquet file with a column of
    them, or itself the tar file, `shard-{000..009}.tar` for several.  Relative paths are below
    `folder`.  known : paths, of which those in a tar file that cannot be read stay.
    Places outside the folder may be read from now on.  Raises ManifestError.
    """
    entries = [_checked(entry) for entry in _entries(manifest)]
    _check_packages(entries)
    try:
        name_places(entry for entry in entries if _is_outside(entry))
    except OSError as error:
        raise ManifestError(
            tr(
                "It cannot be remembered which places the manifest names ({why}): make room on the "
                "disk of your user data, then run the command again.",
                why=in_words(error),
            )
        ) from error
    found: dict[str, None] = {}
    for entry in entries:
        if entry.lower().endswith(_TAR):
            found |= yield from _in_tar(entry, folder, known)
            yield Progressed(len(found))
        else:
            found[entry] = None
    if not found:
        raise ManifestError(
            tr(
                "The manifest {manifest} names no photo: it must hold a path or a URL a line, or a "
                "column of them.",
                manifest=manifest,
            )
        )
    return found


def _in_tar(entry: str, folder: Path, known: Iterable[str]) -> Events[dict[str, None]]:
    archive = entry if _is_outside(entry) else str((folder / entry).absolute())
    try:
        return {f"{entry}/{name}": None for name in members(archive)}
    except OSError as error:
        yield Skipped(entry, reason_in_words(UNREAD_FILE.format(why=in_english(error))))
        return dict.fromkeys(path for path in known if path.startswith(f"{entry}/"))


def _entries(manifest: str) -> Iterator[str]:
    """With a series of tar files as its members.  Raises ManifestError."""
    names = [manifest] if manifest.lower().endswith(_TAR) else _listed(manifest)
    for name in names:
        if name:
            yield from _expanded(name)


def _listed(manifest: str) -> Iterable[str]:
    suffix = PurePath(manifest).suffix.lower()
    try:
        content = read_address(manifest, most_bytes=MOST_TABLE_BYTES + 1)
        if len(content) > MOST_TABLE_BYTES:
            raise OSError(0, f"it is larger than {MOST_TABLE_BYTES / 1e6:,.0f} MB")
        if suffix == ".parquet":
            return _column_of_parquet(content)
        text = content.decode("utf-8-sig")
        if suffix in _TABLES:
            return _column(csv.DictReader(io.StringIO(text), delimiter=_TABLES[suffix]))
        return [line.strip() for line in text.splitlines()]
    except ImportError as error:
        raise ManifestError(
            tr(
                "A manifest in Parquet needs pyarrow: run “pip install pyarrow”, or write the "
                "manifest as CSV."
            )
        ) from error
    except (OSError, ValueError, csv.Error) as error:
        raise ManifestError(
            tr(
                "The manifest {manifest} cannot be read ({why}): it must be text in UTF-8, CSV or "
                "Parquet, or a tar file.",
                manifest=manifest,
                why=in_words(error),
            )
        ) from error


def _column(table: "csv.DictReader[str]") -> Iterable[str]:
    names = table.fieldnames or ()
    name = _chosen(names)
    return [(row[name] or "").strip() for row in table] if name else []


def _column_of_parquet(content: bytes) -> Iterable[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file: Any = pq.ParquetFile(io.BytesIO(content))
        name = _chosen(file.schema_arrow.names)
        table = file.read(columns=[name])
        return [str(value or "").strip() for value in table.column(name).to_pylist()]
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def _chosen(names: Iterable[str]) -> str:
    """The column that holds paths: by its name, else the first."""
    by_name = {name.strip().lower(): name for name in reversed(list(names))}
    return next((by_name[name] for name in _COLUMNS if name in by_name), next(iter(names), ""))


def _expanded(name: str) -> Iterator[str]:
    """
    >>> list(_expanded("s-{08..10}.tar"))
    ['s-08.tar', 's-09.tar', 's-10.tar']
    """
    found = _RANGE.search(name) if name.lower().endswith(_TAR) else None
    if found is None:
        yield name
        return
    first, last = found.groups()
    if int(last) - int(first) >= _MOST_SHARDS:
        raise ManifestError(
            tr("{name} names more than {n} tar files: name fewer.", name=name, n=_MOST_SHARDS)
        )
    for number in range(int(first), int(last) + 1):
        yield from _expanded(f"{name[: found.start()]}{number:0{len(first)}}{name[found.end() :]}")


def _checked(entry: str) -> str:
    """As a project calls it.  Raises ManifestError."""
    if is_address(entry):
        return entry
    path = PurePath(entry)
    if ".." in path.parts:
        raise ManifestError(
            tr(
                "The manifest names {path}, which leads out of the folder: write such a path from "
                "the root, or as file://….",
                path=entry,
            )
        )
    return path.as_posix()


def _is_outside(entry: str) -> bool:
    return is_address(entry) or PurePath(entry).is_absolute()


def _check_packages(entries: Iterable[str]) -> None:
    kinds: Mapping[str, str] = {
        entry.partition("://")[0]: entry for entry in entries if is_address(entry)
    }
    for kind, entry in kinds.items():
        if missing := missing_package(entry):
            raise ManifestError(
                tr(
                    "Photos at {kind}:// need a package that is not installed ({missing}): install "
                    "it with pip, then run the command again.",
                    kind=kind,
                    missing=missing,
                )
            )
