"""The facts that are kept are those that would be worked out anew, whatever has happened."""

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.certainty import UNSURE
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.labels.label_facts import LabelFacts

NAMES = (
    "labels", "label_counts", "unsure", "states", "uncertainty", "doubt", "best", "margin",
    "disagreement",
)  # fmt: skip


def all_facts(facts):
    return {name: getattr(facts, name).values().copy() for name in NAMES}


def change_answers(project):
    project.decisions.answer([0, 3, 5], 1, YES)
    project.decisions.answer([3], 0, NO)
    project.decisions.answer([5], 1, UNOBSERVED)


def change_classes(project):
    project.decisions.answer([0], 1, YES)
    project.decisions.set_classes([ClassDefinition("unicorn"), *project.classes.definitions[1:]])


CHANGES = {
    "answers": change_answers,
    "undo": lambda project: (
        change_answers(project),
        project.decisions.undo(),
        project.decisions.undo(),
    ),
    "redo": lambda project: (
        change_answers(project),
        project.decisions.undo(),
        project.decisions.redo(),
    ),
    "threshold": lambda project: project.decisions.set_threshold(2, 0.05),
    "automatic threshold": lambda project: (
        project.decisions.set_threshold(2, 0.05),
        project.decisions.use_automatic_threshold(2),
    ),
    "a threshold that follows": lambda project: project.decisions.answer([0, 2], 2, NO),
    "threshold, undone": lambda project: (
        project.decisions.set_threshold(2, 0.05),
        project.decisions.undo(),
    ),
    "classes": change_classes,
}


@pytest.mark.parametrize("change", CHANGES)
def test_kept_facts_follow_every_change(trained_project, change):
    all_facts(trained_project.facts)
    CHANGES[change](trained_project)
    kept, anew = all_facts(trained_project.facts), all_facts(LabelFacts(trained_project))
    for name in NAMES:
        np.testing.assert_allclose(kept[name], anew[name], atol=1e-6, err_msg=name)


def test_listeners_of_answers_see_the_new_facts(trained_project):
    counts = trained_project.facts.label_counts.values().copy()
    column = int((~trained_project.facts.labels.values()[4]).argmax())
    heard = []
    trained_project.changes.answers.add(
        lambda rows: heard.append(trained_project.facts.label_counts.values()[rows].tolist())
    )
    trained_project.decisions.answer([4], column, YES)
    assert heard == [[counts[4] + 1]]


def test_an_answer_settles_an_unsure_label(trained_project):
    facts, project = trained_project.facts, trained_project
    project.decisions.set_threshold(2, float(project.shown_scores()[4, 2]))  # just so a label
    assert facts.certainty_row(4)[2] == UNSURE
    assert facts.unsure.values()[4]
    for column in np.flatnonzero(facts.certainty_row(4) == UNSURE).tolist():
        project.decisions.answer([4], column, NO)
    assert not facts.unsure.values()[4]
    project.decisions.undo()
    assert facts.unsure.values()[4]


def test_figures_are_those_of_their_definitions(trained_project):
    facts = trained_project.facts
    classifier = trained_project.scores(LabelKind.CLASSIFIER)
    initial = trained_project.scores(LabelKind.INITIAL)
    ordered = np.sort(classifier, axis=1)
    np.testing.assert_allclose(facts.margin.values(), ordered[:, -1] - ordered[:, -2], atol=1e-6)
    np.testing.assert_allclose(
        facts.disagreement.values(), np.abs(initial - classifier).max(axis=1), atol=1e-6
    )
    np.testing.assert_array_equal(
        facts.label_counts.values(), trained_project.facts.labels.values().sum(axis=1)
    )
    np.testing.assert_array_equal(
        facts.class_counts(), trained_project.facts.labels.values().sum(axis=0)
    )


def test_before_scoring_nothing_is_known(scanned_project):
    facts = scanned_project.facts
    assert facts.label_counts.values().tolist() == [0] * 6
    assert np.isnan(facts.margin.values()).all()
    assert facts.ranking_kind(None) is None
    assert facts.sorting_scores(None) is None
    assert facts.likely_errors() is None
