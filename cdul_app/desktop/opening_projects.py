"""Opening projects in the window: a folder, the demo, a damaged one from a backup.

A large one is read beside the window, and one that is opened while a job runs waits for its end.
"""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.message import Notice, Tone
from cdul_app.errors import DamagedProjectError
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation, locate_project

if TYPE_CHECKING:
    from cdul_app.desktop.main_window import MainWindow
    from cdul_app.desktop.session.project_session import ProjectSession
    from cdul_app.desktop.session.reading_ahead import ReadingAhead
    from cdul_app.project.read_ahead import ReadProject


class OpeningProjects(QObject):
    """Of several wishes the last counts."""

    def __init__(self, window: "MainWindow", settings: WindowSettings) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._next_session: ProjectSession | None = None  # opened, waits to be shown

    def open_folder(self, folder: Path, database: Path | None = None) -> None:
        """Open a project in place of the present one; a folder that cannot be opened is said so.

        A large one is shown when it was read beside the window.
        """
        from cdul_app.project.read_ahead import takes_long

        location = locate_project(folder, database)
        if location == self._ahead.location:
            return
        self._ahead.give_up()
        if self._is_shown(location) or not takes_long(location):
            self._open_folder(folder, database)
            return

        def show(read: "ReadProject | None") -> None:
            self._window.messages.clear()
            self._open_folder(folder, database, read)

        words = tr("Opening {folder}…", folder=location.folder.name)
        self._window.messages.show_notice(Notice(words, stays=True))
        self._ahead.start(location, show)

    def open_demo(self, into: Path | None = None) -> None:
        """Open the demo; scored and trained at once where that was not done yet."""
        from cdul_app.desktop.session.project_session import ProjectSession

        self._ahead.give_up()
        self._open(lambda: ProjectSession.open_demo(into), labels_at_once=True)

    def show_backups(self, location: ProjectLocation, problem: str = "") -> None:
        """What a project can be restored from; then it is opened anew."""
        from cdul_app.desktop.backups_dialog import BackupsDialog

        window = self._window
        dialog = BackupsDialog(
            location, partial(self._release, location), problem=problem, parent=window
        )

        def open_anew(sentence: str) -> None:
            self.open_folder(location.folder, location.database)
            if window.view is not None and not window.view.session.project.store.opening_note:
                window.messages.show_message(sentence, Tone.SUCCESS)

        dialog.restored.connect(open_anew)
        window.closing.connect(dialog.finish)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def drop_next(self) -> None:
        """Close again the session that waits to be shown."""
        discard(self._next_session)
        self._next_session = None

    def close(self) -> None:
        """Wait for the thread that reads."""
        if "_ahead" in self.__dict__:
            self._ahead.close()

    @cached_property
    def _ahead(self) -> "ReadingAhead":
        from cdul_app.desktop.session.reading_ahead import ReadingAhead

        return ReadingAhead(self)

    def _open_folder(
        self, folder: Path, database: Path | None, read: "ReadProject | None" = None
    ) -> None:
        from cdul_app.desktop.session.project_session import ProjectSession
        from cdul_app.project.opening import refuse_unplugged

        def session() -> ProjectSession:
            if database is None:
                refuse_unplugged(locate_project(folder), self._settings.recent_folders)
            return ProjectSession.open_folder(folder, database, read=read)

        try:
            self._open(session)
        except DamagedProjectError as error:
            self.show_backups(locate_project(folder, database), problem=str(error))

    def _open(
        self, make_session: "Callable[[], ProjectSession]", *, labels_at_once: bool = False
    ) -> None:
        session, window = None, self._window
        with window.messages.telling_errors(but=DamagedProjectError):
            session = make_session()
            location = session.project.location
            if window.view is not None and self._is_shown(location):
                window.view.show_library()
            elif self._next_session is None or self._next_session.project.location != location:
                session.lock()
                opened, session = session, None
                window.when_idle(lambda: self._show(opened, labels_at_once=labels_at_once))
                self._next_session = opened if window.is_stopping else None
        discard(session)

    def _show(self, session: "ProjectSession", *, labels_at_once: bool) -> None:
        self._next_session = None
        self._window.show_project(session, labels_at_once=labels_at_once)

    def _is_shown(self, location: ProjectLocation) -> bool:
        view = self._window.view
        return view is not None and view.session.project.location == location

    def _release(self, location: ProjectLocation) -> None:
        """Close the project that is to be restored.  Raises JobBusyError while a job runs."""
        view = self._window.view
        if view is None or view.session.project.location.database != location.database:
            return
        if self._window.is_busy:
            from cdul_app.desktop.session.project_jobs import JobBusyError

            raise JobBusyError(
                tr("A job of this project is running: wait for it, or cancel it first.")
            )
        self._window.close_project()


def discard(session: "ProjectSession | None") -> None:
    if session is not None:
        session.close()
        session.deleteLater()
