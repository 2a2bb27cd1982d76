"""A step of the log taken back, or done again: what is written and shown then."""

from typing import TYPE_CHECKING

from cdul_app.method.arrays import distinct
from cdul_app.project.labels.following_thresholds import returning_threshold
from cdul_app.project.labels.shown_decisions import show_answers, show_flags
from cdul_app.storage.journal.decision_log import Step, StepKind

if TYPE_CHECKING:
    from cdul_app.project.project import Project


def reverse_step(project: "Project", step: Step, *, undo: bool) -> int:
    """Write a step back or again; cells no longer shown are written all the same.

    Returns how many cells stay as another program has left them.
    """
    match step.kind:
        case StepKind.ANSWER:
            answers = project.store.answers
            followed = returning_threshold(project, step, undo=undo)
            done = (answers.undo if undo else answers.redo)(step, followed)
            rows, column = show_answers(project, done.cells, followed)
            project.changes.decided_on(distinct(rows), column)
        case StepKind.FLAG:
            flags = project.store.flags
            done = flags.undo(step) if undo else flags.redo(step)
            project.changes.decided_on(show_flags(project, done.cells), None)
        case _:
            classes = project.store.classes
            is_done = classes.undo(step) if undo else classes.redo(step)
            if step.kind is StepKind.CLASSES:
                project.reload_classes()
                project.changes.classes()
            else:
                project.reload_thresholds()
            return 0 if is_done else 1
    if done.kept:
        project.changes.decided_elsewhere()
    return done.kept
