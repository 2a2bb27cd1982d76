"""Thresholds follow scores and answers, but for those a person has moved."""

import numpy as np
import pytest

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES
from cdul_app.measures.sample_design import next_question
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.paths import locate_project
from cdul_app.project.classes.class_warnings import class_warnings
from cdul_app.project.labels.class_thresholds import (
    carry_thresholds_over,
    class_threshold,
    read_shown_labels,
    set_automatic_thresholds,
    unseen_classes,
)
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_records import AnswerChange


@pytest.fixture
def store(scored_folder):
    with ProjectStore(locate_project(scored_folder).database) as store:
        yield store


def test_scoring_cuts_each_class(store):
    origins = [record.threshold_origin for record in store.classes.all()]
    assert set(origins) == {ThresholdOrigin.AUTOMATIC}
    assert len({record.threshold for record in store.classes.all()}) > 1


def test_a_moved_threshold_is_not_overwritten(store):
    moved = store.classes.all()[3].identifier
    store.classes.set_threshold(moved, 0.77)
    set_automatic_thresholds(store)
    kept = {record.identifier: record for record in store.classes.all()}[moved]
    assert kept.threshold == 0.77
    assert kept.threshold_origin is ThresholdOrigin.PERSON


@pytest.mark.parametrize("answer", [YES, NO])
def test_answers_move_the_next_cut(store, answer):
    shown = read_shown_labels(store)
    column = next(c for c, record in enumerate(shown.classes) if record.name == "dog")
    before = class_threshold(shown.scores, shown.answers[:, column], column)
    class_id = shown.classes[column].identifier
    store.answers.apply(
        [AnswerChange(photo, class_id, -1, answer) for photo in shown.photo_ids.tolist()]
    )
    set_automatic_thresholds(store)
    after = store.classes.all()[column].threshold
    assert after < before.threshold if answer == YES else after > before.threshold


def test_before_scoring_there_is_nothing_to_cut(tmp_path):
    with ProjectStore(tmp_path / "project.sqlite", create=True) as store:
        assert read_shown_labels(store) is None
        set_automatic_thresholds(store)


def test_a_report_counts_the_answers_of_its_sample(scored_folder):
    with Project.open_folder(scored_folder) as project:
        assert project.samples.report().overall is None
        assert project.samples.designs() == (None,) * len(project.classes)  # before a question
        design = project.samples.design(2)
        row = next_question(design, project.answers[:, 2])
        project.decisions.answer([row], 2, YES)
    with Project.open_folder(scored_folder) as project:
        report = project.samples.report()
        assert report.classes[2].answered == 1
        assert report.classes[1].answered == 0
        assert np.array_equal(project.samples.design(2).ranks, design.ranks)
        figures = report.to_dict()["classes"]
        assert figures[project.classes[2].name]["answers"] == 1
        assert figures[project.classes[1].name]["f1"] is None


def write_shown(store, scores):
    """scores : (n_photos, n_classes), the labels that are shown from now on."""
    initial = store.labels.read(LabelKind.INITIAL)
    store.labels.write_set(
        LabelKind.PSEUDO, initial.class_ids, initial.photo_ids, scores, run_id=initial.run_id
    )


def test_a_moved_threshold_cuts_as_many_photos_on_another_scale_of_scores(store):
    shown = read_shown_labels(store)
    column = next(c for c, record in enumerate(shown.classes) if record.name == "house")
    ordered = np.sort(shown.scores[:, column])
    identifier = shown.classes[column].identifier
    store.classes.set_threshold(identifier, float(ordered[-4:-2].mean()), description="moved")
    before, undoable = read_shown_labels(store), len(store.decisions.recent())
    write_shown(store, shown.scores / 4)
    carry_thresholds_over(store, before)
    kept = store.classes.all()[column]
    assert kept.threshold_origin is ThresholdOrigin.PERSON
    assert kept.threshold < ordered[-4] / 2
    assert (shown.scores[:, column] / 4 >= kept.threshold).sum() == 3
    assert len(store.decisions.recent()) == undoable  # nothing of a person's
    automatic = [r for r in store.classes.all() if r.identifier != identifier]
    assert {record.threshold_origin for record in automatic} == {ThresholdOrigin.AUTOMATIC}


def test_a_class_that_is_not_seen_is_told_until_an_answer_shows_it(scored_folder):
    with Project.open_folder(scored_folder) as project:
        shown = project.shown_labels()
        column = project.classes.names.index("fish")
        scores = np.array(shown.scores)
        scores[:, column] = np.linspace(0.001, 0.002, len(scores))
        write_shown(project.store, scores)
        set_automatic_thresholds(project.store)
        project.reload()
        assert project.classes.ids[column] in unseen_classes(project.store)
        told = class_warnings(project, project.classes.definitions)
        assert any("does not see" in sentence and "“fish”" in sentence for sentence in told)
        assert not project.facts.labels.values()[:, column].any()
        project.decisions.answer([0], column, YES)
        told = class_warnings(project, project.classes.definitions)
        assert not any("“fish”" in sentence for sentence in told if "does not see" in sentence)
        set_automatic_thresholds(project.store)
        assert project.classes.ids[column] not in unseen_classes(project.store)
