"""The threshold of one class: the spread of its scores, a slider and a number."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from cdul_app.desktop.look.theme import SPACING, class_color
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.fields.number_field import ScoreBox
from cdul_app.desktop.widgets.labels import caption_label, label, shortened
from cdul_app.desktop.widgets.layouts import horizontal, vertical
from cdul_app.desktop.widgets.score_histogram import ScoreHistogram
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.method.arrays import FloatArray

STEPS = 100  # the slider moves by 0.01
COMMIT_DELAY_MS = 80  # the library filters again on each change, so moves are gathered


class ThresholdEditor(QWidget):
    """Shows the chosen class; moving the threshold counts at once and is stored a moment later."""

    count_changed = Signal(int, int)  # column, photos
    calibration_requested = Signal(int)  # column

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = session.project
        self._column: int | None = None
        self._moved = False  # what is shown is not stored yet

        self.title = label("", "strong")
        self.spin = ScoreBox()
        self.histogram = ScoreHistogram()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(5)
        self.count = caption_label("")
        self.automatic_button = push_button(
            tr("Automatic"),
            self._on_automatic,
            role="link",
            tip=tr("What the machine and your answers say (the automatic threshold)"),
        )
        self.calibrate_button = push_button(
            tr("Ask me…"),
            self._on_calibrate,
            role="link",
            tip=tr("Answer yes or no about photos near this line (calibrate the threshold)"),
        )
        vertical(
            horizontal((self.title, 1), self.spin), self.histogram, self.slider,
            horizontal((self.count, 1), self.automatic_button, self.calibrate_button),
            on=self, spacing=SPACING[0],
        )  # fmt: skip
        self._commit_timer = single_shot(self, COMMIT_DELAY_MS, self.commit)
        self.slider.valueChanged.connect(lambda value: self._on_moved(value / STEPS))
        self.spin.valueChanged.connect(self._on_moved)

    def show_class(self, column: int | None) -> None:
        """None where no class is chosen."""
        self.commit()
        self._column = column
        self.refresh()

    def refresh(self) -> None:
        """Read threshold, scores and answers again."""
        classes, column = self._project.classes, self._column
        if column is None or column >= len(classes):
            self._column = None
            self.setEnabled(False)
            self.title.setText("")
            self.count.setText("")
            return
        self.setEnabled(True)
        if self._moved:
            return  # what the person is moving is newer than what the project holds
        name, scores = classes[column].name, self._scores()
        self.title.setText(tr("Sure enough: {name}", name=shortened(name)))
        self.slider.setAccessibleName(tr("Threshold for {name}", name=name))
        self.spin.setAccessibleName(tr("Threshold for {name}, number", name=name))
        if scores is not None:
            self.histogram.show_scores(scores, class_color(classes.color_index(column)))
        self._show_value(classes[column].threshold)
        self.automatic_button.setEnabled(scores is not None and not self._is_automatic())
        self.calibrate_button.setEnabled(scores is not None)

    def commit(self) -> None:
        """Store the value that is shown, if it was moved."""
        self._commit_timer.stop()
        moved, self._moved = self._moved, False
        if moved and self._column is not None:
            self._project.decisions.set_threshold(self._column, self.spin.value())

    def _on_moved(self, value: float) -> None:
        self._moved = True
        self._commit_timer.start()
        count = self._show_value(value)
        self.automatic_button.setEnabled(count is not None)
        if count is not None:
            self.count_changed.emit(self._column, count)

    def _on_automatic(self) -> None:
        self._moved = False
        self._commit_timer.stop()
        if self._column is not None:
            self._project.decisions.use_automatic_threshold(self._column)
            self.refresh()

    def _on_calibrate(self) -> None:
        self.commit()
        self.calibration_requested.emit(self._column)

    def _scores(self) -> FloatArray | None:
        kind = self._project.display_kind
        scores = None if kind is None else self._project.scores(kind)
        return None if scores is None or self._column is None else scores[:, self._column]

    def _is_automatic(self) -> bool:
        if self._moved or self._column is None:
            return False
        return self._project.classes[self._column].threshold_origin is ThresholdOrigin.AUTOMATIC

    def _show_value(self, value: float) -> int | None:
        """Returns how many photos have the label with it, None before scoring."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.spin):
            self.slider.setValue(round(value * STEPS))
            self.spin.setValue(value)
        self.histogram.set_threshold(value)
        scores = self._scores()
        if scores is None:
            self.count.setText(tr("Counts appear after labeling."))
            return None
        answers = self._project.answers[:, self._column]
        labels = np.where(answers == UNOBSERVED, scores >= value, answers == YES)
        count = int(np.count_nonzero(labels))
        scored = int(np.count_nonzero(~np.isnan(scores)))
        shown = tr("{shown} of {total} photos", shown=count, total=scored)
        if self._is_automatic():
            shown = tr("{shown} · automatic", shown=shown)
        self.count.setText(shown)
        return count
