"""Walking through the parts of the window by a key, where Tab belongs to the photos."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class WindowPart:
    whole: QWidget
    entry: QWidget  # what gets the focus


def focus_part(parts: Sequence[WindowPart], focused: QWidget | None, step: int) -> None:
    """Go to the part after (`step` 1) or before (-1) the one with the focus, and around again.

    Parts whose entry is hidden are passed over; from outside one comes to the first, or the last.
    """
    shown = [part for part in parts if part.entry.isVisible() and part.entry.isEnabled()]
    if not shown:
        return
    outside = -1 if step > 0 else len(shown)
    here = (
        place
        for place, part in enumerate(shown)
        if focused is not None and (part.whole is focused or part.whole.isAncestorOf(focused))
    )
    place = (next(here, outside) + step) % len(shown)
    reason = Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason
    shown[place].entry.setFocus(reason)
