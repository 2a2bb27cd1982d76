"""What a query over photos is made of, once it has been read."""

from dataclasses import dataclass
from enum import StrEnum

from cdul_app.measures.label_kinds import LabelKind


class StateWord(StrEnum):
    """States of a photo that a query can ask for; the values are the words."""

    UNREVIEWED = "unreviewed"  # no class answered
    REVIEWED = "reviewed"  # as answered
    ANSWERED = "answered"  # any class answered
    DISAGREEMENT = "disagreement"  # an answer contradicts the machine
    UNSURE = "unsure"  # holds a suggested label that is unsure and not answered
    UNLABELLED = "unlabelled"  # neither scored nor answered
    ERROR = "error"  # the photo could not be read
    FLAGGED = "flagged"
    CHANGED = "changed"  # the last scoring or training gave it other labels


class Comparison(StrEnum):
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "="


# Scores by the words a query has for them; None is the score that makes the labels.
SCORE_WORDS: dict[str, LabelKind | None] = {
    "score": None,
    "clip": LabelKind.INITIAL,
    "classifier": LabelKind.CLASSIFIER,
    "global": LabelKind.GLOBAL,
    "snippet": LabelKind.LOCAL_MAX,
    "aggregated": LabelKind.AGGREGATED,
    "ranking": LabelKind.RANKING,
}


class ClassWord(StrEnum):
    LABEL = "label"  # the label as it is shown
    YES = "yes"  # a person said yes
    NO = "no"  # a person said no


class PathWord(StrEnum):
    ANYWHERE = "anywhere"  # in the folder or the name: a bare word
    NAME = "name"
    FOLDER = "folder"


@dataclass(frozen=True)
class ClassTerm:
    word: ClassWord
    column: int


@dataclass(frozen=True)
class ScoreTerm:
    kind: LabelKind | None
    column: int
    comparison: Comparison
    number: float


@dataclass(frozen=True)
class CountTerm:
    """How many labels a photo has."""

    comparison: Comparison
    number: float


@dataclass(frozen=True)
class StateTerm:
    word: StateWord


@dataclass(frozen=True)
class PathTerm:
    where: PathWord
    pattern: str  # `*` and `?` as in file names


@dataclass(frozen=True)
class Not:
    part: "Query"


@dataclass(frozen=True)
class All:
    parts: tuple["Query", ...]  # none: every photo


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Query", ...]


Query = ClassTerm | ScoreTerm | CountTerm | StateTerm | PathTerm | Not | All | AnyOf
EVERY_PHOTO = All(())
