"""What a query asks of the photos of an open project."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, ReviewState
from cdul_app.project.label_facts import REVIEW_STATES
from cdul_app.project.project_state import ProjectState
from cdul_app.query.query_terms import PathWord, StateWord


class SessionFacts:
    """The PhotoFacts of a session, as it is when they are asked for."""

    def __init__(self, session: ProjectState) -> None:
        self._session = session

    def __len__(self) -> int:
        return len(self._session.photos)

    def has_label(self, column: int) -> NDArray[np.bool_]:
        return self._session.predicted()[:, column]

    def label_counts(self) -> NDArray[np.int32]:
        return self._session.facts.label_counts.values()

    def answers_of(self, column: int) -> NDArray[np.int8]:
        return self._session.answers[:, column]

    def class_scores(self, kind: LabelKind | None, column: int) -> NDArray[np.float32] | None:
        wanted = kind or self._session.display_kind
        scores = None if wanted is None else self._session.scores(wanted)
        return None if scores is None else scores[:, column]

    def in_state(self, word: StateWord) -> NDArray[np.bool_]:
        if word is StateWord.FLAGGED:
            return self._session.flags
        if word is StateWord.REVIEWED:
            return np.asarray((self._session.answers != UNOBSERVED).any(axis=1))
        code = REVIEW_STATES.index(ReviewState(word.value))
        return np.asarray(self._session.review_codes() == code)

    def with_path(self, where: PathWord, pattern: str) -> NDArray[np.bool_]:
        return self._session.photos.texts.matching(where, pattern)
