"""In plain words: why a class got its score on a photo, and who decided its label."""

import math

import numpy as np

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.progress import percent as percent  # for the pages of a photo

_VISIBLE_MOVE = 0.005  # a smaller change of the label rounds away


def class_scores(session: ProjectSession, row: int, column: int) -> dict[LabelKind, float]:
    """Each kind's score of one class on one photo, NaN where there is none."""
    matrices = {kind: session.project.scores(kind) for kind in LabelKind}
    return {
        kind: math.nan if matrix is None else float(matrix[row, column])
        for kind, matrix in matrices.items()
    }


def explain_score(
    name: str, scores: dict[LabelKind, float], evidence: PhotoEvidence | None, column: int
) -> str:
    """One sentence; empty where the photo has no score of this class."""
    current = scores[LabelKind.PSEUDO]
    if math.isnan(current):
        return ""
    initial = scores[LabelKind.INITIAL]
    sentence = (
        f"{name} {percent(current)}: the whole photo says {percent(scores[LabelKind.GLOBAL])}, "
        f"{_snippet_words(scores, evidence, column)}"
    )
    if math.isnan(initial) or abs(current - initial) < _VISIBLE_MOVE:
        return f"{sentence}."
    return f"{sentence}; refinement moved it from {percent(initial)} to {percent(current)}."


def _snippet_words(
    scores: dict[LabelKind, float], evidence: PhotoEvidence | None, column: int
) -> str:
    aggregated = scores[LabelKind.AGGREGATED]
    takes_lowest = aggregated < scores[LabelKind.LOCAL_MAX] - 1e-6
    extreme = "lowest" if takes_lowest else "best"
    if evidence is None or np.isnan(evidence.local_similarities[:, column]).any():
        return f"the {extreme} part of it says {percent(aggregated)}"
    local = evidence.snippet_similarities[:, column]  # (n_snippets,)
    place = int(local.argmin() if takes_lowest else local.argmax())
    words = f"the part in {evidence.plan.describe_snippet(place)} says {percent(aggregated)}"
    return f"{words}, the lowest, as none is high enough" if takes_lowest else words


def explain_label(answer: int, score: float, threshold: float) -> str:
    """Who decided: the person, or the threshold.  Empty where nobody has yet."""
    if math.isnan(score):
        return "" if answer == UNOBSERVED else f"Your answer: {_word(answer == YES)}"
    machine = score >= threshold
    digits = 0 if round(score * 100) != round(threshold * 100) else 1
    shown, least = (percent(each, digits) for each in (score, threshold))
    verb = "reaches" if machine else "is below"
    decided = f"{_word(machine)}, {shown} {verb} the {least} threshold"
    if answer == UNOBSERVED:
        return f"Label: {decided}"
    words = f"Your answer: {_word(answer == YES)}"
    return words if machine == (answer == YES) else f"{words} (without it: {decided})"


def _word(yes: bool) -> str:
    return "yes" if yes else "no"
