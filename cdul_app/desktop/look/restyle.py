"""Style sheets read dynamic properties only when a widget is polished."""

from PySide6.QtWidgets import QWidget


def restyle(widget: QWidget) -> None:
    """To be called after `setProperty` of something the style sheet selects by."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
