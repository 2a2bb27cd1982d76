"""Taking labels into an open project: as answers, or as truth to compare with."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QDialog, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.job_slot import JobSlot
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.fields.radio_choice import TEXT_INDENT, RadioChoice
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import STRETCH, box, horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.events import Outcome
from cdul_app.formats.label_formats import LABEL_FORMATS
from cdul_app.language import tr
from cdul_app.project.exchange.imported_answers import import_answers
from cdul_app.tasks.import_labels import LabelsRead, read_answers

_FORMS = "; ".join(tr(each.title) for each in LABEL_FORMATS.values() if each.reads)


class ImportDialog(QDialog):
    """Stays open to tell what came in, and what matched no photo or class."""

    truth_loaded = Signal()

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Import labels"))
        self.resize(560, 420)
        self._session = session
        self._slot = JobSlot(self)
        self._slot.ended.connect(self._on_ended)
        self.place = PathField(
            tr("Labels to import"),
            mode="either",
            caption=tr("Import labels"),
            name_filter=tr("All files (*)"),
        )
        answers = RadioChoice(
            tr("As your answers"),
            tr(
                "One step, which Undo takes back. What you answered here stays. Of a file that "
                "tells answers from a machine's labels, only the answers are taken."
            ),
        )
        truth = RadioChoice(
            tr("As truth"), tr("Changes no label: the app measures how good its own are by it.")
        )
        self.as_answers, self.as_truth = answers.radio, truth.radio
        group = QButtonGroup(self)
        group.addButton(self.as_answers)
        group.addButton(self.as_truth)
        self.as_answers.setChecked(True)
        self.unlisted = QCheckBox(tr("A label that a photo's list does not name is a no"))
        self.message = Message(parent=self)
        self.import_button = push_button(tr("Import"), self.start, role="primary")
        buttons = horizontal(
            STRETCH, self.import_button, push_button(tr("Close"), self.reject), spacing=SPACING[1]
        )
        about = label(
            tr(
                "A file or folder of labels, or the folder of another project. Read are: {forms}; "
                "PASCAL VOC XML; what Label Studio exports.",
                forms=_FORMS,
            ),
            "muted",
            wrap=True,
        )
        indented = box(horizontal(self.unlisted, STRETCH, margins=(TEXT_INDENT, 0, 0, 0)))
        vertical(
            about, FormRow(tr("From"), self.place, stacked=True), answers, indented, truth,
            STRETCH, self.message, buttons,
            on=self, spacing=SPACING[2], margins=SPACING[3],
        )  # fmt: skip
        self.as_answers.toggled.connect(self.unlisted.setEnabled)
        self.place.edited.connect(self._on_edited)
        session.truth.failed.connect(self._on_truth_failed)
        session.truth_changed.connect(self._on_truth)
        self._waits_for_truth = False
        self._on_edited()

    def start(self) -> None:
        place = self.place.path()
        if place is None:
            return
        self.import_button.setEnabled(False)
        self.message.show_message(tr("Reading…"))
        project = self._session.project
        if self.as_truth.isChecked():
            self._waits_for_truth = True
            self._session.truth.load(place)
            return
        paths, names = list(project.photos.paths), project.classes.names
        unlisted = self.unlisted.isChecked()
        self._slot.start(
            JobKind.IMPORT, lambda: read_answers(place, paths, names, unlisted_is_no=unlisted)
        )

    def done(self, result: int) -> None:
        self._slot.close()
        super().done(result)

    def _on_edited(self) -> None:
        self.import_button.setEnabled(self.place.path() is not None)
        self.message.clear()

    def _on_ended(self, result: JobResult) -> None:
        self.import_button.setEnabled(True)
        if not isinstance(result.value, LabelsRead):
            tone = Tone.ERROR if result.outcome is Outcome.FAILED else Tone.INFO
            self.message.show_message(result.message, tone)
            return
        read, project = result.value, self._session.project
        shape = len(project.photos), len(project.classes)
        if read.answers.shape != shape:  # others since it was begun to read
            self.start()
            return
        with self.message.telling_errors():
            sentence = import_answers(project, read.answers, Path(read.place).name)
            self.message.show_message(f"{sentence} {read.note}".strip(), Tone.SUCCESS)

    def _on_truth(self) -> None:
        if self._waits_for_truth:
            self._waits_for_truth = False
            self.truth_loaded.emit()
            self.accept()

    def _on_truth_failed(self, reason: str) -> None:
        if self._waits_for_truth:
            self._waits_for_truth = False
            self.import_button.setEnabled(True)
            self.message.show_message(reason, Tone.ERROR)
