"""Where one label comes from, as the label files tell it."""

import numpy as np

from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.reviews import UNOBSERVED


def reasoned_columns(table: LabelTable, row: int) -> list[int]:
    """The classes of a photo that there is something to tell of: its labels and the answers."""
    told = table.labels[row] | (table.answers[row] != UNOBSERVED)
    return [int(column) for column in np.flatnonzero(told)]


def label_reason(table: LabelTable, row: int, column: int) -> dict[str, object]:
    """An answer, with when it was given and what was shown, or the labels' kind, with the snippet
    that spoke for the label most: (left, top, right, bottom) as fractions of the photo."""
    if table.answers[row, column] != UNOBSERVED:
        return {"source": "answer", **table.answered.get((row, column), {})}
    reason: dict[str, object] = {"source": table.provenance.get("labels", "scores")}
    snippet = -1 if table.snippets is None else int(table.snippets[row, column])
    if snippet >= 0:
        reason["snippet"] = [round(edge, 4) for edge in table.snippet_boxes[snippet]]
    return reason
