"""A photo that is no file of its own in the project's folder."""

from dataclasses import dataclass

from cdul_app.errors import in_english
from cdul_app.photos.elsewhere.addresses import read_address
from cdul_app.photos.elsewhere.places import is_named, local_file
from cdul_app.photos.elsewhere.tar_members import member
from cdul_app.photos.unreadable import ELSEWHERE, GONE, UNREAD, UnreadablePhoto

MOST_BYTES = 256 * 2**20  # of a photo that is taken into memory as a whole


class ElsewhereError(PermissionError):
    """It lies where no manifest on this computer leads."""


@dataclass(frozen=True)
class DistantPhoto:
    """At a URL, in a tar file, or in a folder that no manifest has named on this computer."""

    address: str  # a URL, or a path from the root; of the tar file where it is a member of one
    member: str = ""
    is_inside: bool = False  # a tar file below the project's folder needs no name

    def __str__(self) -> str:
        return f"{self.address}/{self.member}" if self.member else self.address

    @property
    def name(self) -> str:
        return (self.member or self.address).rsplit("/", 1)[-1]

    @property
    def is_on_server(self) -> bool:
        return local_file(self.address) is None

    @property
    def may_be_read(self) -> bool:
        return self.is_inside or is_named(self.address)

    def read(self) -> bytes:
        """Its content, of which one byte more than MOST_BYTES at most.

        Raises OSError, of which ElsewhereError where this computer may not look there.
        """
        self._check_named()
        if not self.member:
            return read_address(self.address, most_bytes=MOST_BYTES + 1)
        found = member(self.address, self.member)
        if found is None:
            raise FileNotFoundError(2, "It is no longer in its tar file", str(self))
        size = min(found.size, MOST_BYTES + 1)
        content = read_address(self.address, start=found.start, most_bytes=size)
        if len(content) < size:
            raise OSError(0, "Its tar file ends within it", str(self))
        return content

    def size_and_time(self) -> tuple[int, int] | None:
        """Bytes, and when its file or tar file was changed (nanoseconds); None at a server, which
        is not asked.  Raises OSError."""
        file = local_file(self.address)
        if file is None:
            return None
        self._check_named()
        state = file.stat()
        if not self.member:
            return state.st_size, state.st_mtime_ns
        found = member(self.address, self.member)
        return None if found is None else (found.size, state.st_mtime_ns)

    def _check_named(self) -> None:
        if not self.may_be_read:
            raise ElsewhereError(13, ELSEWHERE.removesuffix("."), str(self))


def read_distant(photo: DistantPhoto) -> bytes:
    """As its `read`, but raises UnreadablePhoto."""
    try:
        return photo.read()
    except ElsewhereError as error:
        raise UnreadablePhoto(ELSEWHERE) from error
    except FileNotFoundError as error:
        raise UnreadablePhoto(GONE) from error
    except OSError as error:
        raise UnreadablePhoto(UNREAD.format(why=in_english(error))) from error
