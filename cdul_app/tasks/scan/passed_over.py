"""What a scan has seen and does not read: pictures of other kinds, and linked folders."""

from collections import Counter
from pathlib import PurePath

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
            files = "1 file of a kind" if count == 1 else f"{count:,} files of kinds"
            told.append(f"{files} this app cannot read: {kinds}.")
        if self._links:
            # A name may hold a line end, or bytes that are no text.
            named = ", ".join(_on_one_line(path) for path in sorted(self._links)[:_MOST_NAMED])
            more = len(self._links) - _MOST_NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            told.append(f"Linked folders are not followed: {named}{rest}.")
        return told


def _on_one_line(path: str) -> str:
    """The path on one line."""
    return " ".join(path.encode(errors="backslashreplace").decode().split())
