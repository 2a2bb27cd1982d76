"""The ways to encode views, from scoring to prediction, on drawn photos."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import EncoderError
from cdul_app.events import Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewPlan
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labeling.cost import labeling_cost
from cdul_app.project.labeling.paces import keep_pace
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.predict import predict_folder
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.models.encoder_makers import TINY_VIT, save_tiny_encoder
from tests.tasks.project_helpers import (
    StopAfter,
    close_at,
    embedding_rows,
    labels,
    make_project,
    notes,
    of_type,
    scoring_config,
    titles,
)

QUICK = TrainingConfig(epochs=2, warm_up_epochs=1, device="cpu")


def plans_of_embeddings(location: ProjectLocation) -> dict[str, set[int]]:
    """By plan, how many numbers each photo's views hold."""
    connection = sqlite3.connect(location.database)
    try:
        found: dict[str, set[int]] = {}
        for plan, size in connection.execute(
            "SELECT grid, length(views) FROM embeddings JOIN encodings ON id = encoding_id"
        ):
            found.setdefault(plan, set()).add(size // 2)
        return found
    finally:
        connection.close()


def is_encoded_again(events: list) -> bool:
    return any("Loading the encoder" in title for title in titles(events))


@pytest.mark.parametrize("views", [*VIEW_PRESETS, "several grids"])
def test_score_train_and_predict(tmp_path: Path, encoder: str, views: str) -> None:
    folder = tmp_path / "photos"
    copy_photos(folder, 4)
    location = locate_project(folder)
    settings = {"views": views} if views in VIEW_PRESETS else {"more_grids": (SnippetGrid(2, 2),)}
    config = make_project(folder, encoder, "cat", "dog", "person", **settings)
    _, result = run_task(score_project(location, config))
    assert result.summary == "Labelled 4 photos for 3 classes."
    assert plans_of_embeddings(location) == {str(config.plan): {config.plan.view_count * 128}}
    for row in labels(location, LabelKind.GLOBAL).values():
        assert row.sum() == pytest.approx(1, abs=1e-3)

    rows = embedding_rows(location)
    again = list(score_project(location, replace(config, zeta=0.2, temperature=0.05)))
    assert not is_encoded_again(again)
    assert embedding_rows(location) == rows
    list(score_project(location, config))

    list(train_project(location, QUICK))
    trained = labels(location, LabelKind.CLASSIFIER)
    with ProjectStore(location.database) as store:
        run = store.settings.get("classifier_run")
    card = json.loads((location.run_folder(run) / "classifier.json").read_text(encoding="utf-8"))
    assert card["provenance"]["views"] == str(config.plan)

    # Other views in the project by then: the classifier goes on reading those it learnt from.
    (new,) = copy_photos(folder, 1, start=10)
    list(predict_folder(location, device="cpu"))
    predicted = labels(location, LabelKind.CLASSIFIER)
    assert set(predicted) == {*trained, new.name}
    for path, scores in trained.items():
        np.testing.assert_allclose(predicted[path], scores, atol=1e-4)
    assert plans_of_embeddings(location) == {str(config.plan): {config.plan.view_count * 128}}
    other = tmp_path / "other"
    copy_photos(other, 1, start=10)
    output = tmp_path / "labels.json"
    list(predict_folder(location, on=other, output=output, device="cpu"))
    (image,) = json.loads(output.read_text(encoding="utf-8"))["images"]
    np.testing.assert_allclose(list(image["scores"].values()), predicted[new.name], atol=5e-3)


def test_the_whole_photo_scores_the_same_whatever_the_views(scored: ProjectLocation) -> None:
    scores = {}
    for views in VIEW_PRESETS:
        list(score_project(scored, replace(scoring_config(scored), views=views, names="raw")))
        scores[views] = np.stack(list(labels(scored, LabelKind.GLOBAL).values()))
    np.testing.assert_allclose(scores["fast"], scores["paper"], atol=3e-2)
    # The mirror image says nearly the same.
    assert (scores["best"].argmax(axis=1) == scores["paper"].argmax(axis=1)).mean() > 0.5
    # Squashed twice on the way: nearly the same pixels.
    assert (scores["balanced"].argmax(axis=1) == scores["paper"].argmax(axis=1)).all()
    assert set(plans_of_embeddings(scored)) == {
        "3x3", "dense:3x3", "dense@2:3x3half", "2x2+3x3+mirrored",
    }  # fmt: skip


def test_going_back_to_earlier_views_encodes_nothing(scored: ProjectLocation) -> None:
    config = scoring_config(scored)
    before = labels(scored, LabelKind.INITIAL)
    assert is_encoded_again(list(score_project(scored, replace(config, views="fast"))))
    assert not is_encoded_again(list(score_project(scored, config)))
    for path, scores in labels(scored, LabelKind.INITIAL).items():
        np.testing.assert_array_equal(scores, before[path])


def test_automatic_views_are_told_and_stay(tmp_path: Path, encoder: str) -> None:
    folder = tmp_path / "photos"
    copy_photos(folder, 4)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", "person", views="auto")
    said = notes(score_project(location, config))
    assert "Views “best”: they take a few seconds for 4 photos." in said
    assert plans_of_embeddings(location) == {"2x2+3x3+mirrored": {14 * 128}}
    with Project(location) as project:
        evidence = project.scoring.evidence(0)
        assert evidence is not None
        # What is mirrored is the whole photo, and no part of it.
        assert evidence.boxes == ViewPlan.parse("2x2+3x3").boxes
        assert evidence.snippet_similarities.shape == (13, 3)
        assert not project.scoring.is_stale
        assert labeling_cost(project).photos_left == 0
    keep_pace(replace(config, views="best"), 1e5)  # too long by now, but it is done
    again = list(score_project(location, config))
    assert not is_encoded_again(again)
    assert "Views “best”: the photos were looked at so before." in notes(again)


def test_a_project_from_before_there_were_plans_is_not_encoded_again(
    scored: ProjectLocation,
) -> None:
    list(train_project(scored, QUICK))
    with ProjectStore(scored.database) as store:
        for name in ("scoring_config", "scored"):
            value = store.settings.get(name)
            settings = value["config"] if name == "scored" else value
            assert settings["grid"] == "3x3"
            del settings["views"], settings["more_grids"]
            store.settings.set(name, value)
        run = store.settings.get("classifier_run")
    card_file = scored.run_folder(run) / "classifier.json"
    card = json.loads(card_file.read_text(encoding="utf-8"))
    card["provenance"]["grid"] = card["provenance"].pop("views")
    card_file.write_text(json.dumps(card), encoding="utf-8")
    assert plans_of_embeddings(scored) == {"3x3": {10 * 128}}

    rows = embedding_rows(scored)
    assert not is_encoded_again(list(score_project(scored, scoring_config(scored))))
    list(predict_folder(scored, device="cpu"))
    assert embedding_rows(scored) == rows
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
    assert state is not None
    assert state.encoding.plan == ViewPlan()


@pytest.mark.parametrize("views", ["fast", "balanced"])
def test_a_cancelled_dense_scoring_goes_on_where_it_stopped(
    tmp_path: Path, encoder: str, views: str
) -> None:
    folder = tmp_path / "photos"
    copy_photos(folder, 12)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", views=views, batch_size=4)
    close_at(score_project(location, config), StopAfter(3))
    kept = embedding_rows(location)
    assert 3 <= len(kept) < 12
    assert len(labels(location, LabelKind.PSEUDO)) == len(kept)
    events = list(score_project(location, config))
    (started,) = (each for each in of_type(events, Started) if each.title == "Encoding photos")
    assert started.already_done == len(kept)
    rows = embedding_rows(location)
    assert len(rows) == 12
    assert {fingerprint: rows[fingerprint] for fingerprint in kept} == kept


def test_an_encoder_without_a_dense_pass_is_a_sentence_and_paper_works(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    copy_photos(folder, 2)
    pooled = {**TINY_VIT, "attentional_pool": True, "attn_pooler_heads": 2}
    other = save_tiny_encoder(tmp_path / "encoder", pooled)
    config = make_project(folder, other, "cat", "dog", views="fast")
    with pytest.raises(EncoderError, match="choose the views “paper”"):
        list(score_project(locate_project(folder), config))
    _, result = run_task(score_project(locate_project(folder), replace(config, views="paper")))
    assert result.summary == "Labelled 2 photos for 2 classes."
