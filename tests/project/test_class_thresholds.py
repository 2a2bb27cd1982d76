"""Thresholds follow scores and answers, but for those a person has moved."""

import numpy as np
import pytest

from cdul_app.measures.reviews import NO, YES
from cdul_app.measures.sample_design import next_question
from cdul_app.measures.thresholds import ThresholdOrigin
from cdul_app.paths import locate_project
from cdul_app.project.class_thresholds import (
    class_threshold,
    read_shown_labels,
    set_automatic_thresholds,
)
from cdul_app.project.project import Project
from cdul_app.storage.answer_records import AnswerChange
from cdul_app.storage.project_store import ProjectStore


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
    before = class_threshold(shown.scores, shown.answers, column)
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
