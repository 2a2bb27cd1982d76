"""The style sheet of the whole app; widgets ask for a look by their `role` property."""

from typing import TYPE_CHECKING

from cdul_app.paths import resources_dir

if TYPE_CHECKING:
    from cdul_app.desktop.look.theme import Theme


def style_sheet(theme: "Theme") -> str:
    return f"""
    * {{ font-size: 13px; }}
    QMainWindow, QWidget[role="page"] {{ background: {theme.window}; }}
    QWidget[role="bar"], QWidget[role="jobbar"] {{ background: {theme.panel}; }}
    QWidget[role="bar"] {{ border-bottom: 1px solid {theme.border}; }}
    QWidget[role="jobbar"] {{ border-top: 1px solid {theme.border}; }}
    QWidget[role="side"] {{ background: {theme.panel}; border-left: 1px solid {theme.border}; }}

    QLabel {{ background: transparent; }}
    QLabel[role="display"] {{ font-size: 26px; font-weight: 700; color: {theme.text}; }}
    QLabel[role="heading"] {{ font-size: 20px; font-weight: 600; color: {theme.text}; }}
    QLabel[role="title"] {{ font-size: 16px; font-weight: 600; color: {theme.text}; }}
    QLabel[role="caption"] {{ font-size: 11px; color: {theme.text_muted}; }}
    QLabel[role="muted"] {{ color: {theme.text_muted}; }}

    QPushButton, QToolButton {{
        background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};
        border-radius: 6px; padding: 5px 12px; }}
    QToolButton {{ padding: 5px 7px; }}
    QPushButton:hover, QToolButton:hover {{ background: {theme.hover}; }}
    QPushButton:pressed, QToolButton:pressed {{ background: {theme.selection}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {theme.accent}; padding: 4px 11px; }}
    QToolButton:focus {{ padding: 4px 6px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {_faded(theme)}; }}
    QPushButton:checked, QToolButton:checked {{
        background: {theme.selection}; border-color: {theme.accent}; }}
    QPushButton[role="primary"] {{
        background: {theme.accent}; color: {theme.accent_text}; border-color: {theme.accent};
        font-weight: 600; padding: 7px 16px; }}
    QPushButton[role="primary"]:hover {{ background: {_mixed(theme.accent, theme.text, 12)}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {theme.text}; padding: 6px 15px; }}
    QPushButton[role="primary"]:disabled {{
        background: {theme.hover}; color: {_faded(theme)}; border-color: {theme.border}; }}
    QPushButton[role="link"], QToolButton[role="link"] {{
        background: transparent; border: 1px solid transparent; color: {theme.accent};
        padding: 3px 6px; text-align: left; }}
    QPushButton[role="link"]:hover {{ background: {theme.hover}; }}
    QPushButton[role="link"]:focus {{ border: 1px solid {theme.accent}; padding: 3px 6px; }}
    QPushButton[role="link"]:disabled {{ color: {_faded(theme)}; }}
    QPushButton[role="quiet"], QToolButton[role="quiet"] {{
        background: transparent; border: 1px solid transparent; }}
    QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{
        background: {theme.hover}; }}
    QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{
        border: 2px solid {theme.accent}; }}
    QPushButton[role="chip"] {{ border-radius: 13px; padding: 3px 11px; min-height: 18px; }}
    QPushButton[role="chip"]:focus {{ border: 2px solid {theme.accent}; padding: 2px 10px; }}
    QPushButton[role="chip"][chosen="true"] {{
        background: {theme.selection}; border-color: {theme.accent}; }}
    QPushButton[role="removable"] {{
        background: {theme.selection}; border: 1px solid {theme.selection}; border-radius: 11px;
        padding: 1px 8px 1px 10px; min-height: 18px; font-size: 12px; }}
    QPushButton[role="removable"]:hover {{ border-color: {theme.accent}; }}
    QPushButton[role="removable"]:focus {{
        border: 2px solid {theme.accent}; padding: 0 7px 0 9px; }}
    QPushButton[role="menu-row"] {{
        background: transparent; border: 1px solid transparent; text-align: left; }}
    QPushButton[role="menu-row"]:hover {{ background: {theme.hover}; }}
    QPushButton[role="menu-row"]:focus {{ border: 1px solid {theme.accent}; padding: 5px 12px; }}
    QFrame[role="popup"] {{ background: {theme.panel}; border: 1px solid {theme.border}; }}
    QFrame[role="sheet"] {{ background: {theme.window}; border-radius: 6px; }}
    QLabel[role="code-line"] {{
        font-family: "JetBrains Mono", "DejaVu Sans Mono", Consolas, Menlo, monospace;
        font-size: 11px; color: {theme.text}; }}
    QLabel[role="field-error"] {{ font-size: 11px; color: {theme.no}; }}
    QPushButton[role="key"] {{ padding: 1px 8px; }}
    QPushButton[role="key"]:focus {{ padding: 0 7px; }}
    QPushButton[role="key"][changed="true"] {{ color: {theme.accent}; font-weight: 600; }}
    QPushButton[role="tab"] {{
        background: transparent; border: none; border-bottom: 2px solid transparent;
        border-radius: 0; padding: 9px 6px; color: {theme.text_muted}; }}
    QPushButton[role="tab"]:hover {{ color: {theme.text}; background: {theme.hover}; }}
    QPushButton[role="tab"]:checked {{
        color: {theme.text}; font-weight: 600; border-bottom: 2px solid {theme.accent}; }}
    QPushButton[role="tab"]:focus {{ background: {theme.hover}; padding: 9px 6px; }}

    QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
        background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border};
        border-radius: 6px; padding: 4px 8px; selection-background-color: {theme.accent};
        selection-color: {theme.accent_text}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus,
    QDoubleSpinBox:focus, QComboBox:focus {{ border: 2px solid {theme.accent};
        padding: 3px 7px; }}
    QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{
        color: {_faded(theme)}; background: {theme.hover}; }}
    QLineEdit[invalid="true"], QLineEdit[invalid="true"]:focus {{
        border-color: {theme.no}; background: {_mixed(theme.field, theme.no, 10)}; }}
    QSpinBox[invalid="true"], QComboBox[invalid="true"] {{ border-color: {theme.no}; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{_arrow()}"); width: 14px; height: 14px; }}
    QAbstractSpinBox QLineEdit {{ padding: 0 7px; border: none; background: transparent; }}
    /* Buttons of no width; NoButtons would leave the number a pixel of room. */
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QComboBox QAbstractItemView {{
        background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};
        selection-background-color: {theme.selection}; selection-color: {theme.text}; }}

    QListView, QTableView, QTreeView {{
        background: {theme.field}; border: 1px solid {theme.border}; border-radius: 6px;
        alternate-background-color: {theme.hover}; selection-background-color: {theme.selection};
        selection-color: {theme.text}; outline: none; gridline-color: {theme.border}; }}
    QListView[role="grid"] {{ background: {theme.window}; border: none; border-radius: 0; }}
    QListView[role="words"] {{ background: {theme.panel}; border-radius: 0; }}
    QListView[role="words"]::item {{ padding: 4px 6px; }}
    QAbstractItemView[role="plain"] {{ background: transparent; border: none; }}
    QTableView:focus, QListView:focus {{ border: 1px solid {theme.accent}; }}
    QListView[role="grid"]:focus {{ border: none; }}
    QHeaderView::section {{
        background: {theme.panel}; color: {theme.text_muted}; border: none;
        border-bottom: 1px solid {theme.border}; padding: 6px 8px; font-size: 12px; }}
    QTableCornerButton::section {{ background: {theme.panel}; border: none; }}

    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
    QScrollBar::handle {{ background: {_mixed(theme.border, theme.text_muted, 40)};
        border-radius: 4px; }}
    QScrollBar::handle:vertical {{ min-height: 28px; }}
    QScrollBar::handle:horizontal {{ min-width: 28px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

    QProgressBar {{
        background: {theme.hover}; border: none; border-radius: 3px; max-height: 6px;
        min-height: 6px; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    QSlider::groove:horizontal {{
        background: {theme.border}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {theme.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        background: {theme.accent}; width: 14px; height: 14px; margin: -5px 0;
        border-radius: 7px; }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {theme.text}; }}
    QSplitter::handle {{ background: {theme.border}; }}
    QToolTip {{
        background: {theme.panel}; color: {theme.text}; border: 1px solid {theme.border};
        padding: 4px 6px; }}

    QLabel[role="section-heading"], QLabel[role="strong"] {{
        font-weight: 600; color: {theme.text}; }}
    QLabel[role="badge"] {{ font-size: 11px; border-radius: 4px; padding: 1px 6px; }}
    QLabel[role="code"], QPlainTextEdit[role="code"] {{
        font-family: "JetBrains Mono", "DejaVu Sans Mono", Consolas, Menlo, monospace;
        font-size: 11px; }}
    QLabel[role="code"] {{
        background: {theme.window}; border-radius: 6px; padding: 8px; }}
    QTableView[role="figures"] {{
        background: {theme.panel}; border: none; font-size: 12px;
        selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
    QTableView[role="figures"]::item {{ padding: 0; border: none; }}
    QTableView[role="figures"] QTableCornerButton::section {{
        background: {theme.panel}; border: none; }}
    QTableView[role="figures"] QHeaderView {{ background: transparent; border: none; }}
    QTableView[role="figures"] QHeaderView::section {{
        background: transparent; border: none; padding: 0 3px 0 0; font-size: 10px;
        color: {theme.text_muted}; }}
    QTableView[role="figures"] QHeaderView::section:vertical {{
        color: {theme.text}; font-size: 12px; }}
    QRadioButton {{ spacing: 8px; }}
    QRadioButton::indicator {{
        width: 12px; height: 12px; border-radius: 7px;
        border: 1px solid {theme.text_muted}; background: {theme.field}; }}
    QRadioButton::indicator:hover {{ border-color: {theme.accent}; }}
    QRadioButton::indicator:checked {{
        width: 6px; height: 6px; border: 4px solid {theme.accent};
        background: {theme.accent_text}; }}
    QRadioButton:focus {{ color: {theme.accent}; }}
    QToolButton[role="disclosure"] {{
        background: transparent; border: 1px solid transparent; padding: 4px 6px 4px 2px;
        color: {theme.text}; font-weight: 500; }}
    QToolButton[role="disclosure"]:hover {{ background: {theme.hover}; }}
    QToolButton[role="disclosure"]:focus {{
        border: 1px solid {theme.accent}; padding: 4px 6px 4px 2px; }}
    QFrame[role="separator"] {{ background: {theme.border}; border: none; }}
    QFrame[role="card"] {{
        border: 1px solid {theme.border}; border-radius: 6px; background: transparent; }}
    QFrame[role="card"][chosen="true"] {{
        border-color: {theme.accent}; background: {_tint(theme.accent, 20)}; }}
    QFrame[role="message"] {{ border: none; border-radius: 6px; }}
    QFrame[role="tile"], QFrame[role="section"] {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 8px; }}
    QFrame[role="drop-zone"] {{
        background: {theme.panel}; border: 1.5px dashed {theme.border}; border-radius: 10px; }}
    QFrame[role="tour-card"] {{
        background: {theme.panel}; border: 1px solid {theme.border}; border-radius: 10px; }}
    QTableView[role="plain"]::item {{ padding: 0 8px; }}
    {_tones(theme)}

    QMenuBar {{ background: {theme.panel}; color: {theme.text};
        border-bottom: 1px solid {theme.border}; }}
    QMenuBar::item {{ padding: 5px 10px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.hover}; border-radius: 4px; }}
    QMenu {{ background: {theme.panel}; border: 1px solid {theme.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 28px 6px 24px; border-radius: 4px; color: {theme.text}; }}
    QMenu::item:selected {{ background: {theme.selection}; }}
    QMenu::item:disabled {{ color: {_faded(theme)}; }}
    QMenu::separator {{ height: 1px; background: {theme.border}; margin: 4px 8px; }}
    """


