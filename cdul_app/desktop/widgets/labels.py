"""Texts by their role; `panel_style` gives the roles their looks."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy


def shortened(text: str, longest: int = 24) -> str:
    """At most `longest` letters, with an ellipsis where some were left out."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names and reasons may look like markup
    label.setProperty("role", role)
    return label


def _wrapped(text: str, role: str) -> QLabel:
    label = _label(text, role)
    label.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label


def panel_heading(text: str) -> QLabel:
    return _label(text, "title")


def section_heading(text: str) -> QLabel:
    return _label(text, "section-heading")


def body_label(text: str) -> QLabel:
    return _wrapped(text, "body")


def caption_label(text: str) -> QLabel:
    """Small and muted: help, facts, counts."""
    return _wrapped(text, "caption")


def error_label() -> QLabel:
    """The sentence under a field that is wrong."""
    return _wrapped("", "field-error")


def badge(text: str, *, tone: str) -> QLabel:
    """A word on a tint.  tone : "accent", "success", "warning" or "neutral"."""
    label = _label(text, "badge")
    label.setProperty("tone", tone)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return label
