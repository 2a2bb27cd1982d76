"""Check: what one can do with the labels of the current class, and of all."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.threshold_editor import ThresholdEditor
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import body_label, section_heading, shortened
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.language import tr


class CheckPanel(Panel):
    review_wanted = Signal()
    calibration_wanted = Signal(int)  # column
    wall_wanted = Signal()
    errors_wanted = Signal()
    collection_wanted = Signal()
    import_wanted = Signal()

    def __init__(self, session: ProjectSession) -> None:
        super().__init__(
            tr("Check"),
            tr(
                "You need not check every photo: answer where the labels are uncertain, and they "
                "follow."
            ),
        )
        self._session, self._project = session, session.project
        self.heading_of_class = section_heading("")
        self.no_class = body_label(
            tr(
                "Choose a class in the list on the left: Y and N then answer it for the photos "
                "that are selected."
            )
        )
        self.threshold = ThresholdEditor(session)
        self.threshold.calibration_requested.connect(self.calibration_wanted)
        self.review_button = self._row("review_class", self.review_wanted.emit)
        self.wall_button = self._row("snippet_wall", self.wall_wanted.emit)
        self.of_class = box(
            vertical(self.threshold, self.review_button, self.wall_button, spacing=SPACING[1])
        )
        self.errors_button = self._row(
            "", self.errors_wanted.emit, tr("Labels that are likely wrong")
        )
        self.collection_button = self._row("collection", self.collection_wanted.emit)
        self.import_button = self._row("", self.import_wanted.emit, tr("Import labels…"))
        self.import_button.setToolTip(
            tr("What others, or you elsewhere, have answered: from a file or another project")
        )
        self.show_body(
            self.heading_of_class, self.no_class, self.of_class, SPACING[1],
            section_heading(tr("All classes")), self.errors_button, self.collection_button,
            self.import_button,
        )  # fmt: skip
        self._later = self.delayed(40, self.threshold.refresh)
        for changed in (
            session.current_class.changed,
            session.classes_changed,
            session.scores_changed,
        ):
            changed.connect(self.refresh)
        for changed in (session.answers_changed, session.thresholds_changed):
            changed.connect(self._on_labels)
        key_map().changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _on_labels(self, *_: object) -> None:
        if self.isVisible():
            self._later.start()

    def refresh(self, *_: object) -> None:
        """While it can be seen: of 100,000 photos the spread of scores takes its time."""
        if not self.isVisible():
            self.threshold.commit()
            return
        column = self._session.current_class.column
        self.no_class.setVisible(column is None)
        self.of_class.setVisible(column is not None)
        self.heading_of_class.setText(self._session.current_class.name or tr("One class"))
        self.threshold.show_class(column)
        labelled = self._project.display_kind is not None
        name = shortened(self._session.current_class.name)
        for button, key, text in (
            (self.review_button, "review_class", tr("Review {} page by page").format(name)),
            (self.wall_button, "snippet_wall", tr("Parts of photos most like {}").format(name)),
            (self.errors_button, "", tr("Labels that are likely wrong")),
            (self.collection_button, "collection", tr("The collection in figures")),
        ):
            shown = key_map().shown(key) if key else ""
            button.setText(without_mnemonic(f"{text}  ({shown})" if shown else text))
            button.setEnabled(labelled)

    def release(self) -> None:
        self.threshold.commit()
        super().release()

    def _row(self, key: str, act: Callable[[], object], name: str = "") -> QPushButton:
        return push_button(name, lambda: act(), role="menu-row")
