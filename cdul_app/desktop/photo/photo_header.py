"""The bar over the photo page: back, which photo, the way to its neighbours."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.file_manager import WayToFile, way_to_file
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.photo.snippet_view import Overlay
from cdul_app.desktop.widgets.buttons import tool_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import badge, label, show_text
from cdul_app.desktop.widgets.layouts import horizontal, paint_as
from cdul_app.language import figure, tr
from cdul_app.photos.files import PhotoFile

_SWITCHES = (  # icon, text, name and tooltip
    ("flag", "", tr("Flag this photo, to come back to it")),
    ("grid", tr("Parts"), tr("Show what each part of the photo says (G)")),
    ("heat", tr("Heat map"), tr("Show where the chosen class scores high (H)")),
    ("columns", tr("Compare"), tr("Up to three classes side by side (V)")),
)
_WAYS = {WayToFile.FOLDER: "folder", WayToFile.BROWSER: "photo", WayToFile.ADDRESS: "copy"}


class PhotoHeader(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "bar")
        self.back = tool_button(
            "back", tr("Back to all photos (Esc)"), text=tr("Photos"), parent=self
        )
        self.name = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle, parent=self)
        self.name.setProperty("role", "title")
        self.facts = ElidedLabel(parent=self)
        self.facts.setProperty("role", "muted")
        self.facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.note = badge("", tone="warning")
        self.note.hide()
        self.flag, self.snippets, self.heat, self.compare = (
            tool_button(icon_name, name, text=text, parent=self)
            for icon_name, text, name in _SWITCHES
        )
        for switch in (self.flag, self.snippets, self.heat, self.compare):
            switch.setCheckable(True)
        self.snippets.setChecked(True)
        self.ways = {
            way: tool_button(icon_name, way.value, parent=self) for way, icon_name in _WAYS.items()
        }
        self.position = label("", "muted", name=tr("Position among the photos shown"))
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.previous = tool_button("back", tr("Previous photo (←)"), parent=self)
        self.next = tool_button("forward", tr("Next photo (→ or Space)"), parent=self)
        horizontal(
            self.back, SPACING[1], (self.name, 2), (self.facts, 1), self.note, self.flag,
            self.snippets, self.heat, self.compare, *self.ways.values(), SPACING[2],
            self.position, self.previous, self.next,
            on=self, spacing=SPACING[1], margins=(SPACING[2], SPACING[1]),
        )  # fmt: skip

    def show_photo(self, path: str, file: PhotoFile, place: int, count: int) -> None:
        """`path` as in the project; `place` counts from 0 among the `count` photos shown."""
        self.name.set_text(path.rsplit("/", 1)[-1].replace("\n", "⏎"))
        self.name.setToolTip(plain_tip(str(file)))
        there = way_to_file(file)
        for way, button in self.ways.items():
            button.setVisible(way is there)
        self.position.setText(f"{figure(place + 1)} / {figure(count)}")
        # As wide as the last position, so that the buttons stay under the mouse.
        widest = self.position.fontMetrics().horizontalAdvance(f"{figure(count)} / {figure(count)}")
        self.position.setMinimumWidth(widest + SPACING[0])
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place < count - 1)

    def show_facts(self, *facts: str) -> None:
        """When the photo was taken, how large it is; those that are known."""
        self.facts.set_text(" · ".join(fact for fact in facts if fact))

    def show_note(self, note: str) -> None:
        """What the photo's file lacks; empty for nothing."""
        show_text(self.note, tr("Incomplete") if note else "")
        self.note.setToolTip(plain_tip(note))
        self.note.setAccessibleDescription(note)

    def show_overlay(self, overlay: Overlay) -> None:
        self.snippets.setChecked(overlay is Overlay.SNIPPETS)
        self.heat.setChecked(overlay is Overlay.HEAT)
