"""One file of the Hugging Face hub, fetched so that it can be stopped and continued.

huggingface_hub's `hf_hub_download` writes to a temporary file of a unique name and removes it when
it fails, so it cannot continue; it also reports every 10 MB only.  Here its public parts are put
together otherwise: `hf_hub_url`, `get_hf_file_metadata` (size, checksum), its headers (token) and
its session (proxies, offline mode), read as plain HTTP with a Range.
"""

import hashlib
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdul_app.language import tr
from cdul_app.models.damaged_files import words_of
from cdul_app.written_files import make_folder, sync_folder

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_REPORTS = 0.1
_SECONDS_WITHOUT_DATA = 10.0
_TRIES_WITHOUT_PROGRESS = 3


class HubUnavailable(Exception):  # noqa: N818 - it carries half a sentence for an EncoderError
    """Why the hub does not give a file, as half a sentence."""


@dataclass(frozen=True)
class HubFile:
    """One file as the hub described it."""

    name: str
    url: str
    size: int  # bytes
    etag: str  # SHA-256 of the content for large files, else git's hash of it

    def path_in(self, folder: Path) -> Path:
        return folder / self.name

    def partial_in(self, folder: Path) -> Path:
        """What has arrived so far; named after the content, so that versions never mix."""
        tag = re.sub(r"[^A-Za-z0-9]", "", self.etag)[:16] or "unnamed"
        return folder / f"{self.name}.{tag}.incomplete"

    def remove_partials(self, folder: Path) -> None:
        """What has arrived of other versions, which nobody continues."""
        name = re.compile(re.escape(self.name) + r"\.[A-Za-z0-9]{1,16}\.incomplete")
        for path in folder.iterdir():
            if name.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def bytes_in(self, folder: Path) -> int:
        """Bytes of it that are already there."""
        for path in (self.path_in(folder), self.partial_in(folder)):
            if path.is_file():
                return min(path.stat().st_size, self.size)
        return 0


def find_hub_file(repo: str, names: Sequence[str]) -> HubFile:
    """Ask the hub for the first of `names` that the repository has.  Raises HubUnavailable."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError

    _refuse_when_offline()
    # Read now, not at import as the library does, so that it can be set while the app runs.
    endpoint = os.environ.get("HF_ENDPOINT", "").rstrip("/") or None
    for name in names:
        url = hf_hub_url(repo, name, endpoint=endpoint)
        with _hub_errors_told(repo):
            try:
                metadata = get_hf_file_metadata(url, endpoint=endpoint)
            except EntryNotFoundError:
                continue
        if metadata.size is None or metadata.etag is None:
            raise HubUnavailable(tr("{url} does not answer like the Hugging Face hub", url=url))
        if metadata.commit_hash is not None:  # the same version, should the repository change
            url = hf_hub_url(repo, name, revision=metadata.commit_hash, endpoint=endpoint)
        return HubFile(name, url, metadata.size, metadata.etag)
    raise HubUnavailable(tr("{repo} has no file {names}", repo=repo, names=tr(" or ").join(names)))


def download_hub_file(file: HubFile, folder: Path) -> Iterator[int | str]:
    """Fetch `file` into `folder`: yields the bytes that are there, and notes in words.

    Continues what an earlier call left.  Raises HubUnavailable, OSError for the disk.
    """
    if file.bytes_in(folder) == file.size and file.path_in(folder).is_file():
        yield file.size
        return
    make_folder(folder)
    partial = file.partial_in(folder)
    missing = file.size - file.bytes_in(folder)
    free = shutil.disk_usage(folder).free
    if free < missing:
        raise HubUnavailable(
            tr(
                "it needs {missing:,.0f} MB and the disk has {free:,.0f} MB left",
                missing=missing / 1e6,
                free=free / 1e6,
            )
        )
    _remove_foreign(partial)
    continued = partial.exists()
    failures = 0
    while True:
        before = file.bytes_in(folder)
        try:
            yield from _append_from_hub(file, partial)
            problem = _problem(file, partial)
            if not problem:
                break
            partial.unlink()
            if not continued:
                raise HubUnavailable(
                    tr("{problem}; what has arrived was thrown away", problem=problem)
                )
            continued = False
            yield tr(
                "What an earlier download has left is not usable ({problem}): starting over.",
                problem=problem,
            )
        except transport_errors() as error:
            after = file.bytes_in(folder)
            failures = 1 if after > before else failures + 1
            if failures > _TRIES_WITHOUT_PROGRESS:
                _log.warning("%s: %s", file.url, words_of(error))
                raise HubUnavailable(
                    tr("the connection broke off again and again; what has arrived is kept")
                ) from error
            yield tr(
                "The connection broke off at {after:,.1f} MB; trying again.",
                after=after / 1e6,
            )
    partial.replace(file.path_in(folder))
    sync_folder(folder)
    file.remove_partials(folder)
    yield file.size


def _append_from_hub(file: HubFile, partial: Path) -> Iterator[int]:
    from huggingface_hub import get_session
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined] # lazy there

    have = partial.stat().st_size if partial.is_file() else 0
    if have >= file.size:
        return
    _refuse_when_offline()
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    # A redirect to another host (the hub's storage) loses the token: the client drops it.
    session: Any = get_session()
    with session.stream(
        "GET", file.url, headers=headers, timeout=_SECONDS_WITHOUT_DATA, follow_redirects=True
    ) as response:
        if response.status_code not in (200, 206):
            raise HubUnavailable(
                tr("the hub answers with status {status}", status=response.status_code)
            )
        wanted = re.fullmatch(rf"bytes {have}-.*", response.headers.get("Content-Range", ""))
        if response.status_code == 200:
            have = 0  # the server does not know ranges, it sends all of it
        elif wanted is None:
            partial.unlink(missing_ok=True)
            raise HubUnavailable(tr("the hub sends another part than was asked for"))
        last_report = float("-inf")
        with os.fdopen(os.open(partial, _flags(have)), "wb", buffering=0) as target:
            for chunk in response.iter_bytes():
                if have + len(chunk) > file.size:
                    raise HubUnavailable(
                        tr(
                            "the hub sends more than the {size} bytes it has announced",
                            size=file.size,
                        )
                    )
                target.write(chunk)
                have += len(chunk)
                if time.monotonic() - last_report >= _SECONDS_BETWEEN_REPORTS:
                    yield have
                    last_report = time.monotonic()
    yield have


def _flags(have: int) -> int:
    """To append, or to begin; a link is not followed."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if have else os.O_TRUNC)
    return flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def _remove_foreign(partial: Path) -> None:
    """What has the name of a partial file and is a link, or a pipe, is none of ours."""
    if partial.is_symlink() or (partial.exists() and not partial.is_file()):
        partial.unlink()


