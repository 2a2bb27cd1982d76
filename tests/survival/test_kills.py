"""SIGKILL in every stage: no answer is lost, no database is unsound, results are the same.

30 kills in a normal run, 210 with --long; prints how many there were and what was acknowledged.
"""

import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES
from cdul_app.paths import locate_project
from cdul_app.project.project import Project
from tests.drawn_photos import copy_photos
from tests.survival.processes import (
    Acknowledged,
    answering,
    check_nothing_lost,
    check_sound,
    command,
    run_and_kill,
    run_whole,
)
from tests.tasks.project_helpers import labels

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
Kills = Callable[[int], int]


def answer_some(folder: Path) -> dict[tuple[str, str], int]:
    with Project(locate_project(folder)) as project:
        project.decisions.answer([0, 2, 3], 0, YES)
        project.decisions.answer([1, 2], 1, NO)
    return check_sound(folder)


@pytest.mark.parametrize(("where", "count"), [("terminal", 10), ("window", 4)])
def test_answering(scored_folder: Path, kills: Kills, where: str, count: int):
    before, acknowledged = check_sound(scored_folder), 0
    options = ["--window"] if where == "window" else []
    for seed in range(kills(count)):
        process = Acknowledged(answering(scored_folder, seed, *options))
        process.wait_for(random.Random(seed).randint(1, 60))
        process.kill()
        assert process.process.returncode == -signal.SIGKILL, "\n".join(process.errors)
        after = check_sound(scored_folder)
        acknowledged += check_nothing_lost(before, process, after)
        before = after
    print(f"\n{kills(count)} kills while answering in the {where}: {acknowledged} answers, 0 lost")
    assert acknowledged > kills(count)


def test_bringing_an_old_project_up_to_date(tmp_path: Path, kills: Kills):
    old = Path(__file__).parents[1] / "old_projects" / "version_0_1"
    for number in range(kills(3)):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copytree(old, folder / ".cdul")
        run_and_kill(command("info", folder), after=random.Random(number).uniform(0.2, 1.2))
        assert len(check_sound(folder)) > 0
    print(f"\n{kills(3)} kills while opening a project of an earlier version: 0 lost")


def _killed_till_done(
    folder: Path, arguments: list[str], count: int, answers: dict[tuple[str, str], int]
) -> None:
    """Kill a command so often, each time after another part of what it takes; then let it end."""
    untouched = folder.with_name(f"{folder.name} control")
    shutil.copytree(folder, untouched)
    seconds, _ = run_whole([part.replace(str(folder), str(untouched)) for part in arguments])
    for number in range(count):
        run_and_kill(arguments, after=seconds * (number + 0.5) / count)
        assert check_sound(folder) == answers
    run_whole(arguments)
    assert check_sound(folder) == answers
    for kind in (LabelKind.GLOBAL, LabelKind.INITIAL, LabelKind.PSEUDO, LabelKind.CLASSIFIER):
        ours, theirs = (labels(locate_project(place), kind) for place in (folder, untouched))
        assert ours.keys() == theirs.keys()
        for path, row in theirs.items():  # batches are cut elsewhere, which moves the last digits
            np.testing.assert_allclose(ours[path], row, atol=2e-3)
    print(f"\n{count} kills of {arguments[3]}: 0 answers lost, results as without")


def test_scoring(scored_folder: Path, kills: Kills):
    answers = answer_some(scored_folder)
    copy_photos(scored_folder, 20)
    _killed_till_done(scored_folder, command("score", scored_folder), kills(4), answers)


def test_scoring_for_other_classes(scored_folder: Path, kills: Kills):
    """Which makes a backup first."""
    answers = answer_some(scored_folder)
    arguments = command("score", scored_folder, "--classes", "car, tree, gnu")
    _killed_till_done(scored_folder, arguments, kills(2), answers)


def test_training(scored_folder: Path, kills: Kills):
    answers = answer_some(scored_folder)
    arguments = command("train", scored_folder, "--device", "cpu")
    _killed_till_done(scored_folder, arguments, kills(3), answers)


def test_export_backup_and_restore(scored_folder: Path, tmp_path: Path, kills: Kills):
    answers = answer_some(scored_folder)
    output = tmp_path / "labels.json"
    whole = command("export", scored_folder, "--format", "json", "--output", output)
    seconds, _ = run_whole(whole)
    expected = output.read_bytes()
    run_whole(command("backup", scored_folder))
    for number in range(kills(4)):
        arguments = [
            whole, command("backup", scored_folder), command("restore", scored_folder), whole,
        ][number % 4]  # fmt: skip
        run_and_kill(arguments, after=seconds * random.Random(number).uniform(0.3, 1))
        if not locate_project(scored_folder).database.exists():  # told, and mended by the same
            run_whole(command("restore", scored_folder))
        assert check_sound(scored_folder) == answers
        assert output.read_bytes() == expected
    print(f"\n{kills(4)} kills of export, backup and restore: 0 answers lost, files whole")
