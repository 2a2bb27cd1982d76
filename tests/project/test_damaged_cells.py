"""Whatever a cell of JSON holds in a stranger's database, one sentence says what is damaged."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.classes.class_warnings import class_warnings
from cdul_app.project.project import Project
from cdul_app.project.project_info import project_info

DAMAGE = ("{", "nonsense", "7", "null", "9" * 5000, "[" * 100_000)
OTHER_FORMS = ("", "[7]", "[[]]", '{"a": [null]}')  # in which some cells may well be
# What only takes such a value from one that is right: a path may be any text, and so on.
WRONG_SETTINGS = {
    "scoring_config": ('{"zeta": "high"}', '{"prompt": 7, "templates": "single"}', '{"grid": {}}'),
    "training_config": ('{"epochs": 1e400}', '{"classifier": null}', '{"weights": 7}'),
    "truth_file": ("[]", "{}"),
    "classifier_run": ('"one"', "[]", "1e400"),
    "saved_filters": ('[{"name": "a", "score_range": "wide"}]', '["name"]'),
    "scored": ('{"encoding": 1}', '{"encoding": 1, "prompts": [["?"]], "class_ids": [1]}'),
    "alike_classes": ('[["a", "b", "c"]]', "[[1]]"),
}
CELLS = (
    ("classes", "prompts"),
    ("classes", "threshold_origin"),
    ("label_sets", "class_ids"),
    ("runs", "config"),
    ("runs", "versions"),
    ("runs", "outcome"),
    ("run_epochs", "measures"),
    ("steps", "shown"),
    ("steps", "kind"),
    ("encodings", "grid"),
)


def _read_all(location: ProjectLocation) -> None:
    """All that the app reads of cells, each on its own: one that is damaged hides no other."""
    with Project(location) as project:
        store, settings = project.store, project.settings
        reads = (
            lambda: settings.scoring,
            lambda: settings.training,
            lambda: settings.saved_filters,
            lambda: project.truth.file,
            lambda: project_info(project),
            lambda: project.known_scores(),
            lambda: [store.labels.read(kind) for kind in LabelKind],
            lambda: project.samples.report(),
            lambda: class_warnings(project, project.classes.definitions),
            lambda: [store.runs.epochs(run.identifier) for run in store.runs.all()],
            lambda: [store.decisions.step(step.identifier) for step in store.decisions.recent()],
        )
        problems = []
        for read in reads:
            try:
                read()
            except ProjectError as error:
                problems.append(error)
    if problems:
        raise problems[0]


@pytest.fixture(scope="module")
def written(scored_demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ProjectLocation:
    """A project with something in each kind of cell."""
    folder = tmp_path_factory.mktemp("damaged") / "scenes"
    shutil.copytree(scored_demo_folder, folder)
    location = locate_project(folder)
    with Project(location) as project:
        settings = project.store.settings
        settings.set("saved_filters", [{"name": "Boats", "score_range": [0.1, 0.2]}])
        settings.set("alike_classes", [[1, 2, 0.99]])
        settings.set("truth_file", str(folder / "truth.csv"))
        project.settings.training = project.settings.training
        project.decisions.set_classes([*project.classes.definitions, ClassDefinition("kiwi")])
    _read_all(location)
    return location


def _problem(location: ProjectLocation, statement: str, *values: str) -> str:
    """What is said of the project once `statement` has changed it; the change is taken back."""
    whole = location.database.read_bytes()
    with closing(sqlite3.connect(location.database)) as connection, connection:
        assert connection.execute(statement, values).rowcount >= 1, statement
    try:
        _read_all(location)
    except ProjectError as error:
        return str(error)
    finally:
        for file in location.database.parent.glob(f"{location.database.name}*"):
            file.unlink()
        location.database.write_bytes(whole)
    return ""


@pytest.mark.parametrize(("table", "column"), CELLS)
def test_a_damaged_cell_is_one_sentence(written: ProjectLocation, table: str, column: str):
    for value in DAMAGE:
        problem = _problem(written, f"UPDATE {table} SET {column} = ?", value)
        assert problem.startswith("The project database is damaged: "), value[:20]
        assert len(problem) < 300
    for value in OTHER_FORMS:
        problem = _problem(written, f"UPDATE {table} SET {column} = ?", value)
        assert not problem or problem.startswith("The project database is damaged: ")


@pytest.mark.parametrize("setting", WRONG_SETTINGS)
def test_a_damaged_setting_is_one_sentence(written: ProjectLocation, setting: str):
    change = "UPDATE settings SET value = ? WHERE name = ?"
    for value in (DAMAGE[0], *DAMAGE[-2:], *WRONG_SETTINGS[setting]):
        assert f"the setting “{setting}” cannot" in _problem(written, change, value, setting), value
    for value in (*DAMAGE, *OTHER_FORMS):
        problem = _problem(written, change, value, setting)
        assert not problem or problem.startswith("The project database is damaged: ")


@pytest.mark.parametrize(
    "payload", [*DAMAGE, *OTHER_FORMS, '{"before": [[1]]}', '{"before": {"1": 2}}']
)
def test_a_step_of_classes_that_is_damaged_changes_nothing_when_undone(
    written: ProjectLocation, payload: str
):
    with Project(written) as project:
        store = project.store
        latest = store.decisions.recent()[-1]
        step = replace(store.decisions.step(latest.identifier), payload=payload.encode())
        before = store.classes.all()
        with pytest.raises(ProjectError, match="damaged"):
            store.classes.undo(step)
        assert store.classes.all() == before
        assert store.decisions.recent()[-1] == latest
