"""Backups of a project: made, put back, checked; also of one that can no longer be opened."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from cdul_app.desktop.look.painting import RIGHT
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, stack, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.tables import Cell, Column, ColumnTable, ColumnView
from cdul_app.events import Events, Outcome, TaskResult
from cdul_app.language import figure, tr, translatable
from cdul_app.paths import ProjectLocation
from cdul_app.tasks.backups import (
    Backup,
    Restored,
    back_up_project,
    check_project,
    project_backups,
    restore_project,
)

_COLUMNS: tuple[Column[Backup], ...] = (
    Column(tr("Made"), lambda each: Cell(f"{each.made.astimezone():%Y-%m-%d %H:%M}"), width=0),
    Column(tr("Why"), lambda each: Cell(tr(each.reason), tip=each.file.name)),
    Column(tr("Answers"), lambda each: Cell(figure(each.answers)), align=RIGHT, width=0),
    Column(tr("Photos"), lambda each: Cell(figure(each.photos)), align=RIGHT, width=0),
    Column(
        tr("Size"), lambda each: Cell(f"{figure(each.size / 1e6, ',.1f')} MB"), align=RIGHT, width=0
    ),
)
_ABOUT = translatable(
    "The app copies the project once a day, before an update of it and before labeling with "
    "other classes. The newest five copies are kept, in {folder}."
)


class BackupsDialog(QDialog):
    restored = Signal(str)  # a sentence; the project is to be opened anew

    def __init__(
        self,
        location: ProjectLocation,
        release: Callable[[], None],
        *,
        problem: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """release : lets go of the project where it is open; raises UserError where it cannot.
        problem : why the project could not be opened."""
        super().__init__(parent)
        self.setWindowTitle(tr("Backups"))
        self.resize(680, 460)
        self._location = location
        self._release = release
        self._slot = JobSlot(self)
        self._slot.ended.connect(self._on_ended)
        self._rows = ColumnTable(_COLUMNS)
        self.table = ColumnView(tr("Backups"), 28)
        self.table.show_table(self._rows)
        self.about = label(tr(_ABOUT, folder=location.backups_dir), "muted", wrap=True)
        self.message = Message(parent=self)
        self.later = QCheckBox(tr("Bring in what was decided after the backup was made"), self)
        self.later.setChecked(True)
        self.restore_button = push_button(tr("Restore"), self.restore, role="primary")
        self.back_up_button = push_button(tr("Back up now"), self.back_up)
        self.check_button = push_button(tr("Check the project"), self.check)
        nothing = label(tr("There are no backups of this project yet."), "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.list = stack(self.table, nothing, parent=self)
        buttons = horizontal(
            self.back_up_button, self.check_button, STRETCH, self.restore_button,
            push_button(tr("Close"), self.reject),
            spacing=SPACING[1],
        )  # fmt: skip
        vertical(
            (self.list, 1), self.message, self.about, self.later, buttons,
            on=self, spacing=SPACING[2], margins=SPACING[3],
        )  # fmt: skip
        self.message.show_message(problem, Tone.ERROR)
        self._reload()

    def back_up(self) -> None:
        self._start(lambda: back_up_project(self._location))

    def check(self) -> None:
        self._start(lambda: check_project(self._location))

    def restore(self) -> None:
        """The backup that is chosen; without any, from the record of answers."""
        backup, later = self._chosen(), self.later.isChecked()
        with self.message.telling_errors():
            self._release()
            self._start(
                lambda: restore_project(self._location, backup, later_answers=later or not backup)
            )

    def finish(self) -> None:
        """The window goes: wait for what runs."""
        self._slot.close()

    def done(self, result: int) -> None:
        """Not before what runs has ended: a database is being put in its place."""
        if not self._slot.is_running:
            super().done(result)

    def _start(self, make_events: Callable[[], Events[TaskResult]]) -> None:
        self.message.show_message(tr("Working…"))
        self._enable(False)
        self._slot.start(JobKind.BACKUP, make_events)

    def _on_ended(self, result: JobResult) -> None:
        self._reload()
        self._enable(True)
        if isinstance(result.value, Restored):
            self.accept()
            self.restored.emit(result.message)
            return
        good = result.outcome is Outcome.DONE
        self.message.show_message(result.message, Tone.SUCCESS if good else Tone.ERROR)

    def _chosen(self) -> Path | None:
        rows = self.table.selectionModel().selectedRows()
        return self._rows.rows[rows[0].row()].file if rows else None

    def _reload(self) -> None:
        found = project_backups(self._location)
        self._rows.show(found)
        self.list.setCurrentIndex(0 if found else 1)
        self.later.setVisible(bool(found))
        if found:
            self.table.selectRow(0)
        self._enable(True)

    def _enable(self, enabled: bool) -> None:
        there = self._location.database.exists()
        again = bool(self._rows.rows) or self._location.answers_file.is_file()
        self.back_up_button.setEnabled(enabled and there)
        self.check_button.setEnabled(enabled and there)
        self.restore_button.setEnabled(enabled and again)
        title = tr("Restore") if self._rows.rows else tr("Make again from the record of answers")
        self.restore_button.setText(title)
