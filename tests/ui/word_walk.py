"""Every page of the window in a language made up: what a person would read in English all the same.

`python -m tests.ui.word_walk FOLDER` prints each such text with where it stands.  The catalogue
puts each sentence within ⟦ and ⟧, so that what stands outside was said past it.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QTextBrowser,
    QWidget,
)

from cdul_app.language import use_language
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE
from tests.translations import as_mo, sentences
from tests.ui.layout_walk import Walk, own_app

_CODE = "de"  # the made-up one takes its place
_MOST_ROWS = 200
_SAID = re.compile("⟦[^⟦⟧]*⟧")
_PATH = re.compile(r"\S*/\S*|\S+\.sqlite")
_CUT = re.compile("⟦[^⟦⟧]*…$")  # too long for its place
_TAG = re.compile("<[^<>]*>")
_WORD = re.compile(r"[^\W\d_]{2,}")
# What has no language: keys, figures, devices, packages, and the names of languages.
_NAMES = frozenset(
    {
        *("Ctrl", "Alt", "Shift", "Enter", "Return", "Esc", "Space", "Tab", "Del", "Delete"),
        *("Home", "End", "PgUp", "PgDown", "Left", "Right", "Up", "Down", "Backspace"),
        *("mAP", "CF", "OF", "ECE", "cpu", "cuda", "features", "mobilenetv", "CLIP"),
        *("python", "app", "torch", "torchvision", "timm", "open", "clip", "numpy", "pillow"),
        *("English", "Deutsch", "cdul", "GB", "MB"),
        "Close",  # a button of Qt, in its own catalogue
    }
)
_OF_PYQTGRAPH = "Export..."  # in a menu that the app does not show


def made_up(folder: Path) -> None:
    catalogue = Catalog(locale=_CODE)
    for sentence in sentences():
        catalogue.add(
            sentence,
            f"⟦{sentence}⟧"
            if isinstance(sentence, str)
            else tuple(f"⟦{each}⟧" for each in sentence),
        )
    (folder / _CODE / "LC_MESSAGES").mkdir(parents=True)
    (folder / _CODE / "LC_MESSAGES" / "cdul_app.mo").write_bytes(as_mo(catalogue))
    use_language(_CODE, folder)


class WordWalk(Walk):
    """known : texts that are the person's own or data: classes, files, encoders."""

    def __init__(self, folder: Path) -> None:
        from cdul_app.desktop.panels.class_editor import SHORT_TITLES
        from cdul_app.desktop.panels.results_panel import TRUTH_EXAMPLE

        super().__init__(folder)
        project = self.view.session.project
        known = {folder.name, str(folder.parent), TRUTH_EXAMPLE, *project.classes.names}
        known |= {name for path in project.photos.paths for name in (path, Path(path).name)}
        known |= {name for each in ENCODER_CATALOGUE for name in (each.title, each.identifier)}
        known |= {each.partition("/")[0] for each in known} | set(SHORT_TITLES.values())
        self._known = sorted(known - {""}, key=len, reverse=True)

    def _look_at(self, shown: QWidget, name: str) -> None:
        for _ in range(4):
            QApplication.processEvents()
        for kind, text in texts(shown):
            if left := self._english(text):
                self._note(name, [f"{kind} says {left!r} in {text[:80]!r}"])

    def _english(self, text: str) -> str:
        text = _TAG.sub(" ", text)
        while (inner := _SAID.sub(" ", text)) != text:  # sentences within sentences
            text = inner
        for known in self._known:
            text = text.replace(known, " ")
        text = _PATH.sub(" ", _CUT.sub("", text))
        return " ".join(word for word in _WORD.findall(text) if word not in _NAMES)


def texts(shown: QWidget) -> Iterator[tuple[str, str]]:
    """All that can be read, heard or pointed at in a widget, with what it is."""
    yield "title", shown.windowTitle()
    for widget in shown.findChildren(QWidget):
        kind = type(widget).__name__
        yield f"tip of {kind}", widget.toolTip()
        yield f"name of {kind}", widget.accessibleName()
        yield f"description of {kind}", widget.accessibleDescription()
        match widget:
            case QTextBrowser():
                continue
            case QLabel() | QAbstractButton():
                yield kind, widget.text()
            case QGroupBox() | QMenu():
                yield kind, widget.title()
            case QLineEdit():
                yield f"hint of {kind}", widget.placeholderText()
            case QAbstractSpinBox():
                yield kind, widget.text()
            case QComboBox():
                for place in range(widget.count()):
                    yield f"entry of {kind}", widget.itemText(place)
            case QTabBar():
                for place in range(widget.count()):
                    yield f"tab of {kind}", widget.tabText(place)
            case QAbstractItemView():
                yield from _cells(widget, kind)
    for action in shown.findChildren(QAction):
        if action.text() != _OF_PYQTGRAPH:
            yield "action", action.text()
            yield "tip of action", action.toolTip()


def _cells(view: QAbstractItemView, kind: str) -> Iterator[tuple[str, str]]:
    model = view.model()
    if model is None:
        return
    columns = range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1)
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole,
             Qt.ItemDataRole.AccessibleTextRole)  # fmt: skip
    for column in columns:
        for role in roles[:2]:
            head = model.headerData(column, Qt.Orientation.Horizontal, role)
            yield f"head of {kind}", head if isinstance(head, str) and len(head) > 2 else ""
    for row in range(min(model.rowCount(), _MOST_ROWS)):
        for column in columns:
            for role in roles:
                cell = model.index(row, column).data(role)
                yield f"cell of {kind}", cell if isinstance(cell, str) else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="cdul-words-") as catalogues:
        made_up(Path(catalogues))
        with own_app():
            print("\n".join(WordWalk(arguments.folder).faults()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
