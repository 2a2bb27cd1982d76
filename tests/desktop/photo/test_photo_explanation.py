import ast
import math
from pathlib import Path

import numpy as np
import pytest

import cdul_app.desktop
from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.photo.photo_explanation import (
    class_scores,
    explain_label,
    explain_score,
    percent,
)
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.method.view_plans import ViewPlan

SPACE = "\N{NO-BREAK SPACE}"


def scores(**changes):
    found = dict.fromkeys(LabelKind, math.nan)
    found.update(
        {
            LabelKind.GLOBAL: 0.1,
            LabelKind.LOCAL_MAX: 0.9,
            LabelKind.AGGREGATED: 0.9,
            LabelKind.INITIAL: 0.5,
            LabelKind.PSEUDO: 0.5,
        }
    )
    found.update({LabelKind(name): value for name, value in changes.items()})
    return found


@pytest.fixture
def evidence():
    local = np.full((4, 2), 0.02, dtype=np.float32)
    local[2, 0] = 0.9  # second row, first column
    local[1, 0] = 0.0
    return PhotoEvidence(ViewPlan.parse("2x2"), np.array([0.1, 0.9]), local, "demo")


def test_percent():
    assert percent(0.126) == f"13{SPACE}%"
    assert percent(math.nan) == "–"


def test_the_sentence_names_the_snippet_that_said_it(evidence):
    text = explain_score("cat", scores(), evidence, 0).replace(SPACE, " ")
    assert text == ("cat 50 %: the whole photo says 10 %, the part in row 2, column 1 says 90 %.")


def test_refinement_that_moved_the_label_is_told(evidence):
    text = explain_score("cat", scores(pseudo=0.8), evidence, 0).replace(SPACE, " ")
    assert text.endswith("; refinement moved it from 50 % to 80 %.")
    assert "refinement" not in explain_score("cat", scores(pseudo=0.502), evidence, 0)


def test_below_zeta_the_lowest_snippet_counts(evidence):
    text = explain_score("cat", scores(aggregated=0.0), evidence, 0).replace(SPACE, " ")
    assert "the part in row 1, column 2 says 0 %, the lowest, as none is high enough" in text


def test_without_evidence_the_place_is_not_known():
    assert "the best part of it says 90" in explain_score("cat", scores(), None, 0)
    assert "the lowest part of it says" in explain_score("cat", scores(aggregated=0.0), None, 0)
    gaps = PhotoEvidence(ViewPlan.parse("1x1"), np.array([np.nan]), np.array([[np.nan]]), "demo")
    assert "the best part of it" in explain_score("cat", scores(), gaps, 0)


def test_without_a_score_there_is_nothing_to_explain(evidence):
    assert explain_score("cat", scores(pseudo=math.nan), evidence, 0) == ""


@pytest.mark.parametrize(
    ("answer", "score", "threshold", "sentence"),
    [
        (UNOBSERVED, 0.7, 0.5, "Label: yes, 70 % reaches the 50 % threshold"),
        (UNOBSERVED, 0.2, 0.5, "Label: no, 20 % is below the 50 % threshold"),
        (UNOBSERVED, 0.4999, 0.5, "Label: no, 50.0 % is below the 50.0 % threshold"),
        (UNOBSERVED, 0.5, 0.5, "Label: yes, 50.0 % reaches the 50.0 % threshold"),
        (YES, 0.7, 0.5, "Your answer: yes"),
        (NO, 0.7, 0.5, "Your answer: no (without it: yes, 70 % reaches the 50 % threshold)"),
        (YES, 0.2, 0.5, "Your answer: yes (without it: no, 20 % is below the 50 % threshold)"),
        (YES, math.nan, 0.5, "Your answer: yes"),
        (UNOBSERVED, math.nan, 0.5, ""),
    ],
)
def test_who_decided(answer, score, threshold, sentence):
    assert explain_label(answer, score, threshold).replace(SPACE, " ") == sentence


def test_scores_are_those_of_the_session(trained_session):
    found = class_scores(trained_session, 3, 1)
    assert set(found) == set(LabelKind)
    for kind, value in found.items():
        stored = trained_session.project.scores(kind)
        expected = math.nan if stored is None else float(stored[3, 1])  # no out-of-fold scores
        assert value == pytest.approx(expected, nan_ok=True)


def test_before_scoring_there_are_none(new_session):
    new_session.project.decisions.set_classes([ClassDefinition("cat")])
    assert all(math.isnan(value) for value in class_scores(new_session, 0, 0).values())


def test_the_sentence_agrees_with_the_stored_evidence(trained_session):
    """The snippet that is named is the one whose score was aggregated."""
    for row in (0, 7, 20):
        evidence = trained_session.project.scoring.evidence(row)
        for column in range(len(trained_session.project.classes)):
            stored = class_scores(trained_session, row, column)
            best = float(evidence.local_similarities[:, column].max())
            assert best == pytest.approx(stored[LabelKind.LOCAL_MAX], abs=2e-3)


def evidence_with_best(plan: ViewPlan, best: int) -> tuple[dict[LabelKind, float], PhotoEvidence]:
    local = np.full((len(plan.boxes), 1), 0.1)
    local[best] = 0.8
    scores = dict.fromkeys(LabelKind, 0.5)
    scores |= {LabelKind.GLOBAL: 0.2, LabelKind.LOCAL_MAX: 0.8, LabelKind.AGGREGATED: 0.8}
    return scores, PhotoEvidence(plan, np.full(1, 0.2), local, "demo")


def test_the_best_snippet_is_named_whichever_grid_it_is_of():
    plan = ViewPlan.parse("2x2+3x3half")
    named = {}
    for best in range(len(plan.boxes)):
        scores, evidence = evidence_with_best(plan, best)
        named[best] = explain_score("cat", scores, evidence, 0)
        assert plan.describe_snippet(best) in named[best]
    assert any("the part in row 1, column 2 of 2×2 says 80" in text for text in named.values())
    assert any("in row 1, between columns 1 and 2 says" in text for text in named.values())


def test_a_single_grid_needs_no_name():
    scores, evidence = evidence_with_best(ViewPlan(), 5)
    assert "the part in row 2, column 3 says" in explain_score("cat", scores, evidence, 0)


@pytest.mark.parametrize("file", sorted(Path(cdul_app.desktop.__file__).parent.rglob("*.py")))
def test_shares_are_written_in_one_form(file: Path):
    """ "68 %" by `percent`, never Python's own "68%"."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            assert not ast.unparse(node.format_spec).rstrip("'\"").endswith("%"), node.lineno
