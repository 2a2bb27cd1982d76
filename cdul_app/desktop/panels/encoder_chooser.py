"""Choosing the encoder: the short list, anything else by its id, and how to bring one by hand."""

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLineEdit, QRadioButton, QWidget

from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.restyle import restyle
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.form_row import FormRow
from cdul_app.desktop.widgets.labels import badge, caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, fill, horizontal, vertical
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.path_field import PathField
from cdul_app.desktop.widgets.radio_choice import TEXT_INDENT
from cdul_app.errors import in_words
from cdul_app.events import Outcome
from cdul_app.project.encoder_states import EncoderState, encoder_states, encoders_folder_hint

_OTHER_HELP = (
    "Any open_clip model as NAME/PRETRAINED, hf-hub:OWNER/NAME, local-dir:FOLDER, or "
    "NAME@FILE for a checkpoint file."
)
_MODEL_HELP = "A checkpoint file does not say its architecture: give open_clip's name."


class Card(QFrame):
    """A framed choice; the chosen one of several stands out."""

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setProperty("chosen", False)
        self.radio = QRadioButton(without_mnemonic(title))
        self.radio.setAccessibleName(name)
        self.radio.toggled.connect(self._on_toggled)

    def _on_toggled(self, chosen: bool) -> None:
        self.setProperty("chosen", chosen)
        restyle(self)


