"""What a query asks of the photos of an open project."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import ReviewState
from cdul_app.query.query_terms import PathWord, StateWord

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class QueryFacts:
    """The PhotoFacts of a project, as it is when they are asked for."""

    def __init__(self, project: "Project") -> None:
        self._project = project

    def __len__(self) -> int:
        return len(self._project.photos)

    def has_label(self, column: int) -> NDArray[np.bool_]:
        return self._project.facts.labels.values()[:, column]

    def label_counts(self) -> NDArray[np.int32]:
        return self._project.facts.label_counts.values()

    def answers_of(self, column: int) -> NDArray[np.int8]:
        return self._project.answers[:, column]

    def class_scores(self, kind: LabelKind | None, column: int) -> NDArray[np.float32] | None:
        wanted = kind or self._project.display_kind
        scores = None if wanted is None else self._project.scores(wanted)
        return None if scores is None else scores[:, column]

    def in_state(self, word: StateWord) -> NDArray[np.bool_]:
        if word is StateWord.FLAGGED:
            return self._project.flags
        if word is StateWord.CHANGED:
            return np.isin(self._project.photos.ids, self._project.runs.changed_photos())
        if word is StateWord.REVIEWED:
            return self._project.facts.in_state(ReviewState.ANSWERED)
        return self._project.facts.in_state(ReviewState(word.value))

    def with_path(self, where: PathWord, pattern: str) -> NDArray[np.bool_]:
        return self._project.photos.texts.matching(where, pattern)
