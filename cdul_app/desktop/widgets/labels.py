"""Texts by their role; the style sheet gives the roles their looks."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


def shortened(text: str, longest: int = 24) -> str:
    """At most `longest` letters, with an ellipsis where some were left out."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def label(
    text: str = "",
    role: str = "",
    *,
    name: str = "",
    wrap: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """Plain text in the look of a role; name : spoken before it."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)  # names and reasons may look like markup
    if role:
        made.setProperty("role", role)
    made.setAccessibleName(name)
    made.setWordWrap(wrap)
    return made


def show_text(shown: QLabel, text: str) -> None:
    """Hidden while there is none."""
    shown.setText(text)
    shown.setVisible(bool(text))


def wrapped_label(text: str, role: str) -> QLabel:
    """As high as its text needs at its width."""
    made = label(text, role, wrap=True)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made


def section_heading(text: str) -> QLabel:
    return label(text, "section-heading")


def body_label(text: str) -> QLabel:
    return wrapped_label(text, "body")


def caption_label(text: str) -> QLabel:
    """Small and muted: help, facts, counts."""
    return wrapped_label(text, "caption")


def badge(text: str, *, tone: str) -> QLabel:
    """A word on a tint.  tone : "accent", "success", "warning" or "neutral"."""
    made = label(text, "badge")
    made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made
