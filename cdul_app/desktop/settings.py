"""What the window remembers between starts."""

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from cdul_app.desktop.look.theme import ThemeChoice

MAX_RECENT = 8


def _summary_key(folder: Path) -> str:
    return f"summaries/{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


class WindowSettings:
    """Thin names over QSettings; a value that cannot be read counts as absent."""

    def __init__(self) -> None:
        self._settings = QSettings()

    @property
    def recent_folders(self) -> list[Path]:
        """Newest first."""
        value = self._settings.value("recent_folders", [])
        texts = [value] if isinstance(value, str) else value
        return [Path(text) for text in texts if text] if isinstance(texts, list) else []

    def add_recent(self, folder: Path) -> None:
        others = [path for path in self.recent_folders if path != folder]
        self._write_recent([folder, *others][:MAX_RECENT])

    def summary_of(self, folder: Path) -> str:
        """What a project left when it was closed; empty where nothing is known."""
        return str(self._settings.value(_summary_key(folder), ""))

    def set_summary(self, folder: Path, text: str) -> None:
        self._settings.setValue(_summary_key(folder), text)

    def remove_recent(self, folder: Path) -> None:
        self._settings.remove(_summary_key(folder))
        self._write_recent([path for path in self.recent_folders if path != folder])

    def _write_recent(self, folders: list[Path]) -> None:
        self._settings.setValue("recent_folders", [str(path) for path in folders])

    @property
    def theme(self) -> ThemeChoice:
        value = str(self._settings.value("theme", ThemeChoice.SYSTEM.value))
        return ThemeChoice(value) if value in list(ThemeChoice) else ThemeChoice.SYSTEM

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._settings.setValue("theme", choice.value)

    @property
    def geometry(self) -> QByteArray | None:
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("geometry", value)

    @property
    def thumbnail_size(self) -> int:
        """Pixels of the longer side."""
        value = str(self._settings.value("thumbnail_size", 200))
        return min(360, max(110, int(value))) if value.isdigit() else 200

    @thumbnail_size.setter
    def thumbnail_size(self, pixels: int) -> None:
        self._settings.setValue("thumbnail_size", pixels)

    @property
    def hints_seen(self) -> set[str]:
        """Names of what was explained once, see desktop.hints."""
        return set(filter(None, str(self._settings.value("hints_seen", "")).split(" ")))

    def add_hint_seen(self, name: str) -> None:
        self._settings.setValue("hints_seen", " ".join(sorted({*self.hints_seen, name})))

    def keys_of(self, name: str) -> tuple[str, ...] | None:
        """The keys a person chose for a shortcut, None where they chose none."""
        value = self._settings.value(f"keys/{name}")
        return None if value is None else tuple(str(value).split("\t")) if value else ()

    def set_keys_of(self, name: str, keys: tuple[str, ...] | None) -> None:
        if keys is None:
            self._settings.remove(f"keys/{name}")
        else:
            self._settings.setValue(f"keys/{name}", "\t".join(keys))
