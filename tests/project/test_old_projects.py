"""Projects of earlier versions open with everything in place."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cdul_app.events import Started
from cdul_app.measures.reviews import UNOBSERVED, ReviewState
from cdul_app.paths import locate_project
from cdul_app.project.checking.likely_errors import likely_errors
from cdul_app.project.classes.class_edits import merge_classes, rename_class, set_class_key
from cdul_app.project.labeling.choice import DEMO_SETTING
from cdul_app.project.project import Project
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.score.score import score_project
from tests.conftest import REPOSITORY
from tests.events import run_task
from tests.tasks.project_helpers import evaluated, of_type

OLD = Path(__file__).parents[1] / "old_projects" / "version_0_1"
DEMO = REPOSITORY / "resources" / "demo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The twelve photos, and the project as that version left it beside them."""
    folder = tmp_path / "scenes"
    folder.mkdir()
    for photo in sorted((DEMO / "scenes").iterdir())[:12]:
        shutil.copy2(photo, folder / photo.name)
    shutil.copyfile(DEMO / "truth.csv", folder / "truth.csv")
    shutil.copytree(OLD / "classifiers", folder / ".cdul" / "classifiers")
    shutil.copyfile(OLD / "project.sqlite", folder / ".cdul" / "project.sqlite")
    return folder


@pytest.fixture
def expected() -> dict[str, Any]:
    return json.loads((OLD / "expected.json").read_text(encoding="utf-8"))


def test_everything_is_as_that_version_showed_it(folder: Path, expected: dict[str, Any]):
    with Project(locate_project(folder)) as project:
        names, paths = project.classes.names, project.photos.paths
        answers = {
            f"{paths[row]}|{names[column]}": int(project.answers[row, column])
            for row, column in zip(*np.nonzero(project.answers != UNOBSERVED), strict=True)
        }
        assert answers == expected["answers"]
        assert [paths[row] for row in np.flatnonzero(project.flags)] == expected["flags"]
        thresholds = {
            each.name: [each.threshold, each.threshold_origin.value] for each in project.classes
        }
        assert thresholds == expected["thresholds"]
        labels = project.facts.labels.values()
        predicted = {
            path: [names[column] for column in np.flatnonzero(row)]
            for path, row in zip(paths, labels, strict=True)
        }
        assert predicted == expected["predicted"]
        np.testing.assert_allclose(
            project.facts.sorting_scores(None), expected["sorting"], atol=1e-4
        )
        # One of each photo was written down then.
        told = (ReviewState.ERROR, ReviewState.DISAGREEMENT, ReviewState.ANSWERED)
        states = [project.facts.states_of(row) for row in range(len(paths))]
        chosen = [next((each for each in told if each in held), None) for held in states]
        assert [(each or ReviewState.UNREVIEWED).value for each in chosen] == expected[
            "review_states"
        ]
        filters = project.settings.saved_filters
        assert [each.name for each in filters] == expected["saved_filters"]
        assert project.settings.scoring.zeta == expected["zeta"]
        assert project.settings.training.seed == expected["seed"]
        assert project.scoring.encoder == expected["encoder"]
        assert project.scoring.is_stale == expected["stale"]
        np.testing.assert_array_equal(project.samples.design(2).ranks, expected["report"])
        evidence = project.scoring.evidence(0)
        np.testing.assert_allclose(evidence.snippet_similarities, expected["evidence"], atol=1e-3)
        runs = [[run.kind, run.outcome.value, run.summary] for run in project.runs.all()]
        assert runs == expected["runs"]
        assert len(project.runs.history(2)) == expected["epochs"]
        doubted = [found["photo"] for found in likely_errors(project, count=10)]
        assert doubted == expected["likely_errors"]
        assert project.truth.file == Path("truth.csv")
        project.truth.load(folder / "truth.csv")
        measured = {kind: each["mAP"] for kind, each in evaluated(project)["labels"].items()}
        assert measured == pytest.approx(expected["evaluation"], abs=0.01)


def test_undo_goes_on_where_that_version_stopped(folder: Path, expected: dict[str, Any]):
    with Project(locate_project(folder)) as project:
        assert project.decisions.can_undo == expected["can_undo"]
        assert project.decisions.can_redo == expected["can_redo"]
        count = 0
        while project.decisions.undo() is not None:
            count += 1
        assert count > 10
        assert (project.answers == UNOBSERVED).all()
        assert not project.flags.any()
        for _ in range(count):
            assert project.decisions.redo() is not None
        assert np.count_nonzero(project.answers != UNOBSERVED) == len(expected["answers"])


def test_its_classes_are_edited_and_taken_back_to_before_its_own_steps(folder: Path):
    """The steps of that version know classes by their names alone."""
    with Project(locate_project(folder)) as project:
        names, answers = project.classes.names, project.answers.copy()
        rename_class(project, 0, "another name")
        merge_classes(project, 1, 2)
        set_class_key(project, 0, 5)
    with Project(locate_project(folder)) as project:
        for _ in range(3):
            assert project.decisions.undo() is not None
        assert project.classes.names == names
        np.testing.assert_array_equal(project.answers, answers)
        while project.decisions.undo() is not None:
            pass
        assert (project.answers == UNOBSERVED).all()


@pytest.mark.parametrize(
    ("label_format", "name"),
    [("csv", "labels.csv"), ("csv-long", "reasons.csv"), ("json", "labels.json")],
)
def test_exports_are_those_of_that_version(
    folder: Path, tmp_path: Path, label_format: str, name: str
):
    output = tmp_path / name
    run_task(export_labels(locate_project(folder), label_format=label_format, output=output))
    before = (OLD / name).read_text(encoding="utf-8")
    # A setting came since, and one that was off is gone.
    written = output.read_text(encoding="utf-8").replace(', "runtime": "auto"', "")
    if label_format == "csv-long":  # a column for imported answers came since
        rows = [line.rpartition(",") for line in written.splitlines()]
        assert {cell for _, _, cell in rows} == {'"imported_from"', '""'}
        written = "".join(f"{line}\n" for line, _, _ in rows)
    assert written == before.replace(', "background": false', "")


def test_scoring_again_reads_no_photo_anew(folder: Path):
    location = locate_project(folder)
    with Project(location) as project:
        project.store.settings.set(DEMO_SETTING, True)  # as opening the demo does
        config = project.settings.scoring
    events, result = run_task(score_project(location, config))
    assert result.photos == 12
    started = [each for each in of_type(events, Started) if each.title == "Encoding photos"]
    assert all(each.already_done == 12 for each in started)  # a text may be new, no photo is
