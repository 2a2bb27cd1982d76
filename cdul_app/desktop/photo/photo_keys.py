"""Deciding with single keys on the photo page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QApplication

from cdul_app.desktop.keys.key_map import class_actions, key_map, page_action
from cdul_app.desktop.photo.snippet_view import Overlay
from cdul_app.language import tr
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.project import Project

if TYPE_CHECKING:
    from cdul_app.desktop.photo.photo_page import PhotoPage

_HINTS = (
    ("yes", tr("yes")), ("no", tr("no")), ("clear", tr("clear")), ("next_class", tr("class")),
    ("add_label", tr("add a label")), ("next_photo", tr("photo")), ("flag", tr("flag")),
    ("snippets", tr("parts")), ("heat_map", tr("heat map")), ("compare", tr("compare")),
)  # fmt: skip

_NO_BREAK = "\N{NO-BREAK SPACE}"
# The key back is the other one of the pair.
_ARROWS: dict[tuple[str, ...], str] = {("Down",): "↑ ↓", ("Right",): "← →"}


def make_photo_keys(page: "PhotoPage", project: Project) -> None:
    """They act while the focus is on the page, in no text field elsewhere."""

    def press_or_skip() -> None:
        """Space presses a button that has the focus, as everywhere; else it is the next photo."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton) and page.isAncestorOf(focused):
            focused.click()
        else:
            page.step(1)

    for name, act in (
        ("yes", lambda: page.answer_current(YES)),
        ("no", lambda: page.answer_current(NO)),
        ("clear", lambda: page.answer_current(UNOBSERVED)),
        ("skip", press_or_skip),
        ("take_back", page.undo_requested.emit),
        ("flag", page.toggle_flag),
        ("next_unreviewed", lambda: page.go_to_unreviewed(1)),
        ("previous_unreviewed", lambda: page.go_to_unreviewed(-1)),
        ("show_file", page.show_file),
        ("leave", page.leave),
        ("add_label", page.labels.field.setFocus),
        ("previous_photo", lambda: page.step(-1)),
        ("next_photo", lambda: page.step(1)),
        ("previous_class", lambda: page.table.step(-1)),
        ("next_class", lambda: page.table.step(1)),
        ("snippets", lambda: page.toggle_overlay(Overlay.SNIPPETS)),
        ("heat_map", lambda: page.toggle_overlay(Overlay.HEAT)),
        ("compare", page.stage.toggle_comparison),
        ("compare_class", page.toggle_compared_class),
    ):
        page_action(name, page, act)
    class_actions(page, project, page.toggle_class)


def keys_hint() -> str:
    """The keys one needs most, as they are now."""
    shown = [
        (_ARROWS.get(key_map().keys(name)[:1]) or key_map().first_shown(name), word)
        for name, word in _HINTS
    ]
    return unbroken_hints([f"{key} {word}" for key, word in shown if key])


def unbroken_hints(hints: Sequence[str]) -> str:
    """On lines that end between two of them only."""
    return " · ".join(hints).replace(" ", _NO_BREAK).replace(f"·{_NO_BREAK}", "· ")
