"""Buttons, each with its name for screen readers, its tooltip and what it does."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.theme import theme_manager

Act = Callable[..., object] | SignalInstance | None
Button = TypeVar("Button", bound=QAbstractButton)


def push_button(
    text: str,
    act: Act = None,
    *,
    role: str = "",
    name: str = "",
    tip: str = "",
    icon_name: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """role : of the style sheet, "primary", "link" …; name : spoken, where it is not the text."""
    return _finished(QPushButton(without_mnemonic(text), parent), act, role, name, tip, icon_name)


def tool_button(
    icon_name: str,
    name: str,
    act: Act = None,
    *,
    text: str = "",
    role: str = "",
    tip: str | None = None,
    checked_icon: str = "",
    parent: QWidget | None = None,
) -> QToolButton:
    """A small button of an icon, with a text beside it where there is one.

    name : spoken, and the tooltip unless `tip` is another; with a `checked_icon` it can be checked.
    """
    tip = name if tip is None else tip
    button = _finished(QToolButton(parent), act, role, name, tip, icon_name, checked_icon)
    button.setCheckable(bool(checked_icon))
    button.setText(without_mnemonic(text))
    if text and icon_name:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


class _ThemedIcon(QObject):
    """Goes with its button."""

    def __init__(self, button: QAbstractButton, name: str, checked: str) -> None:
        super().__init__(button)
        self._button, self._name, self._checked = button, name, checked
        theme_manager().changed.connect(self._on_theme)
        self._on_theme()

    def _on_theme(self) -> None:
        self._button.setIcon(icon(self._name, checked=self._checked))


def _finished(
    button: Button, act: Act, role: str, name: str, tip: str, icon_name: str, checked: str = ""
) -> Button:
    if role:
        button.setProperty("role", role)
    if name:
        button.setAccessibleName(name)
    button.setToolTip(plain_tip(tip))
    if icon_name:
        _ThemedIcon(button, icon_name, checked)
    if act is not None:
        button.clicked.connect(act)
    return button
