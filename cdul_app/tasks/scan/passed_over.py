"""What a scan has seen and does not read: pictures of other kinds, and linked folders."""

from collections import Counter
from pathlib import PurePath

from cdul_app.language import ntr, tr
from cdul_app.settings.photo_files import UNREAD_PICTURE_SUFFIXES

_MOST_NAMED = 5  # links; more are counted


class PassedOver:
    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()  # files by suffix
        self._links: list[str] = []

    def add_file(self, name: str) -> None:
        """Notes a picture; what is plainly none does not count."""
        suffix = PurePath(name).suffix.lower()
        if suffix in UNREAD_PICTURE_SUFFIXES:
            self._kinds[suffix] += 1

    def add_link(self, path: str) -> None:
        self._links.append(path)

    def sentences(self) -> list[str]:
        """At most one of each, the commonest kinds first."""
        told = []
        if self._kinds:
            count = self._kinds.total()
            kinds = ", ".join(suffix for suffix, _ in self._kinds.most_common())
            told.append(
                ntr(
                    "{n} file of a kind this app cannot read: {kinds}.",
                    "{n} files of kinds this app cannot read: {kinds}.",
                    count,
                    kinds=kinds,
                )
            )
        if self._links:
            # A name may hold a line end, or bytes that are no text.
            named = ", ".join(_on_one_line(path) for path in sorted(self._links)[:_MOST_NAMED])
            more = len(self._links) - _MOST_NAMED
            if more > 0:
                named = tr("{names} and {more} more", names=named, more=more)
            told.append(tr("Linked folders are not followed: {names}.", names=named))
        return told


def _on_one_line(path: str) -> str:
    """The path on one line."""
    return " ".join(path.encode(errors="backslashreplace").decode().split())
