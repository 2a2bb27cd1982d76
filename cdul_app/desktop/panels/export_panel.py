"""Taking the labels out: format, preview, destination."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QRadioButton, QWidget

from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.desktop.widgets.labels import caption_label, section_heading, show_text
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.desktop.widgets.path_field import PathField
from cdul_app.desktop.widgets.radio_choice import RadioChoice
from cdul_app.desktop.widgets.written_file import WrittenFile
from cdul_app.project.export_table import export_preview
from cdul_app.tasks.export import ExportResult

PREVIEW_DELAY_MS = 200


@dataclass(frozen=True)
class Format:
    title: str
    description: str
    suffix: str


FORMATS = {
    "csv": Format(
        "CSV", "One photo a line, 0 or 1 for each class. Opens in any spreadsheet.", ".csv"
    ),
    "csv-reasons": Format(
        "CSV with reasons",
        "One label a line: score, threshold, encoder, run and snippet, or your answer and when.",
        ".csv",
    ),
    "json": Format(
        "JSON", "Labels with scores, your answers, thresholds, and how they were made.", ".json"
    ),
}


class ExportPanel(Panel):
    """Exports what is shown: labels at the thresholds, a person's answers first."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(
            "Export",
            "Labels as they are shown: scores cut at your thresholds, your answers first.",
            parent=parent,
        )
        self._session = session
        self._project = session.project
        self._path_is_suggested = True

        self.body.addWidget(section_heading("Format"))
        self._group = QButtonGroup(self)
        self.radios: dict[str, QRadioButton] = {}
        for name, each in FORMATS.items():
            choice = RadioChoice(each.title, each.description)
            self._group.addButton(choice.radio)
            self.radios[name] = choice.radio
            self.body.addWidget(choice)
        self.radios["csv"].setChecked(True)
        self.body.addWidget(section_heading("First lines"))
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setProperty("role", "code")
        self.preview.setAccessibleName("First lines of the file")
        self.preview.setTabChangesFocus(True)
        self.preview.setFixedHeight(150)
        self.body.addWidget(self.preview)
        self.destination = PathField("File to write", mode="save", caption="Export labels")
        self.destination_row = FormRow("Write to", self.destination, stacked=True)
        self.body.addWidget(self.destination_row)
        self.body.addStretch(1)

        self.result = WrittenFile()
        self.hint = caption_label("")
        self.export_button = push_button("Export labels", self.start, role="primary")
        self.show_footer(self.result, self.hint, self.export_button)

        self._timer = self.delayed(PREVIEW_DELAY_MS, self.update_preview)
        self._group.buttonToggled.connect(self._on_format_chosen)
        self.destination.line.textEdited.connect(self._on_path_edited)
        self.destination.edited.connect(self.refresh)
        for signal in (
            session.scores_changed,
            session.thresholds_changed,
            session.answers_changed,
            session.classes_changed,
            session.photos_changed,
        ):
            signal.connect(self._on_labels_changed)
        session.jobs.started.connect(self.refresh)
        session.jobs.finished.connect(self._on_job_finished)
        self._suggest_path()
        self.update_preview()

    @property
    def label_format(self) -> str:
        return next(name for name, radio in self.radios.items() if radio.isChecked())

    def update_preview(self) -> None:
        """Show what the first lines of the file will be."""
        self._timer.stop()
        self.preview.setPlainText(export_preview(self._project, self.label_format))
        self.refresh()

    def start(self) -> None:
        self.result.clear()
        output = self.destination.path()
        if output is None or not self.export_button.isEnabled():
            return
        with self.result.telling_errors():
            self._session.jobs.start_export(self.label_format, output)

    def refresh(self, *_: object) -> None:
        """Button and hint, from the session."""
        hint = ""
        if self._session.jobs.is_busy:
            hint = "A job is running: wait for it, or cancel it."
        elif not self.preview.toPlainText():
            hint = "There are no labels yet: score the photos, or answer some by hand."
        elif self.destination.path() is None:
            hint = "Choose where to write the file."
        show_text(self.hint, hint)
        self.export_button.setEnabled(not hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start(0)

    def _on_labels_changed(self, *_: object) -> None:
        if self.isVisible():  # else made when it is shown
            self._timer.start(PREVIEW_DELAY_MS)

    def _on_format_chosen(self, _button: object, chosen: bool) -> None:
        if not chosen:
            return
        if self._path_is_suggested:
            self._suggest_path()
        else:
            path = self.destination.path()
            if path is not None and path.suffix in {each.suffix for each in FORMATS.values()}:
                self.destination.set_path(path.with_suffix(FORMATS[self.label_format].suffix))
        self.update_preview()

    def _suggest_path(self) -> None:
        location = self._project.location
        folder = location.folder
        parent = Path.home() if location.moved_because_read_only else folder.parent
        suffix = FORMATS[self.label_format].suffix
        self.destination.set_path(parent / f"{folder.name} labels{suffix}")
        self.destination.set_name_filter(f"{suffix[1:].upper()} (*{suffix});;All files (*)")

    def _on_path_edited(self) -> None:
        self._path_is_suggested = False

    def _on_job_finished(self, result: JobResult) -> None:
        if result.kind is JobKind.EXPORT:
            file = result.value.output if isinstance(result.value, ExportResult) else None
            self.result.show_outcome(result.message, result.outcome, file)
        self.refresh()
