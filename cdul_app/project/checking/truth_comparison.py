"""What an open project's labels are measured against truth with: arrays, for a job to work on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import name_key
from cdul_app.errors import ProjectError
from cdul_app.language import tr
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from cdul_app.method.arrays import IntArray
from cdul_app.paths import ProjectLocation
from cdul_app.project.classes.class_table import ClassTable
from cdul_app.project.labels.class_thresholds import automatic_thresholds
from cdul_app.project.labels.label_matrices import label_matrix
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore

Scores = dict[LabelKind, NDArray[np.float32]]  # (n_photos, n_classes) each, NaN where not scored


@dataclass(frozen=True)
class EvaluatedLabels:
    """The labels of a project as they were, for a thread that does not own it.

    Scores are the machine's own: a person's answers do not improve them here.
    """

    location: ProjectLocation
    photo_ids: NDArray[np.int64]  # (n_photos,)
    classes: ClassTable
    answers: NDArray[np.int8]  # (n_photos, n_classes), -1 unobserved, 0 no, 1 yes
    shown: LabelKind | None  # the kind that the project's thresholds cut
    known: Scores  # those that are in memory

    @classmethod
    def of(cls, project: Project) -> "EvaluatedLabels":
        return cls(
            project.location,
            project.photos.ids,
            project.classes,
            project.answers.copy(),
            project.display_kind,
            project.known_scores(),
        )

    def scores(self) -> Scores:
        """Of each kind that there is; what is not in memory is read."""
        missing = [kind for kind in EVALUATED_KINDS if kind not in self.known]
        found = dict(self.known)
        with ProjectStore(self.location.database) as store:
            for kind in missing:
                stored = store.labels.read(kind)
                if stored is not None:
                    found[kind] = label_matrix(stored, self.photo_ids, self.classes.ids)
        return {kind: found[kind] for kind in EVALUATED_KINDS if kind in found}

    def thresholds(self, kind: LabelKind, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n_classes,) the project's own of the labels that are shown; of another kind, whose
        scores lie on another scale, those that its scores and the same answers give."""
        if kind is self.shown:
            return np.array([record.threshold for record in self.classes])
        found = automatic_thresholds(scores, self.answers)
        return np.where(np.isnan(found), DEFAULT_THRESHOLD, found)


@dataclass(frozen=True)
class Comparison:
    """Truth and scores on the same axes: the photos and classes that truth names."""

    truth: IntArray  # (n_images, n_classes) 0/1
    scores: Scores  # (n_images, n_classes) each
    columns: NDArray[np.intp]  # (n_classes,) of the project
    class_names: tuple[str, ...]

    @classmethod
    def of(cls, labels: EvaluatedLabels, scores: Scores, truth: IntArray) -> "Comparison":
        """truth : (n_photos, n_classes) of -1 unknown, 0 no, 1 yes.

        A photo on which truth leaves one of its classes open is not compared.  Raises ProjectError
        where none is left, or none is scored.
        """
        columns = np.flatnonzero((truth >= 0).any(axis=0))
        rows = np.flatnonzero((truth[:, columns] >= 0).all(axis=1)) if len(columns) else columns
        if not len(rows):
            raise ProjectError(
                tr(
                    "Truth leaves a class open on every photo, so there is nothing to compare: "
                    "take a file that says yes or no of each of its classes."
                )
            )
        block = np.ix_(rows, columns)
        scored = {
            kind: values[block]
            for kind, values in scores.items()
            if not np.isnan(values[block]).all()  # else they are of other photos or classes
        }
        if not scored:
            raise ProjectError(tr("There is nothing to evaluate yet: label the photos first."))
        records = [labels.classes[column] for column in columns]
        return cls(
            truth[block],
            scored,
            columns,
            tuple(record.name for record in records),
        )

    def column_of(self, class_name: str) -> int | None:
        """None where truth does not name the class, or has no photo of it."""
        keys = [name_key(name) for name in self.class_names]
        if name_key(class_name) not in keys:
            return None
        column = keys.index(name_key(class_name))
        return column if self.truth[:, column].any() else None
