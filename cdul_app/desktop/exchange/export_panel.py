"""Taking the labels out: format, preview, destination."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from cdul_app.desktop.exchange.export_choices import ExportChoices
from cdul_app.desktop.panels.job_panel import JobPanel
from cdul_app.desktop.photo.label_rows import LabelRows
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.labels import caption_label, section_heading, show_text
from cdul_app.desktop.widgets.replace_question import ReplaceQuestion
from cdul_app.desktop.widgets.written_file import WrittenFile
from cdul_app.events import Events
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_folders import StrangersFilesError
from cdul_app.formats.label_formats import LABEL_FORMATS, LabelFormat
from cdul_app.language import tr
from cdul_app.project.exchange.export_table import export_preview, labelled, labelled_rows
from cdul_app.project.exchange.left_out import left_out
from cdul_app.project.photo_table import PhotoTable
from cdul_app.tasks.export import ExportResult

PREVIEW_DELAY_MS = 200
PREVIEWED_PHOTOS = 5
_ORDERED_AT_ONCE = 20_000  # photos: more are put into the order of their names beside the window
_SUFFIXES = {each.suffix for each in LABEL_FORMATS.values()}


@dataclass(frozen=True)
class _Export:
    """What was asked for, however the fields stand by now."""

    form: LabelFormat
    output: Path
    options: ExportOptions


class ExportPanel(JobPanel):
    """Exports what is shown: labels at the thresholds, a person's answers first."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        file = WrittenFile()
        super().__init__(
            session,
            tr("Export"),
            tr("Labels as they are shown, your answers first."),
            JobKind.EXPORT,
            message=file,
            parent=parent,
        )
        self.file = file
        # The rows that the filter leaves; all until the page with the filter says which.
        self.shown_rows: Callable[[], NDArray[np.int64]] = lambda: np.arange(
            len(self._project.photos)
        )
        self.formats = DropDown()
        for each in LABEL_FORMATS.values():
            self.formats.addItem(tr(each.title), each.key)
        self.purpose = FormRow(tr("Format"), self.formats, stacked=True)
        self.purpose.help.setMinimumHeight(3 * self.purpose.help.fontMetrics().height())
        self.choices = ExportChoices()
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setProperty("role", "code")
        self.preview.setAccessibleName(tr("First lines of the file"))
        self.preview.setTabChangesFocus(True)
        self.preview.setFixedHeight(150)
        self.labels = LabelRows()
        self.left_out = caption_label("")
        self.question = ReplaceQuestion()
        self._export: _Export | None = None  # the last that was begun here
        self.destination = PathField(tr("File to write"), mode="save", caption=tr("Export labels"))
        self.show_body(
            self.purpose, self.choices,
            FormRow(tr("Write to"), self.destination, stacked=True),
            section_heading(tr("First photos")), self.labels,
            section_heading(tr("First lines")), self.preview, self.left_out,
        )  # fmt: skip
        self.left_out.hide()
        self.show_footer(self.problem, self.question, self.hint)

        self._has_labels = False
        self._ordering = JobSlot(self)
        self._ordering.ended.connect(lambda _: self._on_labels_changed())
        self._timer = self.delayed(PREVIEW_DELAY_MS, self.update_preview)
        self.formats.currentIndexChanged.connect(lambda _: self._on_format_chosen())
        self.choices.changed.connect(self._on_another)
        self.choices.changed.connect(self.update_preview)
        self.destination.edited.connect(self._on_another)
        self.destination.edited.connect(self.refresh)
        for signal in (
            session.scores_changed,
            session.thresholds_changed,
            session.answers_changed,
            session.classes_changed,
            session.photos_changed,
        ):
            signal.connect(self._on_labels_changed)
        location = self._project.location
        locked = location.moved_because_read_only or location.read_only
        beside = Path.home() if locked else location.folder.parent
        self.destination.set_path(beside / tr("{folder} labels.csv", folder=location.folder.name))
        self._on_format_chosen()

    @property
    def label_format(self) -> LabelFormat:
        return LABEL_FORMATS[str(self.formats.currentData())]

    def choose_format(self, key: str) -> None:
        self.formats.setCurrentIndex(self.formats.findData(key))

    def options(self) -> ExportOptions:
        return self.choices.options(lambda: self._project.photos.ids[self.shown_rows()].tolist())

    def update_preview(self) -> None:
        """Show what the first lines of the file will be, and what it will not hold."""
        self._timer.stop()
        photos, options = self._project.photos, self.options()
        self._has_labels = bool(labelled(self._project, options).any())
        if not photos.is_ordered and len(photos) > _ORDERED_AT_ONCE:
            if self.isVisible():
                self._ordering.start(JobKind.READ, lambda: _put_into_order(photos))
            self.refresh()
            return
        rows = labelled_rows(self._project, options)
        show_text(self.left_out, left_out(self._project, rows, options))
        self.labels.show_photos(self._project, rows[:PREVIEWED_PHOTOS].tolist())
        self.preview.setPlainText(export_preview(self._project, self.label_format.key, options))
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start(0)

    def _start_job(self) -> None:
        output = self.destination.path()
        assert output is not None, "the button waits for one"
        self._export = _Export(self.label_format, output, self.options())
        self.question.clear()
        # Which files of a folder are in the way is known when all are made.
        if self._export.form.is_folder or not self.question.asks(
            self._project, output, partial(self._write, self._export, overwrite=True)
        ):
            self._write(self._export)

    def _write(self, export: _Export, *, overwrite: bool = False) -> None:
        with self.problem.telling_errors():
            self._session.jobs.start_export(
                export.form.key, export.output, export.options, overwrite=overwrite
            )

    def _what_is_missing(self) -> str:
        if self._session.jobs.is_busy:
            return tr("A job is running: wait for it, or cancel it.")
        if not self._has_labels:
            return tr("There are no labels yet: score the photos, or answer some by hand.")
        if self.choices.lacks_several:
            return tr("Choose where a photo with several labels goes.")
        return "" if self.destination.path() else tr("Choose where to write the labels.")

    def release(self) -> None:
        super().release()
        self._ordering.close()

    def _on_another(self) -> None:
        """What was asked and told is about another export than the one that is chosen now."""
        self.question.clear()
        self.file.clear()

    def _on_labels_changed(self, *_: object) -> None:
        if self.isVisible():  # else made when it is shown
            self._timer.start(PREVIEW_DELAY_MS)

    def _on_format_chosen(self) -> None:
        chosen = self.label_format
        self._on_another()
        self.purpose.set_help(tr(chosen.purpose))
        self.choices.show_format(chosen)
        path, suffix = self.destination.path(), chosen.suffix
        if path is not None and path.suffix in _SUFFIXES:
            self.destination.set_path(path.with_suffix(suffix))
        if chosen.is_folder:
            self.destination.set_mode("folder")
        else:
            self.destination.set_mode("save")
            self.destination.set_name_filter(
                tr("{kind} (*{suffix});;All files (*)", kind=suffix[1:].upper(), suffix=suffix)
            )
        self.update_preview()

    def _show_end(self, result: JobResult) -> None:
        export = self._export
        if isinstance(result.error, StrangersFilesError) and export is not None:
            keeping = replace(export, options=replace(export.options, keep_theirs=True))
            self.problem.clear()
            self.question.ask_about_files(
                result.error,
                replace=partial(self._write, export, overwrite=True),
                keep=partial(self._write, keeping),
            )
            return
        file = result.value.output if isinstance(result.value, ExportResult) else None
        self.file.show_outcome(result.message, result.outcome, file)


def _put_into_order(photos: PhotoTable) -> Events[None]:
    yield from ()
    _ = photos.natural_order  # kept by the table
