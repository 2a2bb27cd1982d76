"""A line about a part of the window, the first time it is of use, and never again."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.widgets.labels import shortened
from cdul_app.language import tr


class Hints(QObject):
    """One at a time: each waits for a moment at which a person can do what it says."""

    told = Signal(str)

    def __init__(
        self,
        session: ProjectSession,
        is_free: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """is_free : whether nothing else is being said that a hint would replace."""
        super().__init__(parent)
        self._session = session
        self._is_free = is_free
        session.current_class.changed.connect(self._on_class)

    def tell(self, name: str, text: str) -> None:
        """Unless it was told before, or something else is being said: then another time."""
        settings = WindowSettings()
        if name not in settings.hints_seen and self._is_free():
            settings.add_hint_seen(name)
            self.told.emit(text)

    def on_photo(self, row: int) -> None:
        """A photo was opened; one that has no labels, or cannot be shown, shows nothing of it."""
        project = self._session.project
        if project.display_kind is None or row in project.photos.errors:
            return
        self.tell(
            "photo",
            tr(
                "The photo shows which part of it speaks for a label. Click a label to accept or "
                "reject it."
            ),
        )

    def _on_class(self) -> None:
        name = shortened(self._session.current_class.name)
        if name and self._session.project.display_kind is not None:
            keys = [key_map().shown(key) for key in ("yes", "no")]
            self.tell(
                "class",
                tr(
                    "{yes} says yes to {name} for the photos that are selected, {no} says no. All "
                    "can be undone.",
                    yes=keys[0],
                    name=name,
                    no=keys[1],
                ),
            )
