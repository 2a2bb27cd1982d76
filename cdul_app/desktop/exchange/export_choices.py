"""What a person chooses about an export, beside its format and place."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.disclosure import Disclosure
from cdul_app.desktop.widgets.fields.drop_down import DropDown
from cdul_app.desktop.widgets.fields.form_row import FormRow
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.formats.export_options import ExportOptions, PhotoFiles, Several, Which
from cdul_app.formats.label_formats import LabelFormat
from cdul_app.language import tr

_Choice = TypeVar("_Choice", bound=StrEnum)
_WHICH = {
    Which.ALL: tr("All labels"),
    Which.REVIEWED: tr("Of photos with an answer"),
    Which.ANSWERS: tr("Your answers alone"),
}
_PHOTOS = {
    PhotoFiles.LINK: tr("Linked, without taking room"),
    PhotoFiles.COPY: tr("Copied"),
    PhotoFiles.NONE: tr("Left where they are"),
}
_SEVERAL: dict[Several | None, str] = {
    None: tr("Choose…"),
    Several.BEST: tr("To the best of them"),
    Several.EACH: tr("Into each"),
    Several.LEAVE_OUT: tr("Nowhere"),
}
_SPLITS: dict[tuple[float, ...], str] = {
    (): tr("Not parted"),
    (0.8, 0.2): tr("80 % train, 20 % val"),
    (0.8, 0.1, 0.1): tr("80 % train, 10 % val, 10 % test"),
}


class ExportChoices(QWidget):
    """What a format has no use for cannot be chosen, and keeps its place."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.which = _box(list(_WHICH.values()), tr("Which labels"))
        self.only_shown = QCheckBox(tr("Only the photos that are shown"))
        self.only_shown.setToolTip(tr("Those that the filter above the photos leaves"))
        self.scores = QCheckBox(tr("Scores too"))
        self.bom = QCheckBox(tr("For Excel (marks the file as UTF-8)"))
        self.photos = _box(list(_PHOTOS.values()), tr("Photos"))
        self.split = _box(list(_SPLITS.values()), tr("Split"))
        self.several = _box(list(_SEVERAL.values()), tr("A photo with several labels goes"))
        self._several_row = FormRow(tr("Several labels"), self.several)
        self.more = Disclosure(tr("More options"))
        for row in (
            self.scores,
            self.bom,
            FormRow(tr("Photos"), self.photos),
            FormRow(tr("Split"), self.split),
        ):
            self.more.content.addWidget(row)
        vertical(
            FormRow(tr("Which"), self.which),
            self.only_shown,
            self._several_row,
            self.more,
            on=self,
            spacing=SPACING[1],
        )
        for box in (self.which, self.photos, self.split, self.several):
            box.currentIndexChanged.connect(lambda _: self.changed.emit())
        for check in (self.only_shown, self.scores, self.bom):
            check.toggled.connect(lambda _: self.changed.emit())

    def show_format(self, chosen: LabelFormat) -> None:
        self.scores.setEnabled(chosen.scores)
        self.bom.setEnabled(chosen.bom)
        self.photos.setEnabled(chosen.photos)
        self.split.setEnabled(chosen.split)
        self.several.setEnabled(chosen.several)
        self._several_row.setVisible(chosen.several)  # a question that few formats ask

    def options(self, shown: Callable[[], Sequence[int]]) -> ExportOptions:
        """shown : gives the identifiers of the photos that the filter leaves."""
        return ExportOptions(
            which=_chosen(self.which, list(_WHICH)) or Which.ALL,
            photo_ids=frozenset(shown()) if self.only_shown.isChecked() else None,
            scores=self.scores.isEnabled() and self.scores.isChecked(),
            bom=self.bom.isEnabled() and self.bom.isChecked(),
            photos=_chosen(self.photos, list(_PHOTOS)) or PhotoFiles.LINK,
            split=list(_SPLITS)[self.split.currentIndex()] if self.split.isEnabled() else (),
            several=list(_SEVERAL)[self.several.currentIndex()],
        )

    @property
    def lacks_several(self) -> bool:
        """Whether it must be said first where a photo with several labels goes."""
        return self.several.isEnabled() and self.several.currentIndex() == 0


def _box(titles: list[str], name: str) -> DropDown:
    box = DropDown()
    box.addItems(titles)
    box.setAccessibleName(name)
    return box


def _chosen(box: DropDown, choices: list[_Choice]) -> _Choice | None:
    return choices[box.currentIndex()] if box.isEnabled() else None
