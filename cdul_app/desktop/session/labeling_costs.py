"""Knowing what labeling would cost: the machine is tried on the side, once."""

from PySide6.QtCore import QObject, QThread, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner
from cdul_app.desktop.timers import single_shot
from cdul_app.project.labeling.cost import LabelingCost, labeling_cost
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.score.trial import try_machine

DELAY_MS = 1500  # a person who opens a project looks at it first


class LabelingCosts(JobOwner):
    """`changed` when the cost may be another one than before."""

    changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent, priority=QThread.Priority.LowestPriority)
        self._tried: set[tuple[str, str, str]] = set()
        self._is_paused = False
        self._timer = single_shot(self, DELAY_MS, self._try)

    def cost(self, config: ScoringConfig | None = None) -> LabelingCost:
        """As `labeling_cost` of the project."""
        return labeling_cost(self._project, config)

    def look(self, *_: object) -> None:
        """Photos, classes or settings are others, or a job has ended."""
        self._is_paused = False
        self.changed.emit()
        self._timer.start()

    def pause(self, *_: object) -> None:
        """A job needs the machine."""
        self._is_paused = True
        self._timer.stop()
        self._slot.cancel()

    def close(self) -> None:
        self._timer.stop()
        super().close()

    def _try(self) -> None:
        project = self._project
        if self._is_paused or not (len(project.photos) and project.classes):
            return
        config = project.settings.scoring
        wanted = (config.encoder, str(config.plan), config.device)
        cost = self.cost()
        if not cost.photos_left or cost.seconds is not None or wanted in self._tried:
            return
        self._tried.add(wanted)  # once, also where it fails: labeling itself tells why
        self._slot.start(JobKind.TRIAL, lambda: try_machine(config))

    def _on_ended(self, result: JobResult) -> None:
        self.changed.emit()
