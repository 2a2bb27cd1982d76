"""The photos that a manifest names: a list of paths and URLs, and tar files of photos."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from math import prod
from pathlib import Path, PurePath
from typing import Any

from cdul_app.errors import ManifestError, in_english, in_words
from cdul_app.events import Events, Progressed, Skipped
from cdul_app.input_files import MOST_TABLE_BYTES
from cdul_app.language import tr
from cdul_app.models.read_ahead import read_ahead
from cdul_app.photos.elsewhere.addresses import (
    WEB,
    is_readable_kind,
    missing_package,
    read_address,
)
from cdul_app.photos.elsewhere.places import (
    is_address,
    kind_of_address,
    local_file,
    name_places,
    place_of,
)
from cdul_app.photos.elsewhere.tar_members import Member, members
from cdul_app.photos.unreadable import UNREAD_FILE, reason_in_words

_TAR = ".tar"
_COLUMNS = ("path", "url", "image", "file", "filepath", "file_name", "filename")
_TABLES = {".csv": ",", ".tsv": "\t"}
_RANGE = re.compile(r"\{(\d{1,18})\.\.(\d{1,18})\}")  # as WebDataset names shards
_MOST_SHARDS = 1_000_000
_ROWS = 10_000  # of Parquet, at once
_BYTES_A_ROW = 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_AT_ONCE = 8  # tar files
_LONGEST = 4096  # letters of a path or URL
_LONGEST_TOLD = 80
# What is in a URL that is good for whoever has it, as clouds sign them.
_KEYS = re.compile(
    r"[?&](x-(amz|goog)-(signature|credential|security-token)|signature|sig|(access_?)?token"
    r"|api_?key|password|awsaccesskeyid|googleaccessid)=",
    re.IGNORECASE,
)


def check_manifest(manifest: str) -> None:
    """Before its name is written anywhere.  Raises ManifestError."""
    _check_kinds([manifest])
    _check_secrets(manifest)


def manifest_photos(
    manifest: str, folder: Path, known: Iterable[str] = ()
) -> Events[dict[str, None]]:
    """The photos that a manifest names, as a project calls them, in its order and each once.

    manifest : a text file with a path or URL a line, a CSV, TSV or Parquet file with a column of
    them, or itself the tar file, `shard-{000..009}.tar` for several.  Relative paths are below
    `folder`.  known : paths, of which those in a tar file that cannot be read stay.
    Places outside the folder may be read from now on.  Raises ManifestError.
    """
    check_manifest(manifest)
    entries = list(dict.fromkeys(map(_checked, dict.fromkeys(_entries(manifest)))))
    _check_kinds(entries)
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
    archives = [_archive(entry, folder) for entry in entries if _is_tar(entry)]
    found: dict[str, None] = {}
    reading = read_ahead(_members, archives, threads=_AT_ONCE, ahead=2 * _AT_ONCE)
    with closing(reading) as contents:
        for entry in entries:
            if not _is_tar(entry):
                found[entry] = None
                continue
            inside = next(contents)
            if isinstance(inside, OSError):
                yield Skipped(entry, reason_in_words(UNREAD_FILE.format(why=in_english(inside))))
                found |= dict.fromkeys(path for path in known if path.startswith(f"{entry}/"))
            else:
                found |= {f"{entry}/{name}": None for name in inside}
            yield Progressed(len(found))
    if not found:
        raise ManifestError(
            tr(
                "The manifest {manifest} names no photo: it must hold a path or a URL a line, or a "
                "column of them.",
                manifest=manifest,
            )
        )
    return found


def _members(archive: str) -> Mapping[str, Member] | OSError:
    try:
        return members(archive)
    except OSError as error:
        return error


def _is_tar(entry: str) -> bool:
    return entry.lower().endswith(_TAR)


def _archive(entry: str, folder: Path) -> str:
    return entry if _is_outside(entry) else str((folder / entry).absolute())


def _entries(manifest: str) -> Iterator[str]:
    """With a series of tar files as its members.  Raises ManifestError."""
    names = [manifest] if _is_tar(manifest) else _listed(manifest)
    shards = 0
    for name in filter(None, names):
        if _is_tar(name) and len(name) <= _LONGEST:
            shards += prod(max(0, int(b) - int(a) + 1) for a, b in _RANGE.findall(name))
        if shards > _MOST_SHARDS:
            raise ManifestError(
                tr(
                    "{name} names more than {n} tar files: name fewer.",
                    name=_short(name),
                    n=_MOST_SHARDS,
                )
            )
        yield from _expanded(name)


def _listed(manifest: str) -> Iterable[str]:
    suffix = PurePath(manifest).suffix.lower()
    try:
        content = read_address(manifest, most_bytes=MOST_TABLE_BYTES + 1)
        if len(content) > MOST_TABLE_BYTES:
            raise OSError(0, _too_large())
        if suffix == ".parquet":
            return list(_column_of_parquet(content))
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


def _column_of_parquet(content: bytes) -> Iterator[str]:
    """Bit by bit, since little may stand for much.  Raises ValueError."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        file: Any = pq.ParquetFile(io.BytesIO(content))
        name = _chosen(file.schema_arrow.names)
        kind = str(file.schema_arrow.field(name).type) if name else ""
        if "string" not in kind or "<" in kind.removeprefix("dictionary<"):
            raise ValueError(tr("its column {column} holds no text", column=_short(name)))
        file = pq.ParquetFile(io.BytesIO(content), read_dictionary=[name])
        left = MOST_TABLE_BYTES
        for batch in file.iter_batches(batch_size=_ROWS, columns=[name]):
            column = batch.column(0)
            lengths = pc.binary_length(column.dictionary).take(column.indices)
            left -= _BYTES_A_ROW * len(column) + (pc.sum(lengths).as_py() or 0)
            if left < 0:
                raise OSError(0, _too_large())
            yield from (str(value or "").strip() for value in column.to_pylist())
    except pa.ArrowException as error:
        raise ValueError(str(error)) from error


