"""Filters by name: apply, save, rename, delete, all in one small window below a button."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QSizePolicy, QWidget

from cdul_app.desktop.library.finding.titles import FLAGGED, LABEL_TITLES, ORDERS, STATE_TITLES
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.overlays.on_screen import open_below
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import box, horizontal, scroll_area, vertical
from cdul_app.language import tr
from cdul_app.project.finding.photo_filter import PhotoFilter
from cdul_app.project.finding.saved_filters import SavedFilter
from cdul_app.project.project import Project

_WIDTH, _MOST_HEIGHT = 300, 320
_NAME_WIDTH = 176  # pixels


class SavedFilterPopup(QFrame):
    applied = Signal(object)  # SavedFilter

    def __init__(
        self, project: Project, current: Callable[[], PhotoFilter], parent: QWidget
    ) -> None:
        """current : what is shown now."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setFixedWidth(_WIDTH)
        self._project, self._current = project, current
        self._rows_shown: list[QWidget] = []
        self.empty = label(tr("No filter is saved yet."), "caption")
        self.rows = vertical(spacing=0)
        self._area = scroll_area(box(self.rows))
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(tr("Name for what is shown now"))
        self.name.setAccessibleName(tr("Name of the filter to save"))
        self.save_button = push_button(tr("Save"), self._save, parent=self)
        self.save_button.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.save_button.setEnabled(bool(text.strip())))
        self.name.returnPressed.connect(self._save)
        vertical(
            self.empty, self._area, horizontal((self.name, 1), self.save_button),
            on=self, spacing=SPACING[1], margins=SPACING[1],
        )  # fmt: skip

    def open_below(self, widget: QWidget) -> None:
        self.reload()
        open_below(self, widget, to_the_left=True)
        first = self._rows_shown[0].findChild(QPushButton) if self._rows_shown else None
        (first or self.name).setFocus(Qt.FocusReason.PopupFocusReason)

    def reload(self) -> None:
        for row in self._rows_shown:
            self.rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        saved = self._project.settings.saved_filters
        self._rows_shown = [self._make_row(each) for each in saved]
        for row in self._rows_shown:
            self.rows.addWidget(row)
        self.empty.setVisible(not saved)
        self._area.setVisible(bool(saved))
        self._area.setFixedHeight(min(_MOST_HEIGHT, self.rows.sizeHint().height()))
        self.adjustSize()

    def _make_row(self, saved: SavedFilter) -> QWidget:
        row = QWidget(self)
        short = self.fontMetrics().elidedText(saved.name, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        apply_button = push_button(
            short,
            lambda: self._apply(saved),
            role="menu-row",
            name=saved.name,
            tip=f"{saved.name}: {describe(saved)}",
            parent=row,
        )
        apply_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        field = QLineEdit(saved.name, row)
        field.setAccessibleName(tr("New name for {name}", name=saved.name))
        field.hide()

        def rename() -> None:
            if not field.isHidden():
                field.hide()
                self._rename(saved, field.text().strip())

        def edit() -> None:
            apply_button.hide()
            field.show()
            field.selectAll()
            field.setFocus()

        field.editingFinished.connect(rename)
        rename_button = tool_button(
            "edit", tr("Rename {name}", name=saved.name), edit, role="quiet", parent=row
        )
        delete_button = tool_button(
            "close",
            tr("Delete {name}", name=saved.name),
            lambda: self._replace(saved),
            role="quiet",
            parent=row,
        )
        horizontal((apply_button, 1), (field, 1), rename_button, delete_button, on=row, spacing=0)
        return row

    def _apply(self, saved: SavedFilter) -> None:
        self.hide()
        self.applied.emit(saved)

    def _save(self) -> None:
        """A name that is there already gets what is shown now."""
        name = self.name.text().strip()
        if not name:
            return
        others = [each for each in self._project.settings.saved_filters if each.name != name]
        new = self._current().saved_as(name, self._project.classes.names)
        self._project.settings.saved_filters = [*others, new]
        self.name.clear()
        self.hide()

    def _rename(self, saved: SavedFilter, name: str) -> None:
        taken = {each.name for each in self._project.settings.saved_filters}
        free = bool(name) and name not in taken
        self._replace(saved, replace(saved, name=name) if free else saved)

    def _replace(self, saved: SavedFilter, *by: SavedFilter) -> None:
        """By nothing, to delete it."""
        filters = self._project.settings.saved_filters
        if saved in filters:  # a name that was being edited ends with its row
            place = filters.index(saved)
            self._project.settings.saved_filters = [*filters[:place], *by, *filters[place + 1 :]]
            self.reload()


def describe(saved: SavedFilter) -> str:
    """What a saved filter shows, for a tooltip."""
    name = saved.class_name
    shown = PhotoFilter.of_saved(saved, () if name is None else (name,))
    parts = [] if name is None else [tr(LABEL_TITLES[shown.label], name=name)]
    if shown.score_range is not None:
        low, high = shown.score_range
        parts.append(tr("score {low:.2f}–{high:.2f}", low=low, high=high))
    if shown.state is not None:
        parts.append(STATE_TITLES[shown.state])
    if shown.flagged:
        parts.append(FLAGGED)
    if shown.text:
        parts.append(shown.text)
    return ", ".join([*parts, tr("sorted by: {order}", order=ORDERS[shown.sort][0])])
