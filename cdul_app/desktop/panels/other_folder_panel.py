"""The classifier on the photos of another folder."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.panels.job_panel import JobPanel
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.labels import caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, box, horizontal, vertical
from cdul_app.desktop.widgets.replace_question import ReplaceQuestion
from cdul_app.desktop.widgets.written_file import WrittenFile
from cdul_app.events import Outcome
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.unfinished import unfinished_other_folder
from cdul_app.tasks.other_project import OtherProject
from cdul_app.tasks.predict import PredictionResult


class OtherFolderPanel(JobPanel):
    """Labels into a file; from there a project can be begun."""

    project_wanted = Signal(object)  # Path: open this folder in place of the present project

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        self.file = WrittenFile()
        super().__init__(
            session,
            tr("Label another folder"),
            tr("The classifier that you trained here labels other photos by itself, into a CSV."),
            JobKind.PREDICT,
            JobKind.OTHER_PROJECT,
            message=self.file,
            parent=parent,
        )
        self._labelled: PredictionResult | None = None
        self.folder = PathField(
            tr("Folder of photos"), mode="folder", caption=tr("Choose a folder")
        )
        self.output = PathField(
            tr("CSV to write"),
            mode="save",
            caption=tr("Write labels to"),
            name_filter="CSV (*.csv)",
        )
        self.question = ReplaceQuestion()
        self.project_button = push_button(tr("Open as a project"), self._on_project)
        self._as_project = box(
            vertical(
                horizontal(self.project_button, STRETCH),
                caption_label(
                    tr(
                        "To look at these labels and correct them: the folder becomes a project "
                        "with your classes and thresholds."
                    )
                ),
            )
        )
        self.show_body(
            FormRow(tr("Folder"), self.folder, stacked=True),
            FormRow(tr("Write to"), self.output, stacked=True),
            self.result, self._as_project,
        )  # fmt: skip
        self._as_project.hide()
        self.show_footer(self.file, self.question, self.hint)
        self.folder.edited.connect(self._on_folder_edited)
        self.output.edited.connect(self.question.clear)
        self.output.edited.connect(self.refresh)
        self.result.setText(unfinished_other_folder(self._project))
        self.refresh()

    def _what_is_missing(self) -> str:
        if self._project.scores(LabelKind.CLASSIFIER) is None:
            return tr(
                "Train first: what is learnt from your labels here then labels other folders."
            )
        folder = self.folder.path()
        if self._session.jobs.is_busy:
            return super()._what_is_missing()
        if folder is None:
            return tr("Choose the folder whose photos are to be labelled.")
        if not folder.is_dir():
            return tr("There is no such folder.")
        if folder.samefile(self._project.location.folder):
            return tr("These are the photos of this project: choose another folder.")
        return "" if self.output.path() else tr("Choose where to write the labels.")

    def _start_job(self) -> None:
        output = self.output.path()
        assert output is not None, "the button waits for one"
        if not self.question.asks(self._project, output, self._label):
            self._label(overwrite=False)

    def _label(self, *, overwrite: bool = True) -> None:
        folder, output = self.folder.path(), self.output.path()
        if folder is not None and output is not None:
            self.result.setText("")
            with self.file.telling_errors():
                self._session.jobs.start_prediction(folder, output, overwrite=overwrite)

    def _on_folder_edited(self) -> None:
        folder = self.folder.path()
        if folder is not None and folder.is_dir():
            self.output.set_path(folder.parent / tr("{folder} labels.csv", folder=folder.name))
        self.refresh()

    def _on_project(self) -> None:
        if self._labelled is not None:
            with self.file.telling_errors():
                self._session.jobs.start_other_project(self._labelled)

    def _on_job_started(self, kind: JobKind) -> None:
        self.project_button.setEnabled(False)
        super()._on_job_started(kind)

    def _on_job_finished(self, result: JobResult) -> None:
        super()._on_job_finished(result)
        self.project_button.setEnabled(True)

    def _show_end(self, result: JobResult) -> None:
        value = result.value
        if isinstance(value, OtherProject):
            self.project_wanted.emit(value.folder)
            return
        if result.kind is JobKind.PREDICT:
            self._labelled = value if isinstance(value, PredictionResult) else None
            self._as_project.setVisible(self._labelled is not None)
        self.file.show_outcome(result.message, result.outcome, self._written(result))

    def _written(self, result: JobResult) -> Path | None:
        """Also of one that was stopped, where it has kept something."""
        output = self.output.path()
        said = output is not None and str(output) in result.message
        return output if said and result.outcome is not Outcome.FAILED else None
