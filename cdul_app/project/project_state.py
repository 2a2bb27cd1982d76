"""What an open project holds, as the windows show it."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cdul_app.errors import TruthError
from cdul_app.events import EpochFinished, PhotosListed
from cdul_app.formats.truth import match_truth
from cdul_app.formats.truth_files import read_truth
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.label_metrics import PrecisionRecall
from cdul_app.measures.label_report import SampleDesign
from cdul_app.measures.reviews import (
    UNOBSERVED,
    ReviewState,
    disagreements,
    predicted_classes,
)
from cdul_app.method.evidence import PhotoEvidence, view_similarities
from cdul_app.paths import ProjectLocation
from cdul_app.project.class_thresholds import ShownLabels
from cdul_app.project.evaluate import evaluate_project, precision_recall_of_class
from cdul_app.project.label_facts import REVIEW_STATES, LabelFacts
from cdul_app.project.label_matrices import answer_matrix, label_matrix
from cdul_app.project.photo_table import PhotoTable
from cdul_app.project.project_report import Designs, ensure_design, read_designs
from cdul_app.project.scored_state import ScoredState, read_scored_state
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.class_records import ClassRecord
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.run_records import RunRecord
from cdul_app.tasks.scan.scan import check_folder, is_half_listed

ProjectClass = ClassRecord


class ProjectState(QObject):
    """Reads the project's database, and says when something it shows has changed.

    Rows of every array are those of `photos`, columns those of `classes`.
    """

    photos_changed = Signal()
    photos_listed = Signal()  # names of a new folder, after those that were there
    classes_changed = Signal()
    scores_changed = Signal()
    thresholds_changed = Signal()
    answers_changed = Signal(object)  # rows, integer array
    undo_changed = Signal()
    runs_changed = Signal()
    truth_changed = Signal()

    def __init__(self, location: ProjectLocation, parent: QObject | None = None) -> None:
        """Open the project, made where there is none.  Raises FolderError, ProjectError."""
        super().__init__(parent)
        check_folder(location.folder)
        self.location = location
        self._store = ProjectStore(location.database, create=True)
        self._scores: dict[LabelKind, NDArray[np.float32] | None] = {}
        self._scored_state: ScoredState | None = None
        self._designs: Designs | None = None
        self._truth_labels: NDArray[np.int8] | None = None
        self.photos = PhotoTable.empty(location.folder)
        self.classes: tuple[ProjectClass, ...] = ()
        self.answers: NDArray[np.int8] = np.zeros((0, 0), dtype=np.int8)
        self.label_kinds: tuple[LabelKind, ...] = ()  # that there are, read or not
        self.flags: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self.facts = LabelFacts(self)
        self.answers_changed.connect(self.facts.update)  # before anyone who shows them
        self._load()

    @property
    def is_half_listed(self) -> bool:
        """Whether there may be photos in the folder that no scan has come to."""
        return not len(self.photos) or is_half_listed(self._store)

    def color_index(self, column: int) -> int:
        """Which of the class colours is this class's: it keeps it when the list is edited."""
        return self.classes[column].identifier - 1

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,), in [0, 1]."""
        return np.array([record.threshold for record in self.classes], dtype=np.float32)

    def scores(self, kind: LabelKind) -> NDArray[np.float32] | None:
        """(n_photos, n_classes) in [0, 1], NaN where not scored; None where the kind is absent."""
        if kind not in self._scores:
            labels = self._store.labels.read(kind)
            self._scores[kind] = (
                None
                if labels is None
                else label_matrix(
                    labels,
                    self.photos.ids,
                    [record.identifier for record in self.classes],
                )
            )
        return self._scores[kind]

    @property
    def display_kind(self) -> LabelKind | None:
        """The kind labels are shown from: the current pseudo labels, None before scoring."""
        return None if self.scores(LabelKind.PSEUDO) is None else LabelKind.PSEUDO

    @property
    def scored_encoder(self) -> str | None:
        """What the last scoring encoded with; None before it."""
        state = self._read_scored_state()
        return None if state is None else state.encoding.encoder

    @property
    def shown_run(self) -> RunRecord | None:
        """The run that the shown labels come from; None before scoring."""
        kind = self.display_kind
        number = None if kind is None else self._store.labels.run_of(kind)
        return next((run for run in self.runs() if run.identifier == number), None)

    def sorting_scores(self, column: int | None) -> NDArray[np.float32] | None:
        """(n_photos,) what photos are sorted by, for a class or, with None, for their best one:
        the classifier's scores, before training the ranking scores.  None before scoring."""
        kind = self.facts.ranking_kind(column)
        scores = None if kind is None else self.scores(kind)
        if scores is None:
            return None
        return self.facts.best.values() if column is None else scores[:, column]

    def predicted(self) -> NDArray[np.bool_]:
        """(n_photos, n_classes), not to be written to: the score reaches its threshold, or the
        answer is yes."""
        return self.facts.labels.values()

    def predicted_row(self, row: int) -> NDArray[np.bool_]:
        """(n_classes,): `predicted` of one photo, without looking at the others."""
        chosen = slice(row, row + 1)
        scores = self._shown_scores()[chosen]
        return np.asarray(predicted_classes(scores, self.thresholds, self.answers[chosen])[0])

    def uncertainty(self) -> NDArray[np.float32]:
        """(n_photos,) in [0, 1], 1 where a class lies on its threshold; NaN where not scored."""
        return self.facts.uncertainty.values()

    def likely_errors(self) -> NDArray[np.float32] | None:
        """(n_photos,) in [0, 1], high where a trained classifier doubts a label that is shown and
        not answered; NaN where it has not seen the photo, None before training."""
        trained = self.scores(LabelKind.CLASSIFIER) is not None
        return self.facts.doubt.values() if trained else None

    def review_states(self) -> NDArray[np.str_]:
        """(n_photos,) values of ReviewState; an error outweighs a disagreement, that an answer."""
        return np.array([state.value for state in REVIEW_STATES])[self.review_codes()]

    def review_codes(self) -> NDArray[np.int8]:
        """(n_photos,) places in REVIEW_STATES: of very many photos a fiftieth of their names."""
        return self.facts.review_codes.values()

    def review_state(self, row: int) -> ReviewState:
        """The state of one photo, without looking at the others."""
        if self.photos.errors[row] is not None:
            return ReviewState.ERROR
        answers = self.answers[row : row + 1]
        if not (answers != UNOBSERVED).any():
            return ReviewState.UNREVIEWED
        scores = self._shown_scores()[row : row + 1]
        if self.display_kind is not None and disagreements(scores, self.thresholds, answers)[0]:
            return ReviewState.DISAGREEMENT
        return ReviewState.ANSWERED

    def evidence(self, row: int) -> PhotoEvidence | None:
        """What each snippet says of a photo, from its stored embeddings; None where not scored."""
        state = self._read_scored_state()
        if state is None:
            return None
        views = self._store.embeddings.views_of_photo(state.encoding, int(self.photos.ids[row]))
        if views is None:
            return None
        whole, local = view_similarities(
            views,
            state.class_embeddings,
            temperature=state.temperature,
            background_embeddings=state.background_embeddings,
        )
        columns = {identifier: column for column, identifier in enumerate(state.class_ids)}
        sources = [columns.get(record.identifier, -1) for record in self.classes]
        whole = np.append(whole, np.nan)[sources]  # column -1 is a class not scored yet
        local = np.column_stack([local, np.full(len(local), np.nan)])[:, sources]
        return PhotoEvidence(state.encoding.plan, whole, local, state.encoding.encoder)

    @property
    def is_stale(self) -> bool:
        """Whether classes or scoring settings differ from those of the last scoring."""
        state = self._read_scored_state()
        if state is None:
            return False
        config = self.scoring_config
        return (
            [record.identifier for record in self.classes] != list(state.class_ids)
            or tuple(config.prompts_of([record.definition for record in self.classes]))
            != state.prompts
            or (config.encoder, config.plan, config.zeta, config.temperature, config.background)
            != (
                state.config.encoder,
                state.config.plan,
                state.config.zeta,
                state.config.temperature,
                state.config.background,
            )
        )

    def shown_labels(self) -> ShownLabels | None:
        """The scores that labels are cut from, with the answers; None before scoring."""
        if self.display_kind is None:
            return None
        scores = self._shown_scores()
        ids = tuple(self.photos.ids.tolist())
        return (
            None if np.isnan(scores).all() else ShownLabels(ids, self.classes, scores, self.answers)
        )

    def sample_designs(self) -> Designs:
        """The random sample of each class, None where none was drawn; empty before scoring."""
        shown = self.shown_labels()
        if self._designs is None and shown is not None:
            self._designs = read_designs(self._store, shown)
        return self._designs or ()

    def sample_design(self, column: int) -> SampleDesign | None:
        """The random sample of one class, drawn where there is none; None before scoring."""
        shown = self.shown_labels()
        if shown is None:
            return None
        design = self.sample_designs()[column]
        if design is None:
            design = ensure_design(self._store, shown, column)
            self._designs = None
        return design

    # ---- settings, truth and runs ----

    @property
    def scoring_config(self) -> ScoringConfig:
        return ScoringConfig.from_dict(self._store.settings.get("scoring_config", {}))

    @property
    def training_config(self) -> TrainingConfig:
        return TrainingConfig.from_dict(self._store.settings.get("training_config", {}))

    @property
    def truth_file(self) -> Path | None:
        file = self._store.settings.get("truth_file")
        return Path(file) if file else None

    def truth_labels(self) -> NDArray[np.int8] | None:
        """(n_photos, n_classes) of -1 unknown, 0 no, 1 yes; None where no truth can be read."""
        if self._truth_labels is None and self.truth_file is not None:
            try:
                rows, columns, labels = match_truth(
                    read_truth(self.truth_file),
                    self.photos.paths,
                    [record.name for record in self.classes],
                )
            except TruthError:
                return None
            self._truth_labels = np.full(self.answers.shape, -1, dtype=np.int8)
            self._truth_labels[np.ix_(rows, columns)] = labels
        return self._truth_labels

    def evaluation(self) -> dict[str, Any] | None:
        """The object of `evaluate --json`; None without truth or scores.  Raises TruthError."""
        if self.truth_file is None or self.display_kind is None:
            return None
        return evaluate_project(self.location, self.truth_file)

    def precision_recall(self, class_name: str) -> dict[LabelKind, PrecisionRecall]:
        """The curve of each kind of label; empty without truth or scores.  Raises TruthError."""
        if self.truth_file is None or self.display_kind is None:
            return {}
        return precision_recall_of_class(self.location, self.truth_file, class_name)

    def runs(self) -> list[RunRecord]:
        """Newest first."""
        return self._store.runs.all()

    def run_history(self, run_id: int) -> list[EpochFinished]:
        return self._store.runs.epochs(run_id)

    # ---- reading the database ----

    def _load(self, photos: PhotoTable | None = None) -> None:
        """Read all; `photos` where a job has read them already."""
        self.photos = photos or PhotoTable.read(self.location.folder, self._store)
        self._load_classes()

    def _load_classes(self) -> None:
        self.classes = tuple(self._store.classes.all())
        self._scores.clear()
        self._scored_state = None
        self._read_answers()

    def _list_photos(self, listed: PhotosListed) -> None:
        """Show more photos, unless they are here; they have neither scores nor answers."""
        if len(self.photos) and listed.ids[0] <= self.photos.ids.max():
            return
        self.photos = self.photos.extended(listed.ids, listed.paths)
        self._scores.clear()
        self._read_answers()
        self.photos_listed.emit()

    def _replace_photos(self, photos: PhotoTable) -> None:
        """Other photos in another order, and no score is other than it was."""
        rows = self.photos.rows_by_id.find(photos.ids)
        came_back = len(self.photos) and (photos.ids[rows < 0] < self.photos.ids.max()).any()
        if came_back:  # with scores that are not here
            self._scores.clear()
        for kind, scores in self._scores.items():
            if scores is not None and not np.array_equal(rows, np.arange(len(scores))):
                self._scores[kind] = np.where(rows[:, None] < 0, np.nan, scores[rows])
        self.photos = photos
        self._read_answers()

    def _read_answers(self) -> None:
        self.flags = np.isin(self.photos.ids, self._store.flags.all())
        self.answers = answer_matrix(
            self._store, self.photos.ids, [record.identifier for record in self.classes]
        )
        self._designs = None
        self._truth_labels = None
        self.label_kinds = tuple(self._store.labels.kinds())
        self.facts.forget()

    def _read_scored_state(self) -> ScoredState | None:
        if self._scored_state is None:
            self._scored_state = read_scored_state(self._store)
        return self._scored_state

    def _shown_scores(self) -> NDArray[np.float32]:
        kind = self.display_kind
        scores = None if kind is None else self.scores(kind)
        if scores is None:
            return np.full(self.answers.shape, np.nan, dtype=np.float32)
        return scores
