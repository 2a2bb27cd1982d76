"""A project that is read only, in the window: what would change it is disabled, with the reason."""

from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.look.plain_text import plain_tip
from cdul_app.desktop.photo.photo_page import PhotoPage


def lock_changes(library: LibraryPage, photo: PhotoPage, reason: str) -> None:
    """For as long as they live.  Keys stay: they are answered with the reason."""
    side, saved = library.side_panel, library.filter_bar.saved_popup

    def lock(*controls: QWidget) -> None:
        for control in controls:
            _keep_disabled(control, reason)

    def lock_parts(name: str) -> None:
        lock(*side.panels[name].parts)

    for name in ("Classes", "Label", "Train", "Other folder"):
        side.when_made(name, partial(lock_parts, name))
    side.when_made("Check", lambda: lock(side.check.threshold, side.check.import_button))
    side.when_made("Quality", lambda: lock(*side.results.changing))
    lock(saved.name, saved.save_button, library.grid_line.review_link, photo.header.flag)


class _KeptDisabled(QObject):
    """Goes with its widget, which others enable as if it were any."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setEnabled(False)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.EnabledChange and isinstance(watched, QWidget):
            watched.setEnabled(False)
        return False


def _keep_disabled(widget: QWidget, reason: str) -> None:
    for each in (widget, *widget.findChildren(QWidget)):
        if each is widget or each.toolTip():  # else the tooltip of the widget around it is shown
            each.setToolTip(plain_tip(reason))
    _KeptDisabled(widget)
