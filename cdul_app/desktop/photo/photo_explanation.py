"""In plain words: why a class got its score on a photo, and who decided its label."""

import math

import numpy as np

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.language import tr
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
    said = {
        "name": name,
        "score": percent(current),
        "whole": percent(scores[LabelKind.GLOBAL]),
        "part": _snippet_words(scores, evidence, column),
    }
    if math.isnan(initial) or abs(current - initial) < _VISIBLE_MOVE:
        return tr("{name} {score}: the whole photo says {whole}, {part}.", **said)
    return tr(
        "{name} {score}: the whole photo says {whole}, {part}; refinement moved it from {before} "
        "to {score}.",
        before=percent(initial),
        **said,
    )


def _snippet_words(
    scores: dict[LabelKind, float], evidence: PhotoEvidence | None, column: int
) -> str:
    aggregated = scores[LabelKind.AGGREGATED]
    takes_lowest = aggregated < scores[LabelKind.LOCAL_MAX] - 1e-6
    share = percent(aggregated)
    if evidence is None or np.isnan(evidence.local_similarities[:, column]).any():
        if takes_lowest:
            return tr("the lowest part of it says {share}", share=share)
        return tr("the best part of it says {share}", share=share)
    local = evidence.snippet_similarities[:, column]  # (n_snippets,)
    place = int(local.argmin() if takes_lowest else local.argmax())
    where = evidence.plan.describe_snippet(place)
    if takes_lowest:
        return tr(
            "the part in {place} says {share}, the lowest, as none is high enough",
            place=where,
            share=share,
        )
    return tr("the part in {place} says {share}", place=where, share=share)


def explain_label(answer: int, score: float, threshold: float) -> str:
    """Who decided: the person, or the threshold.  Empty where nobody has yet."""
    machine, person = score >= threshold, answer == YES
    answered = tr("Your answer: yes") if person else tr("Your answer: no")
    if math.isnan(score):
        return "" if answer == UNOBSERVED else answered
    digits = 0 if round(score * 100) != round(threshold * 100) else 1
    shown, least = (percent(each, digits) for each in (score, threshold))
    decided = (
        tr("yes, {score} reaches the {threshold} threshold", score=shown, threshold=least)
        if machine
        else tr("no, {score} is below the {threshold} threshold", score=shown, threshold=least)
    )
    if answer == UNOBSERVED:
        return tr("Label: {decided}", decided=decided)
    if machine == person:
        return answered
    return tr("{answer} (without it: {decided})", answer=answered, decided=decided)
