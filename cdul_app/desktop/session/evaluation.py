"""Measuring the labels against truth, on a thread of its own."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobOwner, JobSlot
from cdul_app.events import Outcome
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import PrecisionRecall
from cdul_app.project.checking.truth_comparison import Comparison, EvaluatedLabels
from cdul_app.project.project import Project
from cdul_app.tasks.evaluate import ClassCurves, Evaluated, class_curves, evaluate


class Evaluation(JobOwner):
    """The figures as they were last measured; whoever shows them asks for new ones."""

    changed = Signal()  # figures or error
    curves_changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(project, parent)
        self._curve_slot = JobSlot(self)
        self._curve_slot.ended.connect(self._on_curves)
        self._comparison: Comparison | None = None
        self.figures: Mapping[str, Any] | None = None  # the object of `evaluate --json`
        self.error = ""  # why there are none
        self.curves: Mapping[LabelKind, PrecisionRecall] = {}  # of the class last asked for

    @property
    def is_running(self) -> bool:
        return super().is_running or self._curve_slot.is_running

    def start(self) -> None:
        """Measure anew; `changed` follows.  Without truth or scores there is nothing to measure."""
        truth, project = self._project.truth.known_labels, self._project
        if truth is None or project.display_kind is None:
            self._slot.give_up()
            self._comparison, self.figures, self.error = None, None, ""
            self.changed.emit()
            return
        labels = EvaluatedLabels.of(project)
        self._slot.start(JobKind.EVALUATE, lambda: evaluate(labels, truth))

    def show_class(self, class_name: str) -> None:
        """Precision and recall of each kind of label; `curves_changed` follows."""
        compared = self._comparison
        if compared is None:
            self._curve_slot.give_up()
            self.curves = {}
            self.curves_changed.emit()
            return
        self._curve_slot.start(JobKind.EVALUATE, lambda: class_curves(compared, class_name))

    def close(self) -> None:
        super().close()
        self._curve_slot.close()

    def _on_ended(self, result: JobResult) -> None:
        if isinstance(result.value, Evaluated):
            self._comparison, self.figures = result.value.compared, result.value.figures
            self.error = ""
        elif result.outcome is Outcome.FAILED:
            self._comparison, self.figures, self.error = None, None, result.message
        self.changed.emit()

    def _on_curves(self, result: JobResult) -> None:
        self.curves = result.value.curves if isinstance(result.value, ClassCurves) else {}
        self.curves_changed.emit()
