"""What an export of the labels does not hold, and why."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.export_options import ExportOptions, Which
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.project.project import Project

_MOST_NAMED = 3
_ALL = ExportOptions()


def left_out(project: Project, rows: NDArray[np.int64], options: ExportOptions = _ALL) -> str:
    """One or two sentences, empty where all is exported.  rows : the photos that are."""
    sentences = _photos(project, rows, options), _classes(project, rows, options)
    return " ".join(sentence for sentence in sentences if sentence)


def _photos(project: Project, rows: NDArray[np.int64], options: ExportOptions) -> str:
    absent = np.ones(len(project.photos), dtype=bool)
    absent[rows] = False
    places = np.flatnonzero(absent)
    failed = project.photos.failed[places]
    answered = project.facts.answered.values()[places]
    labelled = answered | project.facts.scored.values()[places]
    unanswered = labelled & ~answered if options.which is not Which.ALL else labelled & False
    filtered = labelled & ~unanswered
    gone = project.store.answers.count_of_missing()
    reasons = [
        _counted(int((~failed & ~labelled).sum()), "not labelled yet"),
        _counted(int(unanswered.sum()), "without an answer"),
        _counted(int(filtered.sum()), "that the filter hides"),
        _counted(int((failed & ~labelled).sum()), "that cannot be read"),
        _counted(gone, "with answers that left the folder"),
    ]
    told = [reason for reason in reasons if reason]
    return f"Left out: {', '.join(told)}." if told else ""


def _classes(project: Project, rows: NDArray[np.int64], options: ExportOptions) -> str:
    """Classes that were added since, which lists of labels would be taken to say no of."""
    if options.which is Which.ANSWERS:
        return ""
    scores = project.shown_scores()
    if not len(rows) or not scores.shape[1]:
        return ""
    some = scores[rows[:1000]]
    if np.isnan(some).all():  # answers alone
        return ""
    answered = (project.answers != UNOBSERVED).any(axis=0)
    new = np.flatnonzero(np.isnan(some).all(axis=0))
    new = np.array([column for column in new if np.isnan(scores[:, column]).all()], dtype=int)
    if not new.size:
        return ""
    names = ", ".join(f"“{project.classes.names[column]}”" for column in new[:_MOST_NAMED])
    names += f" and {len(new) - _MOST_NAMED:,} more" if len(new) > _MOST_NAMED else ""
    but = ", but where you answered" if answered[new].any() else ""
    return f"No photo was labelled for {names} yet: it is left open on every photo{but}."


def _counted(count: int, what: str) -> str:
    photos = "1 photo" if count == 1 else f"{count:,} photos"
    return f"{photos} {what}" if count else ""
