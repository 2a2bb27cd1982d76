"""What a cancel, a close or a crash has left to be done, and which photos are new."""

import operator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cdul_app.events import Outcome
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.run_records import PREDICT, SCORE, TRAIN, RunRecord

if TYPE_CHECKING:
    from cdul_app.project.project import Project


@dataclass(frozen=True)
class UnfinishedTraining:
    epoch: int  # finished ones, at least 1
    config: TrainingConfig  # to go on with; `epochs` are all of them


@dataclass(frozen=True)
class Unfinished:
    half_listed: bool = False  # there may be photos in the folder that no scan has come to
    photos_left: int = 0  # of a scoring that was stopped, under the settings as they still are
    training: UnfinishedTraining | None = None
    other_folder: str = ""  # what became of labels of another folder, if nothing was run since
    new_photos: int = 0  # came since the last whole scoring, and are not known to be unreadable

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING = Unfinished()


@dataclass
class UnfinishedWork:
    """Worked out anew when another connection has written, or photos or scores are others."""

    project: "Project"
    _state: object = field(default=None, init=False)
    _known: tuple[object, ...] = field(default=(), init=False)
    _read: Unfinished = field(default=_NOTHING, init=False)

    def read(self) -> Unfinished:
        """A job that runs has no end yet either, and is not to be told from a killed one here."""
        project = self.project
        # The objects themselves, which are others where their content is.
        known = (project.photos, project.scores(LabelKind.PSEUDO))
        state = (project.store.version, project.settings.scoring)
        if state != self._state or any(map(operator.is_not, known, self._known)):
            self._state, self._known = state, known
            self._read = _unfinished(project)
        return self._read


def _unfinished(project: "Project") -> Unfinished:
    runs = project.store.runs
    last = runs.last(SCORE)
    stopped = last is not None and last.outcome is not Outcome.DONE
    left = _photos_left(project, last) if stopped and last is not None else 0
    new = 0 if left or project.display_kind is None else _not_scored(project)
    return Unfinished(
        half_listed=len(project.photos) > 0 and project.is_half_listed,
        photos_left=left,
        training=_training(project, last),
        other_folder=_other_folder(project),
        new_photos=new,
    )


def _photos_left(project: "Project", run: RunRecord) -> int:
    """0 where nothing of the run was kept, so that there is nothing to go on with."""
    begun, wanted = ScoringConfig.from_dict(run.config), project.settings.scoring
    if (begun.encoder, begun.plan) != (wanted.encoder, wanted.plan):
        return 0
    embeddings = project.store.embeddings
    encoding = embeddings.latest_encoding(begun.encoder, begun.plan)
    if encoding is None:
        return 0
    encoded, left = embeddings.counts(encoding)
    # Where all are encoded their labels may not have been written.
    return (left or _not_scored(project)) if encoded else 0


def _not_scored(project: "Project") -> int:
    """Photos that can be read and have no score."""
    scores, usable = project.scores(LabelKind.PSEUDO), ~project.photos.failed
    if scores is None:
        return int(usable.sum())
    for column in range(scores.shape[1]):
        absent = np.isnan(scores[:, column])
        if not absent.all():  # else the class is new; a set has all other classes of a photo
            return int((absent & usable).sum())
    return int(usable.sum())


def _training(project: "Project", scored: RunRecord | None) -> UnfinishedTraining | None:
    """None where it would begin anew, since the photos were scored after it."""
    run = project.store.runs.last(TRAIN)
    if run is None or run.outcome is Outcome.DONE:
        return None
    if scored is not None and scored.identifier > run.identifier:
        return None
    epochs = project.store.runs.epochs(run.identifier)
    config = TrainingConfig.from_dict(run.config)
    return UnfinishedTraining(epochs[-1].epoch, config) if epochs else None


def _other_folder(project: "Project") -> str:
    run = project.store.runs.last()
    if run is None or run.kind != PREDICT or run.outcome not in (None, Outcome.CANCELLED):
        return ""
    folder = Path(str(run.config.get("on", "")))
    if folder == project.location.folder:
        return ""
    return run.summary or f"Labeling {folder.name} was interrupted before anything was written."
