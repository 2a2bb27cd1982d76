"""Photos on their way to the encoder, and back."""

from collections.abc import Generator
from pathlib import Path
from typing import Protocol

from cdul_app.errors import in_english
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.photos.elsewhere.distant_photo import ElsewhereError
from cdul_app.photos.files import photo_file
from cdul_app.photos.photo_request import PhotoSource
from cdul_app.photos.unreadable import ELSEWHERE, GONE, UNREAD_FILE
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.storage.shared_cache import SharedCache
from cdul_app.tasks.scan.fingerprints import fingerprint_file, fingerprint_files


class EncodedQueue(Protocol):
    """What is known of the photos that come back encoded, wherever that was done."""

    known: set[int]  # keys that were not to be encoded
    fingerprints: dict[int, str]
    unsaved_fingerprints: list[tuple[int, str]]
    unsaved_unreachable: list[tuple[int, str]]  # with reasons

    def is_still_there(self, key: int) -> bool:
        """Whether the file of a photo that could not be read is as it was, so that the fault is in
        its content."""

    def saved(self) -> None:
        """All that was given out so far is stored."""


class PhotoQueue:
    """Photos on their way to the encoder: fingerprinted, the cached and the unreadable left out,
    with what this machine knows of those that it has seen."""

    def __init__(
        self,
        waiting: dict[int, str],
        folder: Path,
        cached: set[str],
        encoding: Encoding,
        shared: SharedCache | None,
    ) -> None:
        self._encoding = encoding
        # Asked of each photo only where it knows any.
        knows = shared is not None and shared.knows_photos(encoding.encoder_key, encoding.plan)
        self._shared = shared if knows else None
        self.known: set[int] = set()  # keys that were not to be encoded
        self._waiting = waiting
        self._folder = folder
        self._seen = set(cached)
        self.fingerprints: dict[int, str] = {}
        self.unsaved_fingerprints: list[tuple[int, str]] = []
        self.unsaved_unreachable: list[tuple[int, str]] = []

    def is_still_there(self, key: int) -> bool:
        """Whether the file can be read as before, so that the fault is in its content."""
        try:
            file = photo_file(self._folder, self._waiting[key])
            return fingerprint_file(file) == self.fingerprints[key]
        except OSError:
            return False

    def photos(self) -> Generator[tuple[int, PhotoSource] | EmbeddedPhoto, None, None]:
        # One at a time: a million paths are half a gigabyte.
        files = ((key, photo_file(self._folder, path)) for key, path in self._waiting.items())
        for key, fingerprint, source in fingerprint_files(files):
            if isinstance(fingerprint, OSError):
                self.unsaved_unreachable.append((key, _reason(fingerprint)))
                continue
            self.fingerprints[key] = fingerprint
            self.unsaved_fingerprints.append((key, fingerprint))
            if fingerprint in self._seen:  # the same photo under another name
                continue
            self._seen.add(fingerprint)
            known = self._embedded(key, fingerprint)
            yield (key, source) if known is None else known

    def _embedded(self, key: int, fingerprint: str) -> EmbeddedPhoto | None:
        if self._shared is None:
            return None
        encoding = self._encoding
        known = self._shared.photo(
            encoding.encoder_key, encoding.plan, fingerprint, dimension=encoding.dimension
        )
        if known is None:
            return None
        self.known.add(key)
        return EmbeddedPhoto(key, known.views, known.width, known.height)

    def saved(self) -> None:
        """A photo that was given out can be had from its file again."""


def _reason(error: OSError) -> str:
    if isinstance(error, ElsewhereError):
        return ELSEWHERE
    if isinstance(error, FileNotFoundError):
        return GONE
    return UNREAD_FILE.format(why=in_english(error))
