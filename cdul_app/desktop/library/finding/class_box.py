"""Choosing a class by a part of its name."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QStyle, QWidget

from cdul_app.desktop.keys.shortcuts import KEYED_CLASSES, class_key_mark
from cdul_app.desktop.library.finding.class_box_delegate import KEY_ROLE, ClassBoxDelegate
from cdul_app.desktop.look.theme import SPACING

_WIDEST = 360  # pixels


class ClassBox(QComboBox):
    """The first entry is no class; the others are columns of the session."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumWidth(150)
        self.setAccessibleName("Class to review")
        self.setToolTip("The class that Y and N answer, and that the score order is of")
        completer = self.completer()
        assert completer is not None, "an editable combo box has one"
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        for view in (self.view(), completer.popup()):
            assert view is not None, "both have a list"
            view.setItemDelegate(ClassBoxDelegate(view))
        field = self.lineEdit()
        assert field is not None, "an editable combo box has one"
        field.editingFinished.connect(self._restore_name)

    @property
    def column(self) -> int | None:
        return self.currentIndex() - 1 if self.currentIndex() > 0 else None

    def set_classes(self, names: Sequence[str], *, keep: bool) -> None:
        """Put in other classes; `keep` the chosen one where its name is still there."""
        # Not the field's text, which a person may be typing.
        name = self.itemText(self.currentIndex() if keep else -1)
        blocked = self.blockSignals(True)
        self.clear()
        self.addItem("Any class")
        self.addItems(list(names))
        for column in range(min(KEYED_CLASSES, len(names))):
            self.setItemData(column + 1, class_key_mark(column), KEY_ROLE)
        place = max(0, self.findText(name, Qt.MatchFlag.MatchExactly)) if name else 0
        self.setCurrentIndex(place)
        self.blockSignals(blocked)

    def showPopup(self) -> None:
        """As wide as the names, where that is not too much."""
        view = self.view()
        assert view is not None, "a combo box has a list"
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        view.setMinimumWidth(min(_WIDEST, view.sizeHintForColumn(0) + bar + SPACING[1]))
        super().showPopup()

    def _restore_name(self) -> None:
        """A text that is no class chooses nothing, and does not stay to look as if it did."""
        self.setEditText(self.itemText(self.currentIndex()))
