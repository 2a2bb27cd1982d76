"""After a run one can look at the photos whose labels it has changed."""

from dataclasses import replace

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.finding.photo_filter import PhotoFilter, filtered_rows
from cdul_app.project.labels.label_changes import machine_labels, store_changed_photos
from cdul_app.project.project import Project
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.score_and_train import score_and_train
from cdul_app.tasks.train.train import train_project
from tests.events import run_task

CHANGED = PhotoFilter(text="changed")


def shown(project):
    return project.facts.labels.values().copy()


def score(project, **changes):
    config = replace(project.settings.scoring, **changes)
    _, result = run_task(score_project(project.location, config))
    project.reload()
    return result


def test_scoring_with_other_settings_counts_and_lists_what_changed(project):
    before = shown(project)
    result = score(project, zeta=1.0)
    moved = (before != shown(project)).any(axis=1)
    assert result.changed == moved.sum() > 0
    assert np.array_equal(filtered_rows(project, CHANGED), np.flatnonzero(moved))
    with Project.open_folder(project.location.folder) as again:  # as a window opened later
        assert len(filtered_rows(again, CHANGED)) == result.changed
    assert score(project, zeta=1.0).changed == 0  # nothing else was asked for
    assert not len(filtered_rows(project, CHANGED))


def test_training_counts_from_the_labels_before_it(project):
    before = shown(project)
    config = project.settings.training.with_changes(epochs=3, warm_up_epochs=0, device="cpu")
    _, result = run_task(train_project(project.location, config))
    project.reload()
    assert result.changed == (before != shown(project)).any(axis=1).sum()
    assert len(filtered_rows(project, CHANGED)) == result.changed


def test_both_in_one_go_count_from_before_the_first(project):
    before = shown(project)
    scoring = replace(project.settings.scoring, zeta=1.0)
    config = project.settings.training.with_changes(epochs=2, warm_up_epochs=1, device="cpu")
    _, result = run_task(score_and_train(project.location, scoring, config))
    project.reload()
    assert result.changed == (before != shown(project)).any(axis=1).sum() > 0


def test_answers_and_labels_of_new_classes_are_no_changes(project):
    before = machine_labels(project.store)
    project.decisions.answer([0, 1], 0, YES, follow=False)
    project.decisions.answer([2, 3], 1, NO, follow=False)
    assert store_changed_photos(project.store, before) == 0
    names = [*project.classes.names, "a thing that was not there"]
    project.decisions.set_classes([ClassDefinition(name) for name in names])
    known = len(names) - 1
    was = shown(project)[:, :known]
    result = score(project)
    unanswered = project.answers[:, :known] < 0
    assert result.changed == ((was != shown(project)[:, :known]) & unanswered).any(axis=1).sum()


def test_the_first_labels_change_nothing(project):
    nothing = replace(machine_labels(project.store), photo_ids=np.zeros(0, dtype=np.int64))
    empty = np.zeros((0, len(project.classes)), dtype=bool)
    assert store_changed_photos(project.store, replace(nothing, labels=empty, told=empty)) == 0
