"""Two processes work on one project: each pair of window, terminal, scoring and training."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import locate_project
from tests.survival.processes import (
    REPOSITORY,
    Acknowledged,
    answering,
    check_nothing_lost,
    check_sound,
    command,
    run_whole,
)
from tests.tasks.project_helpers import labels

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks are another thing there")


@pytest.mark.parametrize("other", ["terminal", "window", "score", "train", "info"])
@pytest.mark.parametrize("one", ["terminal", "window"])
def test_answers_beside_anything(scored_folder: Path, one: str, other: str):
    if (one, other) == ("window", "window"):
        pytest.skip("there is one window a project, see test_locks")
    before = check_sound(scored_folder)

    def person(where: str, column: int) -> Acknowledged:
        options = ["--count", 150, "--column", column]
        options += ["--window"] if where == "window" else []
        return Acknowledged(answering(scored_folder, column, *options))

    people = [person(one, 0)]
    if other in ("terminal", "window"):
        people.append(person(other, 1))
    elif other == "info":  # it comes and goes
        for _ in range(3):
            run_whole(command("info", scored_folder))
    else:
        machine = Acknowledged(command(other, scored_folder))
        assert machine.end() == 0, "\n".join(machine.errors)
    for each in people:
        assert each.end() == 0, "\n".join(each.errors)
        assert len(each.answers) > 50
    everything = people[0]
    everything.lines = [line for each in people for line in each.lines]
    count = check_nothing_lost(before, everything, check_sound(scored_folder))
    print(f"\n{one} beside {other}: {count} answers, 0 lost")


@pytest.mark.parametrize("trial", range(3))
@pytest.mark.parametrize("other", ["score", "train"])
def test_one_writer_of_machine_labels(scored_folder: Path, other: str, trial: int):
    """Each says that it is done, or who is at it; and labels are whole whoever was first."""
    before = labels(locate_project(scored_folder), LabelKind.PSEUDO)
    arguments = [command("score", scored_folder, "--zeta", "0.4"), command(other, scored_folder)]
    processes = [
        subprocess.Popen(each, cwd=REPOSITORY, text=True, stderr=subprocess.PIPE, stdout=-3)
        for each in arguments
    ]
    told = [process.communicate()[1] for process in processes]
    statuses = [process.returncode for process in processes]
    assert 0 in statuses
    for status, text in zip(statuses, told, strict=True):
        assert status == 0 or "is under way (" in text, text
        assert "Traceback" not in text
        assert "bug" not in text
    check_sound(scored_folder)
    after = labels(locate_project(scored_folder), LabelKind.PSEUDO)
    assert after.keys() == before.keys()
    assert all(np.isfinite(row).all() for row in after.values())
