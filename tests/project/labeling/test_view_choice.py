from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewPlan
from cdul_app.paths import ProjectLocation
from cdul_app.project.labeling.cost import labeling_cost
from cdul_app.project.labeling.paces import keep_machine_pace, keep_pace
from cdul_app.project.labeling.view_choice import MOST_SECONDS, ViewChoice, choose_views
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from tests.tasks.project_helpers import embedding_rows

QUICK = ScoringConfig(encoder="ViT-B-32/openai")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore(tmp_path / "project.sqlite", create=True) as opened:
        yield opened


def chosen(store: ProjectStore, config: ScoringConfig = QUICK, photos: int = 100) -> ViewChoice:
    return choose_views(store, config, photos=photos, scored=None)


def encode(store: ProjectStore, plan: str, *fingerprints: str) -> None:
    encoding = store.embeddings.ensure_encoding(
        encoder_key="key", encoder=QUICK.encoder, plan=ViewPlan.parse(plan), dimension=4,
        temperature=0.01,
    )  # fmt: skip
    views = ViewPlan.parse(plan).view_count
    rows = [(each, np.ones((views, 4), dtype=np.float16)) for each in fingerprints]
    store.embeddings.add(encoding, rows)


def test_views_that_were_set_stay(store):
    keep_machine_pace("auto", 1e-6)
    for views in ("paper", "fast", "best"):
        config = replace(QUICK, views=views)
        assert chosen(store, config) == ViewChoice(config, "")


def test_the_best_views_are_taken_where_they_take_minutes(store):
    guess = chosen(store)
    assert (guess.config.views, guess.is_by_guess) == ("paper", True)
    assert "not known yet" in guess.why
    keep_machine_pace("auto", 0.02)
    best = chosen(store)
    assert best == ViewChoice(replace(QUICK, views="best"), "they take about 30 s for 100 photos")
    assert str(best.config.plan) == "2x2+3x3+mirrored"
    limit = int(MOST_SECONDS / (15 * 0.02))
    assert chosen(store, photos=limit).config.views == "best"
    paper = chosen(store, photos=limit + 1)
    assert paper.config.views == "paper"
    assert paper.why == "the best views would take about 10 min for 2,001 photos"


def test_what_separate_views_took_tells_of_the_best(store):
    keep_pace(replace(QUICK, encoder="local-dir:/clip", views="paper"), 1.0)
    config = replace(QUICK, encoder="local-dir:/clip")
    assert chosen(store, config).why == "they take about 2 min for 100 photos"  # 1.5 s each


def test_what_photos_were_encoded_with_stays(store):
    keep_machine_pace("auto", 0.02)
    encode(store, "3x3")  # a run that came to nothing
    assert chosen(store).config.views == "best"
    encode(store, "3x3", "one", "two")
    encode(store, "2x2+3x3+mirrored", "one")
    assert chosen(store).config.views == "paper"
    assert "before" in chosen(store).why
    encode(store, "2x2+3x3+mirrored", "two", "three")
    assert chosen(store, photos=10**6).config.views == "best"
    assert chosen(store, replace(QUICK, grid=SnippetGrid(2, 3)), 10**6).config.views == "paper"


def test_the_demo_keeps_the_papers_views(store):
    keep_machine_pace("auto", 1e-6)
    demo = chosen(store, ScoringConfig(encoder="demo"))
    assert (demo.config.views, demo.is_by_guess) == ("paper", False)


def test_labels_by_the_chosen_views_are_not_stale(scored: ProjectLocation):
    rows = embedding_rows(scored)
    with Project(scored) as project:
        config = project.settings.scoring
        assert config.views == "paper"
        project.settings.scoring = replace(config, views="auto")
        assert not project.scoring.is_stale
        assert labeling_cost(project).photos_left == 0
        project.settings.scoring = replace(config, views="best")
        assert project.scoring.is_stale
    assert embedding_rows(scored) == rows
