"""Names as they are: where Qt would take a text for markup, or a letter of it for a key.

A label is plain by `widgets.labels.label`.  What Qt draws by itself is plain already: cells of
tables, entries of combo boxes, fields, what fields hold in grey.
"""

import html


def plain_tip(text: str) -> str:
    """For a tooltip, which else shows what looks like markup as such, and reads the files in it."""
    if "<" not in text and "&lt;" not in text:
        return text
    return f'<p style="white-space: pre-wrap">{html.escape(text, quote=False)}</p>'


def without_mnemonic(text: str) -> str:
    """For a button or an entry of a menu, where "&" underlines the letter after it."""
    return text.replace("&", "&&")


def plain_title(text: str) -> str:
    """For the title of a window, where "[*]" tells of changes that are not saved."""
    return text.replace("[*]", "[*][*]")
