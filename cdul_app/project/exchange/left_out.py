"""What an export of the labels does not hold, and why."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.export_options import ExportOptions, Which
from cdul_app.language import ntr, tr
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
    unlabelled, unread = int((~failed & ~labelled).sum()), int((failed & ~labelled).sum())
    without, hidden = int(unanswered.sum()), int(filtered.sum())
    told = []
    if unlabelled:
        told.append(ntr("{n} photo not labelled yet", "{n} photos not labelled yet", unlabelled))
    if without:
        told.append(ntr("{n} photo without an answer", "{n} photos without an answer", without))
    if hidden:
        told.append(
            ntr("{n} photo that the filter hides", "{n} photos that the filter hides", hidden)
        )
    if unread:
        told.append(ntr("{n} photo that cannot be read", "{n} photos that cannot be read", unread))
    if gone:
        told.append(
            ntr(
                "{n} photo with answers that left the folder",
                "{n} photos with answers that left the folder",
                gone,
            )
        )
    return tr("Left out: {photos}.", photos=", ".join(told)) if told else ""


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
    if more := len(new[_MOST_NAMED:]):
        names = tr("{names} and {more} more", names=names, more=more)
    if answered[new].any():
        return tr(
            "No photo was labelled for {names} yet: it is left open on every photo, but where you "
            "answered.",
            names=names,
        )
    return tr("No photo was labelled for {names} yet: it is left open on every photo.", names=names)
