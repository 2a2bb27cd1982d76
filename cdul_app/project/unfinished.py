"""What a cancel, a close or a crash has left to be done, beside labeling.

What labeling has left is told by `labeling.cost`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.events import Outcome
from cdul_app.language import tr
from cdul_app.project.run_words import run_in_words
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.records.run_records import PREDICT, SCORE, TRAIN

if TYPE_CHECKING:
    from cdul_app.project.project import Project


@dataclass(frozen=True)
class UnfinishedTraining:
    epoch: int  # finished ones, at least 1
    config: TrainingConfig  # to go on with; `epochs` are all of them


def unfinished_training(project: "Project") -> UnfinishedTraining | None:
    """None where there is none, or it would begin anew, since the photos were scored after it.

    To be asked while no job runs: one that runs has no end yet either.
    """
    run, scored = project.store.runs.last(TRAIN), project.store.runs.last(SCORE)
    if run is None or run.outcome is Outcome.DONE:
        return None
    if scored is not None and scored.identifier > run.identifier:
        return None
    epochs = project.store.runs.epochs(run.identifier)
    config = TrainingConfig.from_dict(run.config)
    return UnfinishedTraining(epochs[-1].epoch, config) if epochs else None


def unfinished_other_folder(project: "Project") -> str:
    """Where labeling another folder has left its labels, in a sentence; empty where none was
    stopped last."""
    run = project.store.runs.last()
    if run is None or run.kind != PREDICT or run.outcome not in (None, Outcome.CANCELLED):
        return ""
    folder = Path(str(run.config.get("on", "")))
    if folder == project.location.folder:
        return ""
    if run.summary:
        return run_in_words(run.summary)
    return tr("Labeling {folder} was interrupted before anything was written.", folder=folder.name)