class EncoderCard(Card):
    """One encoder of the list.  A click anywhere on it chooses it."""

    download_asked = Signal(str)

    def __init__(self, state: EncoderState, *, recommended: bool) -> None:
        entry = state.entry
        super().__init__(entry.title, f"{entry.title}: {entry.purpose}")
        self.on_disk = badge("Ready", tone="success")
        self.recommended = badge("Recommended", tone="accent")
        self.download_button = push_button(
            "Download",
            lambda: self.download_asked.emit(entry.identifier),
            role="link",
            name=f"Download {entry.title}, {size_text(state)}",
        )
        facts = caption_label(f"{size_text(state)} · {entry.speed} · {entry.licence}")
        first = horizontal(
            self.radio, STRETCH, self.on_disk, self.download_button, spacing=SPACING[1]
        )
        # Here the badge has room: beside the title it would widen the panel.
        last = horizontal((facts, 1), self.recommended, spacing=SPACING[1])
        purpose = caption_label(entry.purpose)
        below = vertical(purpose, last, spacing=0, margins=(TEXT_INDENT, 0, 0, 0))
        vertical(first, below, on=self, spacing=2, margins=SPACING[1])
        # Last: shown without a parent it would be a window.
        self.recommended.setVisible(recommended)
        self.show_state(state)

    def show_state(self, state: EncoderState) -> None:
        self.state = state
        self.on_disk.setVisible(state.on_disk)
        self.on_disk.setToolTip(plain_tip(str(state.path or "")))
        self.download_button.setVisible(not state.on_disk and state.entry.download_megabytes > 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()
        super().mousePressEvent(event)


class EncoderChooser(QWidget):
    """`changed` comes when another encoder is chosen; `encoder` is its identifier."""

    changed = Signal()

    def __init__(
        self, session: ProjectSession, recommended: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        self.cards: dict[str, EncoderCard] = {}
        for state in encoder_states():
            identifier = state.entry.identifier
            card = EncoderCard(state, recommended=identifier == recommended)
            card.download_asked.connect(self.download)
            self._group.addButton(card.radio)
            self.cards[identifier] = card
        self.other_card = Card("Other…", "Another encoder, by its id or file")
        self.other_radio = self.other_card.radio
        self._group.addButton(self.other_radio)
        self.other_field = PathField(
            "Encoder id or checkpoint",
            caption="Choose a checkpoint",
            name_filter="Checkpoints (*.safetensors *.pt *.bin);;All files (*)",
            placeholder="ViT-B-16/laion2b_s34b_b88k",
        )
        self.other_model = QLineEdit(placeholderText="ViT-B-32")
        self.other_model.setFixedWidth(150)
        self.other_model_row = FormRow(
            "Model of this file", self.other_model, help_text=_MODEL_HELP
        )
        self.other_row = FormRow(
            "Id or file", self.other_field, help_text=_OTHER_HELP, stacked=True
        )
        vertical(
            self.other_radio, self.other_row, self.other_model_row,
            on=self.other_card, spacing=SPACING[1], margins=SPACING[1],
        )  # fmt: skip
        self.change_button = push_button(
            "Choose another encoder…", lambda: self.set_collapsed(False)
        )
        self.problem = Message(dismissible=True)
        vertical(
            *self.cards.values(), self.other_card, self.change_button, self.problem,
            self._by_hand(),
            on=self, spacing=SPACING[1],
        )  # fmt: skip

        self._group.buttonToggled.connect(lambda _, chosen: self._on_edited() if chosen else None)
        self.other_field.edited.connect(self._on_edited)
        self.other_model.textChanged.connect(self._on_edited)
        session.jobs.started.connect(self._on_job)
        session.jobs.finished.connect(self._on_job)
        self._show_other()
        self._on_job(None)
        self.set_collapsed(False)

    @property
    def _other_text(self) -> str:
        return self.other_field.line.text().strip()

    @property
    def encoder(self) -> str:
        """Empty where "Other…" is chosen and nothing is written."""
        for identifier, card in self.cards.items():
            if card.radio.isChecked():
                return identifier
        text, model = self._other_text, self.other_model.text().strip()
        return f"{model}@{text}" if _needs_model(text) and model else text

    def choose(self, identifier: str) -> None:
        if identifier in self.cards:
            self.cards[identifier].radio.setChecked(True)
            return
        model, at, file = identifier.partition("@")
        self.other_radio.setChecked(True)
        if at and not identifier.startswith(("hf-hub:", "local-dir:")):
            self.other_model.setText(model)
            self.other_field.set_path(file)
        else:
            self.other_field.set_path(identifier)

    @property
    def is_ready(self) -> bool:
        """False only where the choice is of the list and not on disk."""
        card = self.cards.get(self.encoder)
        return card is None or card.state.on_disk

    @property
    def title(self) -> str:
        card = self.cards.get(self.encoder)
        return card.state.entry.title if card is not None else self.encoder

    def set_collapsed(self, collapsed: bool) -> None:
        """Show the chosen encoder alone, once the choice is made."""
        for card in self.cards.values():
            card.setVisible(not collapsed or card.radio.isChecked())
        self.other_card.setVisible(not collapsed or self.other_radio.isChecked())
        self.change_button.setVisible(collapsed)

    def download(self, identifier: str) -> None:
        self.problem.clear()
        self.cards[identifier].radio.setChecked(True)
        with self.problem.telling_errors():
            self._session.jobs.start_fetch(identifier)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._look_again()  # a checkpoint may have been put there in a file manager
        return super().event(event)

    def _by_hand(self) -> QWidget:
        section = Disclosure("Bring a checkpoint by hand")
        folder = encoders_folder_hint()
        self.folder_path = QLineEdit(str(folder), readOnly=True)
        self.folder_path.setCursorPosition(0)
        self.folder_path.setAccessibleName("Folder for checkpoints brought by hand")
        buttons = (
            push_button("Copy path", lambda: QGuiApplication.clipboard().setText(str(folder))),
            push_button("Open folder", self._on_open_folder),
        )
        fill(
            section.content,
            caption_label(
                "Download the model on another machine and put its folder or file here, or point "
                "“Other…” at it. It is then used without any network."
            ),
            self.folder_path,
            horizontal(*buttons, STRETCH, spacing=SPACING[1]),
        )
        return section

    def _on_open_folder(self) -> None:
        folder = encoders_folder_hint()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.problem.show_message(
                f"The folder {folder} cannot be made ({in_words(error)}): make it yourself, or use "
                "“Other…” with a path of your own.",
                Tone.ERROR,
            )
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _show_other(self) -> None:
        shown = self.other_radio.isChecked()
        self.other_row.setVisible(shown)
        self.other_model_row.setVisible(shown and _needs_model(self._other_text))

    def _on_edited(self, *_: object) -> None:
        self._show_other()
        self.changed.emit()

    def _look_again(self) -> None:
        """Whether encoders have come to the disk."""
        for state in encoder_states():
            self.cards[state.entry.identifier].show_state(state)
        self.changed.emit()

    def _on_job(self, happened: object) -> None:
        busy = self._session.jobs.is_busy
        for card in self.cards.values():
            card.download_button.setEnabled(not busy)
        if isinstance(happened, JobResult) and happened.kind is JobKind.FETCH:
            if happened.outcome is Outcome.FAILED:
                self.problem.show_message(happened.message, Tone.ERROR)
            self._look_again()


def _needs_model(text: str) -> bool:
    """Whether the text is a bare checkpoint file, which says no architecture."""
    return "@" not in text and text.lower().endswith((".safetensors", ".pt", ".pth", ".bin"))


def size_text(state: EncoderState) -> str:
    megabytes = state.entry.download_megabytes
    if megabytes == 0:
        return "bundled"
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes} MB"
