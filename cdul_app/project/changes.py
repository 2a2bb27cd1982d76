"""Who is told when an open project is other than it was: plain functions, no event loop."""

from collections.abc import Callable
from typing import Generic, ParamSpec

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ProjectError

Arguments = ParamSpec("Arguments")
Rows = NDArray[np.int64]


class Listeners(Generic[Arguments]):
    """Called like a function, it calls those that were added, in their order."""

    def __init__(self) -> None:
        self._functions: list[Callable[Arguments, object]] = []

    def add(self, function: Callable[Arguments, object]) -> None:
        self._functions.append(function)

    def __bool__(self) -> bool:
        return bool(self._functions)

    def __call__(self, *arguments: Arguments.args, **named: Arguments.kwargs) -> None:
        for function in self._functions:
            function(*arguments, **named)


class ProjectChanges:
    """One list of listeners for each thing that windows show of a project."""

    def __init__(self) -> None:
        self.photos = Listeners[[]]()
        self.photos_listed = Listeners[[]]()  # names of a new folder, after those that were there
        self.classes = Listeners[[]]()
        self.scores = Listeners[[]]()
        self.first_labels = Listeners[[Rows]]()  # of photos that had none, while a scoring runs
        self.thresholds = Listeners[[]]()
        self.answers = Listeners[[Rows]]()
        self.flags = Listeners[[Rows]]()
        self.undo = Listeners[[]]()  # what can be undone or redone
        self.decided_on = Listeners[[Rows, int | None]]()  # rows undo or redo touched, class column
        self.decided = Listeners[[]]()  # something is stored, and not yet written down
        # What is said of a step about several photos, or that other photos' labels followed.
        self.decided_many = Listeners[[str]]()
        self.not_stored = Listeners[[ProjectError]]()  # a decision; it waits
        self.decided_elsewhere = Listeners[[]]()  # by another program, and not shown yet
        self.runs = Listeners[[]]()
        self.truth = Listeners[[]]()
