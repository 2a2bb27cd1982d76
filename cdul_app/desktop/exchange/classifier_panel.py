"""Taking the classifier out: a folder that labels photos elsewhere."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QWidget

from cdul_app.desktop.panels.job_panel import JobPanel
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import box, vertical
from cdul_app.desktop.widgets.replace_question import ReplaceQuestion
from cdul_app.desktop.widgets.written_file import WrittenFile
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.tasks.export_classifier import ExportedClassifier, can_write_onnx

_ONNX = tr(
    "For other programs: it goes from a photo to its labels, with a script that uses it. It needs "
    "neither this app nor the encoder there. Takes up to some minutes."
)
_NO_ONNX = tr("Needs packages that are not installed: run “pip install cdul-app[onnx]”.")


class ClassifierPanel(JobPanel):
    """Beside the export of the labels."""

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        self.file = WrittenFile()
        super().__init__(
            session,
            tr("Export the classifier"),
            tr(
                "What was learnt from your labels, as a folder that labels photos on other "
                "computers: with this app or in Python."
            ),
            JobKind.CLASSIFIER,
            message=self.file,
            parent=parent,
        )
        self.onnx = QCheckBox(tr("Also as one file (ONNX)"))
        self.onnx.setEnabled(can_write_onnx())
        self.about_onnx = caption_label(_ONNX if can_write_onnx() else _NO_ONNX)
        self.destination = PathField(
            tr("Folder to write the classifier to"), mode="folder", caption=tr("Choose a folder")
        )
        self.question = ReplaceQuestion()
        self.show_body(
            FormRow(tr("Write to"), self.destination, stacked=True),
            box(vertical(self.onnx, self.about_onnx)),
        )
        self.show_footer(self.file, self.question, self.hint)
        self.destination.edited.connect(self.question.clear)
        self.destination.edited.connect(self.refresh)
        location = self._project.location
        locked = location.moved_because_read_only or location.read_only
        beside = Path.home() if locked else location.folder.parent
        self.destination.set_path(beside / tr("{folder} classifier", folder=location.folder.name))
        self.refresh()

    def _what_is_missing(self) -> str:
        if self._project.scores(LabelKind.CLASSIFIER) is None:
            return tr("Train first: what is learnt from your labels here can then be taken along.")
        if self._session.jobs.is_busy:
            return super()._what_is_missing()
        return "" if self.destination.path() else tr("Choose where to write the classifier.")

    def _start_job(self) -> None:
        output = self.destination.path()
        assert output is not None, "the button waits for one"
        if not self.question.asks(self._project, output, self._write):
            self._write()

    def _write(self) -> None:
        """What would be lost was asked before."""
        output = self.destination.path()
        if output is not None:
            with self.file.telling_errors():
                self._session.jobs.start_classifier_export(
                    output, onnx=self.onnx.isEnabled() and self.onnx.isChecked()
                )

    def _show_end(self, result: JobResult) -> None:
        folder = result.value.folder if isinstance(result.value, ExportedClassifier) else None
        self.file.show_outcome(result.message, result.outcome, folder)
