"""Texts by their role; the style sheet gives the roles their looks."""

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:)]")


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


def make_selectable(shown: QLabel) -> None:
    """Its text can be marked and copied; what links it holds open by mouse and by key."""
    flags = Qt.TextInteractionFlag
    shown.setTextInteractionFlags(flags.TextSelectableByMouse | flags.LinksAccessibleByMouse)
    shown.setOpenExternalLinks(True)


def show_plain(shown: QLabel, text: str) -> None:
    """Also where links were shown before."""
    shown.setTextFormat(Qt.TextFormat.PlainText)
    shown.setText(text)


def show_linked(shown: QLabel, text: str) -> None:
    """Plain text, in which the addresses of pages can be clicked."""
    if not _LINK.search(text):
        show_plain(shown, text)
        return
    # Cut at the addresses first: escaping what stands around them changes none of them.
    parts, end = [], 0
    for link in _LINK.finditer(text):
        address = html.escape(link.group())
        parts.append(html.escape(text[end : link.start()], quote=False))
        parts.append(f'<a href="{address}">{address}</a>')
        end = link.end()
    shown.setTextFormat(Qt.TextFormat.RichText)
    shown.setText("".join([*parts, html.escape(text[end:], quote=False)]))


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
