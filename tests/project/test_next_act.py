"""The first step of the way that is not done, and what its button says."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO
from cdul_app.project.classes.class_edits import add_class
from cdul_app.project.classes.class_order import class_to_ask
from cdul_app.project.labeling.choice import prefer_encoder
from cdul_app.project.next_act import Step, labels_to_check, next_act
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project


@pytest.fixture
def project(scored_folder: Path):
    with Project.open_folder(scored_folder) as project:
        yield project


def scanned(folder: Path) -> Project:
    project = Project.open_folder(folder)
    for _ in scan_project(project.location):
        pass
    project.close()
    return Project.open_folder(folder)


def uncertain_columns(project: Project) -> np.ndarray:
    return np.flatnonzero(project.facts.unsure_counts())


def test_a_folder_without_photos(tmp_path):
    with Project.open_folder(tmp_path) as project:
        act = next_act(project)
        assert (act.step, act.words) == (Step.PHOTOS, "Look for photos")
        assert labels_to_check(project) == 0


def test_a_folder_whose_photos_cannot_be_read_has_none(tmp_path):
    """What nothing can be done with is no photo: one looks for others."""
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    with scanned(tmp_path) as project:
        project.store.photos.set_read([], [(int(project.photos.ids[0]), "no photo")], [])
    with Project.open_folder(tmp_path) as project:
        assert next_act(project).step is Step.PHOTOS


def test_photos_without_classes(photo_folder):
    with scanned(photo_folder) as project:
        act = next_act(project)
        assert (act.step, act.words) == (Step.CLASSES, "Name your classes")


def test_classes_without_labels(photo_folder, encoder):
    prefer_encoder(encoder)
    with scanned(photo_folder) as project:
        project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
        act = next_act(project)
        assert act.step is Step.LABEL
        assert act.words.startswith("Label 6 photos")


def test_the_encoder_that_is_not_there_is_part_of_the_act(photo_folder):
    with scanned(photo_folder) as project:
        project.decisions.set_classes([ClassDefinition("cat"), ClassDefinition("dog")])
        assert next_act(project).words.startswith("Download ")
        assert next_act(project).words.endswith(" and label 6 photos")


def test_another_list_of_classes_is_labelled_anew(project):
    add_class(project, "something new")
    act = next_act(project)
    assert act.step is Step.LABEL
    assert act.words.startswith("Label 8 photos again")


def test_the_class_whose_answers_are_worth_most_is_checked_first(project):
    act = next_act(project)
    assert act.step is Step.CHECK
    assert act.column == class_to_ask(project)
    counts = project.facts.unsure_counts()
    told = f"{counts[act.column]} uncertain photo" if counts[act.column] else "Check photos: "
    assert told in act.words
    assert act.words.endswith(project.classes[act.column].name)
    assert labels_to_check(project) == counts.sum()


def test_one_photo_is_no_plural(project):
    """The class that is asked about gets a threshold that leaves it one uncertain label; others are
    answered, and so worth less."""
    column = class_to_ask(project)
    everything = np.arange(len(project.photos))
    for other in range(len(project.classes)):
        if other != column:
            project.decisions.answer(everything, other, NO)
    scores = np.sort(project.shown_scores()[:, column]).tolist()
    for threshold in [0.9 * score for score in scores] + scores:
        project.decisions.set_threshold(column, threshold)
        if project.facts.unsure_counts()[column] == 1:
            break
    assert next_act(project).words == f"Check 1 uncertain photo: {project.classes[column].name}"


def test_nothing_left_to_check_leads_to_use(project):
    while (columns := uncertain_columns(project)).size:  # thresholds follow, and may show others
        rows = np.flatnonzero(project.facts.unsure_labels.values()[:, columns[0]])
        project.decisions.answer(rows, int(columns[0]), NO)
    act = next_act(project)
    assert (act.step, act.words, act.column) == (Step.USE, "Export labels", None)
    assert labels_to_check(project) == 0
