"""What a person chooses about an export, beside its format."""

from dataclasses import dataclass
from enum import StrEnum

from cdul_app.errors import ExportError
from cdul_app.language import tr

SPLIT_NAMES = ("train", "val", "test")


class Which(StrEnum):
    """Which labels are written."""

    ALL = "all"  # of every photo that is scored or answered, a person's answers first
    REVIEWED = "reviewed"  # of the photos with an answer
    ANSWERS = "answers"  # a person's answers, and nothing of the machine


class PhotoFiles(StrEnum):
    """How photos come into a folder that holds them."""

    LINK = "link"  # as hard links where the disk has them, else as copies
    COPY = "copy"
    NONE = "none"  # labels alone


class Several(StrEnum):
    """Where a photo goes that has several labels, in a format that has room for one."""

    BEST = "best"  # to the class with the highest score, an answer before any score
    EACH = "each"  # into each of its classes
    LEAVE_OUT = "leave-out"


@dataclass(frozen=True)
class ExportOptions:
    """Raises ExportError for shares of a split that are none."""

    which: Which = Which.ALL
    query: str = ""  # only the photos that it finds, see query.photo_query
    photo_ids: frozenset[int] | None = None  # only these; None: all
    scores: bool = False  # soft scores too, in the tables where they may be left out
    bom: bool = False  # a mark by which Excel knows UTF-8, in CSV
    photos: PhotoFiles = PhotoFiles.LINK
    split: tuple[float, ...] = ()  # shares of train, val and test; empty: all is one
    seed: int = 0  # of the split
    several: Several | None = None  # None: not chosen, and asked for where it must be
    keep_theirs: bool = False  # files in a folder that no export wrote stay, and are told

    def __post_init__(self) -> None:
        if self.split and not (
            2 <= len(self.split) <= len(SPLIT_NAMES) and all(share > 0 for share in self.split)
        ):
            raise ExportError(
                tr(
                    "A split needs two or three shares above 0, of train, val and test, such as "
                    "0.8,0.1,0.1."
                )
            )
