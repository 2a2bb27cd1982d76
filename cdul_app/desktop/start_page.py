"""What one sees first: open a folder, try the demo, go on with a recent project."""

from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from cdul_app.desktop.look.icons import application_icon
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import (
    STRETCH,
    Stretch,
    box,
    horizontal,
    paint_as,
    scroll_area,
    vertical,
)
from cdul_app.language import language, ntr, tr
from cdul_app.project.project_summary import read_summary

COLUMN_WIDTH = 560  # pixels
_TEXT_LEFT = 28  # of a button with an icon


class StartPage(QWidget):
    open_requested = Signal()
    demo_requested = Signal()
    folder_chosen = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "page")
        self._recent_title = label(tr("Recent projects"), "muted")
        self._recent = vertical(spacing=SPACING[0])
        self._rows: list[QWidget] = []
        holder = box(
            vertical(
                self._make_title(), SPACING[1], self._make_drop_zone(), SPACING[1],
                self._recent_title, self._recent,
                spacing=SPACING[2], margins=None,
            )
        )  # fmt: skip
        holder.setFixedWidth(COLUMN_WIDTH)
        # Stretches and no alignment: an aligned widget is not asked how high its wrapped text is.
        middle = horizontal(STRETCH, holder, STRETCH)
        page = box(vertical(Stretch(2), middle, Stretch(3), margins=None), role="page")
        scrolled = scroll_area(page)  # eight projects are more than a small screen has room for
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        vertical(scrolled, on=self)
        self.reload()

    def reload(self) -> None:
        """Show the recent projects as they are now."""
        for row in self._rows:
            row.hide()  # at once: else it would stand there till it is deleted
            row.deleteLater()
        self._rows = [self._recent_row(folder) for folder in WindowSettings().recent_folders[:5]]
        self._recent_title.setVisible(bool(self._rows))
        for row in self._rows:
            self._recent.addWidget(row)

    def _make_title(self) -> QHBoxLayout:
        mark = label(parent=self)
        mark.setPixmap(application_icon().pixmap(QSize(64, 64)))
        words = vertical(
            label("cdul_app", "display"),
            label(tr("Label your photos without labeling them by hand."), "muted"),
            spacing=2,
        )
        return horizontal(mark, words, STRETCH, spacing=SPACING[3])

    def _make_drop_zone(self) -> QFrame:
        zone = QFrame(self)
        zone.setProperty("role", "drop-zone")
        text = label(tr("Drop a folder of photos here"), "title")
        hint = label(
            tr(
                "Name your classes, and every photo gets labels with the evidence for them. "
                "Photos stay where they are and never leave this machine."
            ),
            "muted",
            wrap=True,
        )
        for each in (text, hint):
            each.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open_button = push_button(tr("Open folder…"), self.open_requested, role="primary")
        self.demo_button = push_button(
            tr("Try the demo"),
            self.demo_requested,
            tip=tr("Drawn scenes that show every step, without any download"),
        )
        buttons = horizontal(STRETCH, self.open_button, self.demo_button, STRETCH)
        vertical(text, hint, SPACING[0], buttons, on=zone, spacing=SPACING[2], margins=SPACING[4])
        return zone

    def _recent_row(self, folder: Path) -> QWidget:
        there = folder.is_dir()
        text = f"{folder.name}    {folder.parent}"
        if not there:
            text = tr("{folder}  (not found)", folder=text)
        button = push_button(
            "",
            lambda: self.folder_chosen.emit(folder),
            role="link",
            name=tr("Open {folder}", folder=folder),
            tip=str(folder),
            icon_name="folder",
        )
        button.setEnabled(there)
        remove = tool_button(
            "close",
            tr("Remove {folder} from the list", folder=folder),
            lambda: self._remove(folder),
            role="quiet",
            tip=tr("Remove from this list (the project itself stays)"),
        )
        progress = label(_progress(folder) if there else "", "caption")
        progress.setContentsMargins(_TEXT_LEFT, 0, 0, 0)
        progress.setVisible(bool(progress.text()))
        words = vertical(button, progress, spacing=0)
        row = box(horizontal((words, 1), remove, spacing=SPACING[0]), parent=self)
        button.ensurePolished()  # the style sheet's font is the one it will be painted in
        metrics = button.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, COLUMN_WIDTH - 96)
        button.setText(without_mnemonic(shown))
        return row

    def _remove(self, folder: Path) -> None:
        WindowSettings().remove_recent(folder)
        self.reload()


def _progress(folder: Path) -> str:
    """ "80 of 128 photos labelled, 14 answers, yesterday"; empty where it may not be true now."""
    summary = read_summary(WindowSettings().summary_of(folder))
    if summary is None:
        return ""
    return tr(
        "{labelled} of {photos} photos labelled, {answers}, {day}",
        labelled=summary.labelled,
        photos=summary.photos,
        answers=ntr("{n} answer", "{n} answers", summary.answers),
        day=_day(QDate.fromString(summary.day, Qt.DateFormat.ISODate)),
    )


def _day(day: QDate) -> str:
    ago = day.daysTo(QDate.currentDate())
    if ago in (0, 1):
        return (tr("today"), tr("yesterday"))[ago]
    return QLocale(language()).toString(day, tr("d MMM yyyy"))