def _problem(file: HubFile, partial: Path) -> str:
    """Why the content is not the one the hub has announced, as half a sentence, or empty."""
    arrived = partial.stat().st_size if partial.is_file() else 0
    if arrived != file.size:
        return tr(
            "{arrived} bytes arrived where {size} were announced", arrived=arrived, size=file.size
        )
    digest: Any
    if re.fullmatch(r"[0-9a-f]{64}", file.etag):
        digest = hashlib.sha256()
    elif re.fullmatch(r"[0-9a-f]{40}", file.etag):  # git's, of a small file
        digest = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    else:
        return ""
    with partial.open("rb") as content:
        while block := content.read(2**20):
            digest.update(block)
    return "" if digest.hexdigest() == file.etag else tr("its checksum is wrong")


def _unreachable(error: BaseException) -> str:
    """Half a sentence; what the system says of it goes to the log."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return tr("the hub answers with status {status}", status=status)
    return tr("the Hugging Face hub cannot be reached from this computer: check its connection")


def _refuse_when_offline() -> None:
    from huggingface_hub.constants import ENV_VARS_TRUE_VALUES

    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ENV_VARS_TRUE_VALUES:
        raise HubUnavailable(tr("HF_HUB_OFFLINE is set"))


def transport_errors() -> tuple[type[BaseException], ...]:
    """What says that the hub, or the way to it, does not work."""
    # The HTTP client of huggingface_hub changes with its versions; its errors' common base is the
    # first base of the hub's own error in all of them.
    from huggingface_hub.errors import FileMetadataError, HfHubHTTPError

    return (HfHubHTTPError.__mro__[1], FileMetadataError)


@contextmanager
def _hub_errors_told(repo: str) -> Iterator[None]:
    """Turns what huggingface_hub raises into HubUnavailable, all but EntryNotFoundError."""
    from huggingface_hub import errors

    try:
        yield
    except errors.GatedRepoError as error:
        raise HubUnavailable(
            tr(
                "{repo} asks for an account: accept its terms there and run “hf auth login”",
                repo=repo,
            )
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise HubUnavailable(tr("the hub has no repository {repo}", repo=repo)) from error
    except errors.OfflineModeIsEnabled as error:
        raise HubUnavailable(tr("HF_HUB_OFFLINE is set")) from error
    except errors.EntryNotFoundError:
        raise
    except transport_errors() as error:
        _log.warning("%s: %s", repo, words_of(error))
        raise HubUnavailable(_unreachable(error)) from error
    # What the HTTP client says, as it is made, of a proxy in the environment it does not speak.
    except (ImportError, ValueError) as error:
        raise HubUnavailable(
            tr("the proxy that the environment names cannot be used: {why}", why=words_of(error))
        ) from error