def _too_large() -> str:
    return tr("it is larger than {megabytes:,.0f} MB", megabytes=MOST_TABLE_BYTES / 1e6)


def _chosen(names: Iterable[str]) -> str:
    """The column that holds paths: by its name, else the first."""
    by_name = {name.strip().lower(): name for name in reversed(list(names))}
    return next((by_name[name] for name in _COLUMNS if name in by_name), next(iter(names), ""))


def _expanded(name: str) -> Iterator[str]:
    """
    >>> list(_expanded("s-{08..10}.tar"))
    ['s-08.tar', 's-09.tar', 's-10.tar']
    """
    found = _RANGE.search(name) if _is_tar(name) and len(name) <= _LONGEST else None
    if found is None:
        yield name
        return
    first, last = found.groups()
    for number in range(int(first), int(last) + 1):
        yield from _expanded(f"{name[: found.start()]}{number:0{len(first)}}{name[found.end() :]}")


def _checked(entry: str) -> str:
    """As a project calls it.  Raises ManifestError."""
    if len(entry) > _LONGEST or _CONTROL.search(entry):
        raise ManifestError(
            tr(
                "The manifest names {path}, which is no path: one has up to {n} letters, on one "
                "line.",
                path=_short(entry),
                n=_LONGEST,
            )
        )
    if is_address(entry):
        _check_secrets(entry)
        return entry
    path = PurePath(entry)
    if ".." in path.parts:
        raise ManifestError(
            tr(
                "The manifest names {path}, which leads out of the folder: write such a path from "
                "the root, or as file://….",
                path=_short(entry),
            )
        )
    return path.as_posix()


def _short(text: str) -> str:
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= _LONGEST_TOLD else f"{text[: _LONGEST_TOLD - 1]}…"


def _is_outside(entry: str) -> bool:
    return is_address(entry) or PurePath(entry).is_absolute()


def _check_secrets(entry: str) -> None:
    """A photo is called by its URL, in the project and in what leaves it.  Raises ManifestError."""
    if local_file(entry) is not None or not is_readable_kind(entry):
        return
    server = place_of(entry).partition("://")[2]
    is_named = "@" in server and (kind_of_address(entry) in WEB or ":" in server)
    if is_named or _KEYS.search(entry):
        raise ManifestError(
            tr(
                "URLs of {server} hold a key or a password, which would stand in the project and "
                "in exports: name the photos without it, and give it to this computer as .netrc, "
                "or as the server's own program keeps it.",
                server=server.rpartition("@")[2],
            )
        )


def _check_kinds(entries: Iterable[str]) -> None:
    """Raises ManifestError."""
    kinds: Mapping[str, str] = {
        kind_of_address(entry): entry for entry in entries if is_address(entry)
    }
    for kind, entry in kinds.items():
        if not is_readable_kind(entry):
            raise ManifestError(
                tr(
                    "Photos at {kind}:// are not read: name them at https://, s3://, gs:// or "
                    "az://, or as files.",
                    kind=_short(kind),
                )
            )
        if missing := missing_package(entry):
            raise ManifestError(
                tr(
                    "Photos at {kind}:// need a package that is not installed ({missing}): install "
                    "it with pip, then run the command again.",
                    kind=kind,
                    missing=missing,
                )
            )
