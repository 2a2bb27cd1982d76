"""A person who answers without a pause, in a process of its own: it says what is stored.

`python -m tests.survival.answering FOLDER SEED [--window]` writes a line "photo class value" when
the answer is acknowledged, until it is killed or --count answers are given.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.finding.photo_filter import LabelWanted
from cdul_app.project.project import Project


def answers(project: Project, seed: int, column: int | None) -> Iterator[tuple[int, int, int]]:
    """Random rows, columns and values that differ from what is answered."""
    random, wanted = np.random.default_rng(seed), column
    while True:
        row, column = (int(random.integers(n)) for n in project.answers.shape)
        column = column if wanted is None else wanted
        values = {UNOBSERVED, NO, YES} - {int(project.answers[row, column])}
        yield row, column, int(random.choice(sorted(values)))


def acknowledge(project: Project, row: int, column: int) -> None:
    value = int(project.answers[row, column])
    name = project.classes[column].name
    sys.stdout.write(f"{project.photos.paths[row]}\t{name}\t{value}\n")
    sys.stdout.flush()


def answer_in_terminal(folder: Path, seed: int, count: int, only: int | None) -> None:
    with Project.open_folder(folder) as project:
        for given, (row, column, value) in enumerate(answers(project, seed, only)):
            if given == count:
                return
            project.decisions.answer([row], column, value)
            acknowledge(project, row, column)


def answer_in_window(folder: Path, seed: int, count: int, only: int | None) -> None:
    """The real window, its real keys: Y and N on the grid."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from cdul_app.desktop.app import prepare_interpreter
    from cdul_app.desktop.main_window import MainWindow

    app = QApplication([])
    prepare_interpreter(app)
    window = MainWindow()
    window.resize(1280, 800)
    window.show()
    # Keys are those of the active window, which it is once the platform has said so.
    assert QTest.qWaitForWindowActive(window)
    window.open_folder(folder)
    assert window.view is not None
    view, project = window.view, window.view.session.project
    view.session.answers_changed.connect(
        lambda rows: [acknowledge(project, int(row), view.library.column or 0) for row in rows]
    )
    view.library.filter_bar.show_class(only or 0, LabelWanted.ANY)
    random, given = np.random.default_rng(seed), 0

    def press() -> None:
        nonlocal given
        if given == count:
            window.close()
            return
        grid = view.library.grid
        if QApplication.focusWidget() is not grid:  # without a screen it may lose it
            window.activateWindow()
            grid.setFocus()
            return
        given += 1
        row = int(random.integers(len(view.library.model.rows)))
        grid.setCurrentIndex(grid.model().index(row, 0))
        key = Qt.Key.Key_Y if random.random() < 0.5 else Qt.Key.Key_N
        QTest.keyClick(grid, key)

    timer = QTimer(interval=5)
    timer.timeout.connect(press)
    timer.start()
    app.exec()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--column", type=int)
    parser.add_argument("--window", action="store_true")
    chosen = parser.parse_args()
    act = answer_in_window if chosen.window else answer_in_terminal
    act(chosen.folder, chosen.seed, chosen.count, chosen.column)


if __name__ == "__main__":
    main()
