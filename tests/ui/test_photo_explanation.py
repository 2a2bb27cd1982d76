import numpy as np

from cdul_app.core.evidence import PhotoEvidence
from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.view_plans import ViewPlan
from cdul_app.ui.photo_explanation import explain_score


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
    assert any("the snippet in row 1, column 2 of 2×2 says 80" in text for text in named.values())
    assert any("in row 1, between columns 1 and 2 says" in text for text in named.values())


def test_a_single_grid_needs_no_name():
    scores, evidence = evidence_with_best(ViewPlan(), 5)
    assert "the snippet in row 2, column 3 says" in explain_score("cat", scores, evidence, 0)