def _tones(theme: "Theme") -> str:
    """Messages and badges in the colour of what they say."""
    tones = {
        "info": theme.accent,
        "accent": theme.accent,
        "success": theme.yes,
        "warning": theme.warning,
        "error": theme.no,
        "neutral": theme.text_muted,
    }
    rules = (
        f"""
    QFrame[role="message"][tone="{tone}"] {{ background: {_tint(color, 30)}; }}
    QFrame[role="message-bar"][tone="{tone}"] {{
        background: {theme.panel}; border: none; border-left: 4px solid {color};
        border-bottom: 1px solid {theme.border}; }}
    QLabel[role="message-glyph"][tone="{tone}"] {{ color: {color}; font-weight: 700; }}
    QLabel[role="badge"][tone="{tone}"] {{ background: {_tint(color, 34)}; color: {color}; }}"""
        for tone, color in tones.items()
    )
    return "".join(rules)


def _arrow() -> str:
    """A grey that is seen on light and dark: a style sheet cannot colour a picture."""
    return (resources_dir() / "icons" / "combo-arrow.svg").as_posix()


def _faded(theme: "Theme") -> str:
    """Text of what cannot be used now."""
    return _mixed(theme.text_muted, theme.panel, 40)


def _mixed(first: str, second: str, percent: int) -> str:
    """`first` with `percent` of `second`, both #rrggbb."""
    channels = (
        round(
            int(first[place : place + 2], 16) * (100 - percent) / 100
            + int(second[place : place + 2], 16) * percent / 100
        )
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _tint(color: str, alpha: int) -> str:
    """#rrggbb at alpha of 255."""
    channels = (str(int(color[place : place + 2], 16)) for place in (1, 3, 5))
    return f"rgba({', '.join(channels)}, {alpha})"
