"""Choosing how well photos are labelled: three qualities, one more for class names that are not in
English, and any other encoder."""

from dataclasses import replace

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from cdul_app.desktop.encoders.other_encoder import OtherEncoder
from cdul_app.desktop.encoders.quality_card import QualityCard
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.language import tr
from cdul_app.project.labeling.encoder_states import probably_has_gpu
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import (
    DEMO_ENCODER,
    QUALITIES,
    catalogue_entry,
    recommended_encoder,
)


class EncoderChooser(QWidget):
    """`changed` comes when another encoder is chosen; `encoder` is its identifier."""

    changed = Signal()

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        demo = catalogue_entry(DEMO_ENCODER) if session.project.settings.is_demo else None
        entries = (*QUALITIES, demo) if demo is not None else QUALITIES
        recommended = DEMO_ENCODER if demo else recommended_encoder(has_gpu=probably_has_gpu())
        self.cards = {
            entry.identifier: QualityCard(entry, recommended=entry.identifier == recommended)
            for entry in entries
        }
        self.other = OtherEncoder(session.encoder_check)
        self._last = recommended  # that can be used
        for card in (*self.cards.values(), self.other):
            self._group.addButton(card.radio)
        vertical(*self.cards.values(), self.other, on=self, spacing=SPACING[1])
        self._group.buttonToggled.connect(lambda _, on: self._on_edited() if on else None)
        self.other.changed.connect(self._on_edited)

    @property
    def encoder(self) -> str:
        """The last that can be used, while another one is being given."""
        for identifier, card in self.cards.items():
            if card.radio.isChecked():
                return identifier
        return self.other.identifier or self._last

    def choose(self, identifier: str) -> None:
        self._keep(identifier)
        if identifier in self.cards:
            self.cards[identifier].radio.setChecked(True)
        else:
            self.other.show_encoder(identifier)

    def show_costs(self, config: ScoringConfig) -> None:
        """What each would cost with these settings."""
        cost = self._session.labeling.cost
        for identifier, card in self.cards.items():
            card.show_cost(cost(replace(config, encoder=identifier)))
        if self.other.radio.isChecked():
            self.other.show_cost(cost(config))

    def _on_edited(self) -> None:
        self._keep(self.encoder)
        self.changed.emit()

    def _keep(self, identifier: str) -> None:
        self._last = identifier
        entry = catalogue_entry(identifier)
        self.other.set_meanwhile(identifier if entry is None else tr(entry.quality or entry.title))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            # An encoder may have been put there in a file manager.
            self._session.labeling.changed.emit()
        return super().event(event)
