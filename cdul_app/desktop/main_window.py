"""The window: start page or project, menus, messages.

It is painted before a project's widgets are loaded, and its dialogs: see `warm_up`.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMainWindow, QMenu

from cdul_app.desktop.folder_drop import FolderDrop
from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.keys.shortcuts import shortcut
from cdul_app.desktop.keys.undo_keys import UndoKeys
from cdul_app.desktop.look.plain_text import plain_title, without_mnemonic
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.opening_projects import OpeningProjects, discard
from cdul_app.desktop.overlays.notice_overlay import LINE_HEIGHT, NoticeOverlay
from cdul_app.desktop.overlays.on_screen import first_size, keep_on_screen
from cdul_app.desktop.session.job import JobKind, JobResult
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.start_page import StartPage
from cdul_app.desktop.submenus import RecentMenu, ThemeMenu
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.warm_up import load_ahead, warm_up
from cdul_app.desktop.widgets.layouts import box, stack, vertical
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.language import tr, translatable

if TYPE_CHECKING:
    from cdul_app.desktop.project_view import ProjectView
    from cdul_app.desktop.session.project_session import ProjectSession

FIRST_SIZE = QSize(1280, 800)
_WIDEST_ON_START = 640  # pixels of a line on the start page
MINIMUM_SIZE = (900, 440)  # on a laptop's screen at 150 %, 911 x 512, with its task bar
_FRAME_MS = 200
_ALWAYS = ("open", "quit", "keys", "settings")  # also while no project is open
_CHANGING = ("rescan", "import", "train", "undo", "redo")  # not where it is read only
_STOPPING = tr("Stopping… what is done is kept.")
_Actions = dict[str, Callable[["ProjectView"], object]]  # by the names of their keys
_STAGE_ACTIONS: _Actions = {
    "run": lambda view: view.act(),
    "train": lambda view: view.train(),
    "export": lambda view: view.show_export(),
}
_EDIT_ACTIONS: _Actions = {"undo": lambda view: view.undo(), "redo": lambda view: view.redo()}
_VIEW_ACTIONS: _Actions = {
    "filter": lambda view: view.focus_filter(),
    "collection": lambda view: view.show_collection(),
    "snippet_wall": lambda view: view.show_wall(),
    "search": lambda view: view.focus_search(),
    "side_panel": lambda view: view.toggle_side_panel(),
    "next_region": lambda view: view.focus_part(1),
    "previous_region": lambda view: view.focus_part(-1),
    "zoom_in": lambda view: view.zoom(1),
    "zoom_out": lambda view: view.zoom(-1),
    "zoom_fit": lambda view: view.photo.stage.fit(),
}


class MainWindow(QMainWindow):
    project_gone = Signal()  # one was closed, and its widgets are deleted
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("cdul_app")
        self.setMinimumSize(*MINIMUM_SIZE)
        FolderDrop(self).dropped.connect(self.open_folder)
        self._settings = WindowSettings()
        self.view: ProjectView | None = None
        self._waiting: Callable[[], object] | None = None  # what to do once the job has stopped
        self.opening = OpeningProjects(self, self._settings)
        # Some systems put the frame around a window only after it is there.
        self._shown = single_shot(self, _FRAME_MS, self._keep_on_screen)
        self._gone = single_shot(self, 0, self.project_gone.emit)
        self.menu_actions: dict[str, QAction] = {}  # by the names of their keys
        self.start = StartPage(self)
        self.stack = stack(self.start, parent=self)
        self._whole = box(vertical(self.stack))
        self.setCentralWidget(self._whole)
        self.messages = NoticeOverlay(self._whole, self._notice_line)
        self.messages.width_taken.connect(self._on_notice_width)
        self.start.open_requested.connect(self.choose_folder)
        self.start.demo_requested.connect(self.open_demo)
        self.start.folder_chosen.connect(self.open_folder)
        self._make_menus()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._undo_keys = UndoKeys(app, self)
        self._update_actions()
        self.resize(first_size(self, FIRST_SIZE))
        self._first_size = self.size()
        if (geometry := self._settings.geometry) is not None:
            self.restoreGeometry(geometry)

    # ---- opening and closing ----

    def choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Open a folder of photos"))
        if folder:
            self.open_folder(Path(folder))

    def open_folder(self, folder: Path, database: Path | None = None) -> None:
        self.opening.open_folder(folder, database)

    def open_demo(self, into: Path | None = None) -> None:
        self.opening.open_demo(into)

    def close_project(self) -> None:
        """Back to the start page.  A running job is cancelled, what it did is kept."""
        view, self.view = self.view, None
        if view is not None:
            self.messages.clear()  # what it says, and can undo, is of this project
            view.close_pages()
            self._close_session(view.session)
            self.stack.removeWidget(view)
            view.deleteLater()
            self._gone.start()
        self.setWindowTitle("cdul_app")
        self.start.reload()
        self.stack.setCurrentWidget(self.start)
        self._update_actions()

    def _close_session(self, session: "ProjectSession") -> None:
        """With what the start page says of it then."""
        from cdul_app.project.project_summary import project_summary

        busy, project = session.jobs.is_busy, session.project
        today = QDate.currentDate().toString(Qt.DateFormat.ISODate)
        summary = None if busy else project_summary(project, today)
        discard(session)
        text = "" if summary is None else summary.closed()
        self._settings.set_summary(project.location.folder, text)

    def show_project(self, session: "ProjectSession", *, labels_at_once: bool) -> None:
        """In place of the present one."""
        from cdul_app.desktop.project_view import ProjectView

        self.messages.clear()
        self.close_project()
        warm_up()
        # In its place from the start: to move a whole page is to style it anew.
        self.view = ProjectView(session, self.stack)
        self.view.messages = self.messages
        self.view.say.connect(self.messages.show_message)
        self.view.notice.connect(self.messages.show_notice)
        side = self.view.library.side_panel
        side.when_made("Check", lambda: side.check.import_wanted.connect(self.import_labels))
        side.when_made(
            "Other folder",
            # Queued: the session is still inside its own signal when it says so.
            lambda: side.other_folder.project_wanted.connect(
                self.open_folder, Qt.ConnectionType.QueuedConnection
            ),
        )
        session.undo_changed.connect(self._update_actions)
        session.undo_changed.connect(self.messages.clear_passing)
        self.view.stack.currentChanged.connect(lambda _: self.messages.clear_passing())
        self.stack.addWidget(self.view)
        self.stack.setCurrentWidget(self.view)
        folder = session.project.location.folder
        self.setWindowTitle(f"{plain_title(folder.name)} – cdul_app")
        self._settings.add_recent(folder)
        self._update_actions()
        location = session.project.location
        if location.moved_because_read_only:
            self.messages.show_message(
                tr(
                    "This folder cannot be written, or could not when its project was begun: it is "
                    "kept in {file}.",
                    file=location.database,
                ),
                Tone.WARNING,
            )
        if session.project.store.opening_note:
            self.messages.show_message(session.project.store.opening_note, Tone.WARNING)
        if not location.read_only:
            self._start_first_job(session, labels_at_once=labels_at_once)
        self.view.library.grid.setFocus()

    def _start_first_job(self, session: "ProjectSession", *, labels_at_once: bool) -> None:
        if labels_at_once and session.project.display_kind is None:
            if self.view is not None:
                self.view.library.side_panel.show_panel("Train")
            session.jobs.start_scoring_and_training()
        elif session.project.is_half_listed:
            session.jobs.start_scan()
        elif self.view is not None:
            self.view.offer_training()
        session.jobs.read_when_idle()

    def when_idle(self, act: Callable[[], object]) -> None:
        """Do it now, or once the running job has stopped; till then the window stays alive.

        A job stops within a batch and keeps what it did.  Of several wishes the last counts.
        """
        if not self.is_busy or self.view is None:
            act()
            return
        stopping = self._waiting is not None
        self._waiting = act
        self.opening.drop_next()  # another wish replaced the one to show it
        if not stopping:
            self.messages.show_notice(Notice(_STOPPING, stays=True))
            jobs = self.view.session.jobs
            # Queued: the session is still inside its own signal when it says so.
            jobs.finished.connect(self._on_stopped, Qt.ConnectionType.QueuedConnection)
            jobs.cancel()

    def _on_stopped(self, result: JobResult) -> None:
        act, self._waiting = self._waiting, None
        if act is not None:
            self.messages.clear()
            act()
            if result.kind is JobKind.PREDICT:  # where its file is, no project tells
                self.messages.show_message(result.message)

    def _notice_line(self) -> QRect:
        """Where in the window what happened is told."""
        whole = self._whole.rect()
        if self.view is not None:
            bar = self.view.job_bar
            return bar.notice_line.translated(bar.mapTo(self._whole, QPoint(0, 0)))
        line = QRect(0, 0, min(_WIDEST_ON_START, whole.width() - 2 * SPACING[3]), LINE_HEIGHT)
        line.moveCenter(whole.center())
        line.moveBottom(whole.bottom() - SPACING[3])
        return line

    def _on_notice_width(self, width: int) -> None:
        if self.view is not None:
            self.view.job_bar.make_room(width)

    @property
    def is_stopping(self) -> bool:
        """Whether something waits for the running job to stop."""
        return self._waiting is not None

    @property
    def is_busy(self) -> bool:
        return self.view is not None and self.view.session.jobs.is_busy

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shown.start()
        QTimer.singleShot(0, load_ahead)  # once it is painted

    def _keep_on_screen(self) -> None:
        """Unless a person has given it another size."""
        if self.size() == self._first_size:
            keep_on_screen(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """A running job is asked to stop; the window stays alive till it has, then goes."""
        if self.is_busy:
            event.ignore()
            self.when_idle(self.close)
            return
        self.closing.emit()
        self.opening.close()
        self._settings.geometry = self.saveGeometry()
        self.close_project()
        event.accept()

    # ---- menus ----

    def _make_menus(self) -> None:
        bar, actions = self.menuBar(), self.menu_actions
        file = bar.addMenu(tr("&Project"))
        self._add(file, "open", self.choose_folder)
        self.recent_menu = RecentMenu(self._settings, self)
        self.recent_menu.folder_chosen.connect(self.open_folder)
        file.addMenu(self.recent_menu)
        file.addAction(tr("Open the demo"), lambda: self.open_demo())
        file.addSeparator()
        actions["rescan"] = file.addAction(tr("Look for new photos"), self._on_rescan)
        actions["import"] = file.addAction(tr("Import labels…"), self.import_labels)
        actions["backups"] = file.addAction(tr("Backups…"), self._on_backups)
        file.addSeparator()
        self._add_for_view(file, _STAGE_ACTIONS)
        file.addSeparator()
        self._add(file, "close", lambda: self.when_idle(self.close_project))
        self._add(file, "quit", self.close)
        edit = bar.addMenu(tr("&Edit"))
        self._add_for_view(edit, _EDIT_ACTIONS)
        edit.addSeparator()
        self._add(edit, "settings", self._show_settings)
        actions["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)
        view = bar.addMenu(tr("&View"))
        self._add_for_view(view, _VIEW_ACTIONS)
        view.addMenu(ThemeMenu(self._settings, self))
        help_menu = bar.addMenu(tr("&Help"))
        for title in (translatable("Getting started"), translatable("Troubleshooting")):
            help_menu.addAction(tr(title), partial(self._show_help, title))
        self._add(help_menu, "keys", self._show_keys)
        help_menu.addAction(tr("About cdul_app"), self._show_about)

    def _add(self, menu: QMenu, name: str, act: Callable[[], object]) -> None:
        self.menu_actions[name] = menu.addAction(
            without_mnemonic(shortcut(name).text), lambda: act()
        )
        key_map().bind(self.menu_actions[name], name)

    def _add_for_view(self, menu: QMenu, actions: _Actions) -> None:
        """They do nothing while no project is open."""
        for name, act in actions.items():
            self._add(menu, name, partial(self._act_on_view, act))

    def _act_on_view(self, act: "Callable[[ProjectView], object]") -> None:
        if self.view is not None:
            act(self.view)

    def _update_actions(self) -> None:
        for name, action in self.menu_actions.items():
            action.setEnabled(self.view is not None or name in _ALWAYS)
        if self.view is not None:
            project = self.view.session.project
            self.menu_actions["undo"].setEnabled(project.decisions.can_undo)
            self.menu_actions["redo"].setEnabled(project.decisions.can_redo)
            for name in _CHANGING if project.location.read_only else ():
                self.menu_actions[name].setEnabled(False)

    # ---- what the menus do ----

    def import_labels(self) -> None:
        """Labels of others as answers, or as truth."""
        if self.view is None:
            return
        from cdul_app.desktop.exchange.import_dialog import ImportDialog

        dialog = ImportDialog(self.view.session, self)
        dialog.truth_loaded.connect(self._show_quality)
        _run(dialog)

    def _show_quality(self) -> None:
        if self.view is not None:
            self.view.show_library()
            self.view.library.side_panel.show_panel("Quality")

    def _on_backups(self) -> None:
        if self.view is not None:
            self.opening.show_backups(self.view.session.project.location)

    def _show_help(self, title: str) -> None:
        from cdul_app.desktop.help_dialog import HelpDialog

        _run(HelpDialog(title, self))

    def _show_about(self) -> None:
        from cdul_app.desktop.help_dialog import show_about

        show_about(self)

    def _show_keys(self) -> None:
        from cdul_app.desktop.keys.key_reference import KeyReference

        _run(KeyReference(self))

    def _show_settings(self) -> None:
        from cdul_app.desktop.settings_dialog import SettingsDialog

        _run(SettingsDialog(self))

    def _on_rescan(self) -> None:
        if self.view is not None:
            with self.messages.telling_errors(Tone.WARNING):
                self.view.session.jobs.start_scan()


def _run(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()  # else each one ever opened lives as long as the window
