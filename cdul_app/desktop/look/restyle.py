"""Style sheets read dynamic properties only when a widget is polished."""

from PySide6.QtWidgets import QWidget


def restyle(widget: QWidget) -> None:
    """To be called after `setProperty` of something the style sheet selects by."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def mark(widget: QWidget, name: str, value: bool | str) -> None:
    """Set a property that the style sheet selects by."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)
