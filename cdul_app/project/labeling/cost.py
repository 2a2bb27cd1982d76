"""What labeling the photos of an open project would take now, and how a button says it."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from cdul_app.classes.reference_words import REFERENCE_WORDS
from cdul_app.events import Outcome
from cdul_app.language import ntr, tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.labeling.durations import duration_in_words
from cdul_app.project.labeling.encoder_states import encoder_state
from cdul_app.project.labeling.paces import seconds_of_texts
from cdul_app.project.labeling.runtimes import seconds_of_photos
from cdul_app.project.labeling.view_choice import ViewChoice, choose_views
from cdul_app.settings.configs import ScoringConfig

if TYPE_CHECKING:
    from cdul_app.project.project import Project

_SCORE = "score"  # the kind of run, as tasks.recorded_run has it


class LabelingAct(Enum):
    """What labeling would be."""

    FIRST = "first"  # nothing has a label
    CONTINUE = "continue"  # one was stopped half way
    NEW = "new"  # photos have come since
    AGAIN = "again"  # classes, encoder or settings are others
    NOTHING = "nothing"  # all photos have their labels


@dataclass(frozen=True)
class LabelingCost:
    act: LabelingAct
    photos_left: int  # that would get other labels than they have, or none so far
    download_megabytes: float | None  # 0: the encoder is here; None: only the hub knows
    seconds: float | None  # of encoding, the download not counted; None: not known

    @property
    def needs_download(self) -> bool:
        return self.download_megabytes != 0

    @property
    def words(self) -> str:
        """The title of the button: "Label 128 photos, about 2 min"."""
        n = self.photos_left
        if self.needs_download:
            size = self.download_megabytes
            if size is None:
                return ntr(
                    "Download the encoder and label {n} photo",
                    "Download the encoder and label {n} photos",
                    n,
                )
            return ntr(
                "Download {size} and label {n} photo",
                "Download {size} and label {n} photos",
                n,
                size=megabytes_in_words(size),
            )
        match self.act:
            case LabelingAct.CONTINUE:
                return ntr("Continue: {n} photo left", "Continue: {n} photos left", n)
            case LabelingAct.NEW:
                return ntr("Label {n} new photo", "Label {n} new photos", n)
            case LabelingAct.AGAIN:
                text = ntr("Label {n} photo again", "Label {n} photos again", n)
            case LabelingAct.FIRST:
                text = ntr("Label {n} photo", "Label {n} photos", n)
            case LabelingAct.NOTHING:
                return tr("Label again")
        return text if self.seconds is None else f"{text}, {duration_in_words(self.seconds)}"


def labeling_cost(project: "Project", config: ScoringConfig | None = None) -> LabelingCost:
    """With these settings, by default those that the project remembers.

    Asks no network and loads no torch: cheap enough for each refresh of a window.
    """
    config = project_views(project, config).config
    act, left, to_encode = _work(project, config)
    state = encoder_state(config.encoder)
    seconds = seconds_of_photos(config, to_encode)
    if seconds is not None and project.store.embeddings.latest_encoding(config.encoder) is None:
        words = len(project.classes) + len(REFERENCE_WORDS)
        seconds += seconds_of_texts(words * len(config.prompt_templates), config.device)
    return LabelingCost(act, left, state.megabytes_left if left else 0.0, seconds)


def project_views(project: "Project", config: ScoringConfig | None = None) -> ViewChoice:
    """`choose_views` for the photos of an open project that can be read."""
    photos = int(np.count_nonzero(~project.photos.failed))
    return choose_views(
        project.store,
        config or project.settings.scoring,
        photos=photos,
        scored=project.scoring.state,
    )


def _work(project: "Project", config: ScoringConfig) -> tuple[LabelingAct, int, int]:
    """What labeling would be, of how many photos, and how many of these are to be encoded."""
    usable = ~project.photos.failed
    count = int(np.count_nonzero(usable))
    scores, state = project.scores(LabelKind.PSEUDO), project.scoring.state
    encoding = project.store.embeddings.latest_encoding(config.encoder, config.plan)
    if scores is None or state is None:
        encoded = 0 if encoding is None else project.store.embeddings.count(encoding)
        to_encode = max(0, count - encoded)
        if encoded and to_encode:  # it was killed before it labelled them
            return LabelingAct.CONTINUE, to_encode, to_encode
        return LabelingAct.FIRST, count, to_encode
    unlabelled = int(np.count_nonzero(usable & ~project.facts.scored.values()))
    is_of_state = encoding is not None and encoding.identifier == state.encoding.identifier
    if is_of_state and not project.scoring.is_stale_for(config):
        if not unlabelled:
            return LabelingAct.NOTHING, 0, 0
        stopped = _last_was_stopped(project)
        act = LabelingAct.CONTINUE if stopped else LabelingAct.NEW
        return act, unlabelled, unlabelled
    if is_of_state:
        return LabelingAct.AGAIN, count, unlabelled
    encoded = 0 if encoding is None else project.store.embeddings.count(encoding)
    return LabelingAct.AGAIN, count, max(0, count - encoded)


def _last_was_stopped(project: "Project") -> bool:
    last = next((run for run in project.runs.all() if run.kind == _SCORE), None)
    return last is not None and last.outcome is not Outcome.DONE


def megabytes_in_words(megabytes: float) -> str:
    """
    >>> megabytes_in_words(605), megabytes_in_words(1710)
    ('605 MB', '1.7 GB')
    """
    if megabytes >= 1000:
        return tr("{gigabytes:.1f} GB", gigabytes=megabytes / 1000)
    return tr("{megabytes:.0f} MB", megabytes=megabytes)
