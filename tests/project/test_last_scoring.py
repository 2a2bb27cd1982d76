"""What the last scoring saw in a photo, and whether another would change anything."""

from dataclasses import replace

import numpy as np

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.label_photos import SCORED_KINDS
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


def scan(project: Project) -> None:
    run_task(scan_project(project.location))
    project.reload()


def score(project: Project) -> None:
    run_task(score_project(project.location, project.settings.scoring))
    project.reload()


def test_evidence_is_what_the_scores_were_made_of(project: Project):
    shown = {kind: project.scores(kind) for kind in SCORED_KINDS}
    for row in range(len(project.photos)):
        evidence = project.scoring.evidence(row)
        assert evidence is not None
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        for kind, values in (
            (LabelKind.GLOBAL, evidence.global_similarity),
            (LabelKind.LOCAL_MAX, evidence.local_similarities.max(axis=0)),
        ):
            np.testing.assert_allclose(values, shown[kind][row], atol=1e-5)


def test_evidence_of_overlapping_snippets_names_the_best(project: Project):
    project.settings.scoring = replace(project.settings.scoring, views="balanced")
    assert project.scoring.is_stale
    score(project)
    assert not project.scoring.is_stale
    best = project.scores(LabelKind.LOCAL_MAX)
    for row in range(len(project.photos)):
        evidence = project.scoring.evidence(row)
        assert evidence is not None
        assert len(evidence.boxes) == 25
        assert evidence.grid == SnippetGrid(3, 3)
        assert evidence.local_similarities.shape == (9, 16)
        np.testing.assert_allclose(evidence.snippet_similarities.max(axis=0), best[row], atol=1e-5)


def test_evidence_after_classes_changed_follows_the_columns(project: Project):
    old = project.scoring.evidence(0)
    assert old is not None
    dog = project.classes.column_of("dog")
    project.decisions.set_classes([ClassDefinition("unicorn"), ClassDefinition("dog")])
    new = project.scoring.evidence(0)
    assert new is not None
    assert np.isnan(new.global_similarity[0])
    assert np.isnan(new.local_similarities[:, 0]).all()
    assert new.global_similarity[1] == old.global_similarity[dog]
    np.testing.assert_array_equal(new.local_similarities[:, 1], old.local_similarities[:, dog])


def test_evidence_of_a_photo_that_was_not_encoded(project: Project):
    (project.location.folder / "new.jpg").write_bytes(b"")
    scan(project)
    assert project.scoring.evidence(project.photos.paths.index("new.jpg")) is None


def test_stale_says_whether_scoring_again_would_change_anything(project: Project):
    config = project.settings.scoring
    assert not project.scoring.is_stale
    for change in (
        {"zeta": 0.4},
        {"grid": SnippetGrid(2, 2)},
        {"views": "fast"},
        {"more_grids": (SnippetGrid(2, 2),)},
        {"temperature": 0.05},
        {"prompt": "one {}", "templates": "single"},
        {"templates": "single"},
        {"names": "raw"},
        {"encoder": "demo"},
    ):
        project.settings.scoring = replace(config, **change)
        assert project.scoring.is_stale, change
    project.settings.scoring = replace(config, device="auto", batch_size=7)
    assert not project.scoring.is_stale
    definitions = project.classes.definitions
    project.decisions.set_threshold(0, 0.7)
    assert not project.scoring.is_stale
    project.decisions.set_classes(definitions[1:])
    assert project.scoring.is_stale
    score(project)
    assert not project.scoring.is_stale
    project.decisions.set_classes([ClassDefinition("house", ("a hut",)), *definitions[2:]])
    assert project.scoring.is_stale
