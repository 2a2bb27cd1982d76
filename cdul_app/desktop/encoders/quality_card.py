"""One quality to choose: what it is good for, how long it takes, and whether it is here."""

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton

from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.restyle import restyle
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.fields.radio_choice import TEXT_INDENT
from cdul_app.desktop.widgets.labels import badge, caption_label
from cdul_app.desktop.widgets.layouts import STRETCH, horizontal, vertical
from cdul_app.language import tr
from cdul_app.project.labeling.cost import LabelingCost, megabytes_in_words
from cdul_app.project.labeling.durations import duration_in_words
from cdul_app.settings.encoder_catalogue import CatalogueEntry

_NO_BREAK = "\u00a0"


class Card(QFrame):
    """A framed choice; the chosen one of several stands out.  A click anywhere on it chooses it."""

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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.radio.setChecked(True)
        self.radio.setFocus()
        super().mousePressEvent(event)


class QualityCard(Card):
    def __init__(self, entry: CatalogueEntry, *, recommended: bool) -> None:
        # Beside other qualities it need not be said that it is an encoder.
        title = tr(entry.quality) if entry.quality else tr("Demo")
        purpose = tr(entry.purpose)
        super().__init__(title, f"{title}: {purpose}")
        self.entry = entry
        self.setToolTip(plain_tip(f"{tr(entry.title)} ({entry.identifier})"))
        self.on_disk = badge(tr("Ready"), tone="success")
        self.recommended = badge(tr("Recommended"), tone="accent")
        self.facts = caption_label("")
        vertical(
            horizontal(self.radio, self.recommended, STRETCH, self.on_disk, spacing=SPACING[1]),
            vertical(
                caption_label(purpose), self.facts,
                spacing=0, margins=(TEXT_INDENT, 0, 0, 0),
            ),
            on=self, spacing=2, margins=SPACING[1],
        )  # fmt: skip
        # Last: shown without a parent it would be a window.
        self.recommended.setVisible(recommended)
        self.on_disk.hide()

    def show_cost(self, cost: LabelingCost) -> None:
        """cost : of labeling these photos with it."""
        self.on_disk.setVisible(not cost.needs_download)
        self.facts.setText(facts_text(self.entry, cost))


def facts_text(entry: CatalogueEntry, cost: LabelingCost) -> str:
    """ "About 2 min · 605 MB to download · MIT licence", as much of it as is known."""
    parts = []
    if cost.photos_left and cost.seconds is not None:
        parts.append(duration_in_words(cost.seconds))
    if cost.download_megabytes:
        parts.append(tr("{size} to download", size=megabytes_in_words(cost.download_megabytes)))
    parts.append(tr("{licence} licence", licence=entry.licence))
    text = " · ".join(part.replace(" ", _NO_BREAK) for part in parts)
    return text[0].upper() + text[1:]
