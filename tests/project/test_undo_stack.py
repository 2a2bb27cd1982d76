from hypothesis import given
from hypothesis import strategies as st

from cdul_app.project.undo_stack import MAX_STEPS, UndoStack
from cdul_app.storage.journal.decision_log import LoggedStep


class WrittenHistory:
    """A history beside the log that its session would write."""

    def __init__(self) -> None:
        self.history = UndoStack()
        self.log: list[LoggedStep] = []

    def act(self, action: str) -> None:
        number = len(self.log) + 1
        if action == "person":
            self.history.add(number)
            self.log.append(LoggedStep(number, "person", None))
            return
        step = self.history.next_undo if action == "undo" else self.history.next_redo
        if step is None:
            return
        (self.history.mark_undone if action == "undo" else self.history.mark_redone)(step)
        self.log.append(LoggedStep(number, action, step))


@given(st.lists(st.sampled_from(["person", "undo", "redo"]), max_size=60))
def test_a_history_read_from_the_log_is_the_one_that_wrote_it(actions: list[str]) -> None:
    written = WrittenHistory()
    for action in actions:
        written.act(action)
    read = UndoStack(written.log)
    while written.history.next_undo is not None or read.next_undo is not None:
        assert read.next_redo == written.history.next_redo
        step = read.next_undo
        assert step == written.history.next_undo
        assert step is not None
        read.mark_undone(step)
        written.history.mark_undone(step)


def test_no_more_steps_than_the_limit_are_kept() -> None:
    history = UndoStack(LoggedStep(n, "person", None) for n in range(1, 1001))
    count = 0
    while (step := history.next_undo) is not None:
        history.mark_undone(step)
        count += 1
    assert count == MAX_STEPS


def test_an_undo_of_a_step_before_what_was_read_can_be_done_again() -> None:
    history = UndoStack([LoggedStep(9, "undo", 3)])
    assert (history.next_undo, history.next_redo) == (None, 3)
