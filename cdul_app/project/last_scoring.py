"""What the last scoring of an open project used, and what it saw in a photo."""

from typing import TYPE_CHECKING

import numpy as np

from cdul_app.events import PhotosLabelled
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.evidence import PhotoEvidence, view_similarities
from cdul_app.project.labeling.choice import DEMO_WARNING
from cdul_app.project.labeling.view_choice import choose_views
from cdul_app.project.labels.scored_state import ScoredState, read_scored_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class LastScoring:
    """Read when first asked for, then kept."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._state: ScoredState | None = None

    def forget(self) -> None:
        """The photos were scored again."""
        self._state = None

    @property
    def state(self) -> ScoredState | None:
        """None before the first scoring."""
        if self._state is None:
            self._state = read_scored_state(self._project.store)
        return self._state

    @property
    def encoder(self) -> str | None:
        """What was encoded with; None before scoring."""
        return None if self.state is None else self.state.encoding.encoder

    @property
    def warning(self) -> str:
        """Why the labels of the last scoring are not to be believed; empty where they may be."""
        of_demo = self.encoder == DEMO_ENCODER and not self._project.settings.is_demo
        return tr(DEMO_WARNING) if of_demo else ""

    @property
    def is_stale(self) -> bool:
        """Whether classes or scoring settings differ from those of the last scoring."""
        return self.is_stale_for(self._project.settings.scoring)

    def is_stale_for(self, config: ScoringConfig) -> bool:
        """As `is_stale`, with other settings than those that are remembered."""
        state = self.state
        if state is None:
            return False
        definitions = self._project.classes.definitions
        return (
            self._project.classes.ids != state.class_ids
            or tuple(config.prompts_of(definitions)) != state.prompts
            or state.encoding.plan
            != choose_views(
                self._project.store, config, photos=len(self._project.photos), scored=state
            ).config.plan
            or any(
                getattr(config, name) != getattr(state.config, name)
                for name in ("encoder", "zeta", "temperature")
            )
        )

    def show_first_labels(self, labelled: PhotosLabelled) -> None:
        """While a scoring runs: of the photos without any label, and until the next reload."""
        project = self._project
        scores = project.scores(LabelKind.PSEUDO)
        if is_first := scores is None:
            scores = np.full(project.answers.shape, np.nan, dtype=np.float32)
        columns = {identifier: column for column, identifier in enumerate(project.classes.ids)}
        sources = [each for each, known in enumerate(labelled.class_ids) if known in columns]
        targets = [columns[labelled.class_ids[each]] for each in sources]
        rows = project.photos.rows_by_id.find(labelled.ids)
        places = np.flatnonzero(rows >= 0)
        places = places[np.isnan(scores[rows[places]]).all(axis=1)]
        if not places.size or not targets:
            return
        rows = rows[places]
        scores[rows[:, None], targets] = labelled.scores[places[:, None], sources]
        if is_first:
            project._scores[LabelKind.PSEUDO] = scores
            project.facts.forget()
            project.changes.scores()
        else:
            project.facts.update_scores(rows)
            project.changes.first_labels(rows)

    def evidence(self, row: int) -> PhotoEvidence | None:
        """What each snippet says of a photo, from its stored embeddings; None where not scored."""
        state, project = self.state, self._project
        if state is None:
            return None
        views = project.store.embeddings.views_of_photo(
            state.encoding, int(project.photos.ids[row])
        )
        if views is None:
            return None
        whole, local = view_similarities(
            views, state.class_embeddings, temperature=state.temperature
        )
        columns = {identifier: column for column, identifier in enumerate(state.class_ids)}
        sources = [columns.get(identifier, -1) for identifier in project.classes.ids]
        whole = np.append(whole, np.nan)[sources]  # column -1 is a class not scored yet
        local = np.column_stack([local, np.full(len(local), np.nan)])[:, sources]
        return PhotoEvidence(state.encoding.plan, whole, local, state.encoding.encoder)
