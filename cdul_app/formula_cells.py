"""Cells of a CSV that a spreadsheet would run as a formula, made harmless and read back."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """`text` with an apostrophe before what a spreadsheet takes for the beginning of a formula.

    An apostrophe that stands before one in `text` itself gets another, so that `cell_text` is
    exact.

    >>> safe_cell("=1+1"), safe_cell("dog")
    ("'=1+1", 'dog')
    """
    return f"'{text}" if text.lstrip("'").startswith(_BEGINS_FORMULA) else text


def cell_text(cell: str) -> str:
    """What `safe_cell` made `cell` of; other cells as they are."""
    is_escaped = cell.startswith("'") and cell.lstrip("'").startswith(_BEGINS_FORMULA)
    return cell[1:] if is_escaped else cell
