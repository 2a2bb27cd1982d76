"""The look of the roles that panels give their widgets, made from the theme's colours."""

from PySide6.QtGui import QColor

from cdul_app.desktop.look.theme import Theme


def panel_style(theme: Theme) -> str:
    tones = {
        "info": theme.accent,
        "accent": theme.accent,
        "success": theme.yes,
        "warning": theme.warning,
        "error": theme.no,
        "neutral": theme.text_muted,
    }
    parts = [
        f"""
        QLabel[role="section-heading"], QLabel[role="strong"] {{
            font-weight: 600; color: {theme.text}; }}
        QLabel[role="field-error"] {{ font-size: 11px; color: {theme.no}; }}
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
        *[invalid="true"] {{ border: 1px solid {theme.no}; }}
        """
    ]
    for tone, color in tones.items():
        parts.append(
            f"""
            QFrame[role="message"][tone="{tone}"] {{ background: {_tint(color, 30)}; }}
            QLabel[role="message-glyph"][tone="{tone}"] {{ color: {color}; font-weight: 700; }}
            QLabel[role="badge"][tone="{tone}"] {{
                background: {_tint(color, 34)}; color: {color}; }}
            """
        )
    return "\n".join(parts)


def _tint(color: str, alpha: int) -> str:
    """`color` at alpha of 255, as a style sheet writes it."""
    mixed = QColor(color)
    return f"rgba({mixed.red()}, {mixed.green()}, {mixed.blue()}, {alpha})"
