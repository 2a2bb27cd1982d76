"""Another encoder than those of the cards: a folder, a file or a name, looked at as it is given."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from cdul_app.desktop.encoders.quality_card import Card, facts_text
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.encoder_check import EncoderCheck
from cdul_app.desktop.session.job import JobResult
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.disclosure import reveal
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.fields.path_field import PathField
from cdul_app.desktop.widgets.labels import caption_label, label, show_text
from cdul_app.desktop.widgets.layouts import FlowLayout, box, vertical
from cdul_app.language import tr
from cdul_app.project.labeling.cost import LabelingCost
from cdul_app.project.labeling.entries import entry_of, needs_architecture
from cdul_app.settings.encoder_catalogue import (
    DEMO_ENCODER,
    ENCODER_CATALOGUE,
    catalogue_entry,
)
from cdul_app.tasks.check_encoder import EncoderChecked

_HELP = tr(
    "A folder or a checkpoint file on this computer, or a name: hf-hub:OWNER/NAME, or one of "
    "open_clip's as ViT-B-16/laion2b_s34b_b88k."
)
_ARCHITECTURE_HELP = tr(
    "What open_clip calls the model that the file belongs to, with the weights that it is like "
    "where there are several kinds: ViT-B-32/openai."
)
_LISTED = [
    entry for entry in ENCODER_CATALOGUE if not entry.quality and entry.identifier != DEMO_ENCODER
]


class OtherEncoder(Card):
    """`changed` comes when another encoder can be used, or none."""

    changed = Signal()

    def __init__(self, check: EncoderCheck) -> None:
        super().__init__(tr("Another encoder"), tr("Another encoder, by its folder, file or name"))
        self._check = check
        self.identifier = ""  # what is given, where it can be used
        self._until_then = ""  # what is used meanwhile
        self._filling = False
        self.field = PathField(
            tr("Folder, file or name of an encoder"),
            mode="either",
            caption=tr("Choose an encoder"),
            name_filter=tr("Checkpoints (*.safetensors *.pt *.pth *.bin);;All files (*)"),
            placeholder=tr("hf-hub:OWNER/NAME"),
        )
        self.row = FormRow(tr("Folder, file or name"), self.field, help_text=_HELP, stacked=True)
        self.architecture = QLineEdit(placeholderText="ViT-B-32")
        self.architecture_row = FormRow(
            tr("Architecture"), self.architecture, help_text=_ARCHITECTURE_HELP, stacked=True
        )
        self.state = caption_label("")
        self.listed = {
            entry.identifier: push_button(
                tr(entry.title).partition(" at ")[0],
                lambda _=False, chosen=entry.identifier: self.field.set_path(chosen),
                role="link",
                name=f"{tr(entry.title)}: {tr(entry.purpose)}",
                tip=tr(
                    "{purpose} {licence} licence.", purpose=tr(entry.purpose), licence=entry.licence
                ),
            )
            for entry in _LISTED
        }
        listed = FlowLayout(spacing=SPACING[1])
        for part in (label(tr("Listed:"), "caption"), *self.listed.values()):
            listed.addWidget(part)
        self.content = box(
            vertical(self.row, self.architecture_row, self.state, listed, spacing=SPACING[1])
        )
        vertical(self.radio, self.content, on=self, spacing=SPACING[1], margins=SPACING[1])
        self.architecture_row.hide()
        show_text(self.state, "")
        self.content.hide()
        self.radio.toggled.connect(self._on_chosen)
        self.field.edited.connect(self._on_edited)
        self.architecture.textChanged.connect(self._on_edited)
        check.checked.connect(self._on_checked)

    def set_meanwhile(self, title: str) -> None:
        """What photos are labelled with until another one is given."""
        self._until_then = tr("Until then photos are labelled with {encoder}.", encoder=title)

    def show_encoder(self, identifier: str) -> None:
        """Put in one that is in use already."""
        path, architecture = entry_of(identifier)
        self._filling = True
        self.field.set_path(path)
        self.architecture.setText(architecture)
        self._filling = False
        self.identifier = identifier
        self.row.set_error("")
        self.architecture_row.setVisible(bool(architecture))
        show_text(self.state, "")
        self.radio.setChecked(True)

    def show_cost(self, cost: LabelingCost) -> None:
        """Of what is chosen, where it stands in the catalogue."""
        entry = catalogue_entry(self.identifier)
        if entry is not None:
            show_text(
                self.state, f"{tr(entry.title)}. {tr(entry.purpose)}\n{facts_text(entry, cost)}"
            )

    def _on_chosen(self, chosen: bool) -> None:
        self.content.setVisible(chosen)
        if chosen:
            self.field.line.setFocus()
            reveal(self)
            self._on_edited()

    def _on_edited(self, *_: object) -> None:
        if self._filling or not self.radio.isChecked():
            return
        text, architecture = self.field.line.text(), self.architecture.text()
        self.architecture_row.setVisible(needs_architecture(text))
        if self.identifier and entry_of(self.identifier) == (text, architecture):
            return  # it is the one in use
        self.identifier = ""
        self.row.set_error("")
        if text.strip():
            show_text(self.state, tr("Looking at it…"))
            self._check.check(text, architecture)
        else:
            show_text(self.state, tr("Give one here. {meanwhile}", meanwhile=self._until_then))
        self.changed.emit()

    def _on_checked(self, result: JobResult) -> None:
        if not self.radio.isChecked():
            return  # a card was chosen meanwhile
        if isinstance(result.value, EncoderChecked):
            self.identifier = result.value.identifier
            show_text(self.state, result.message)
        else:
            self.row.set_error(result.message)
            show_text(self.state, self._until_then)
        self.changed.emit()
        reveal(self)
