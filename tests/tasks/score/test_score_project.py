import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError, ProjectError
from cdul_app.events import Outcome, Progressed
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.similarity import RANKING_SOFTENING
from cdul_app.paths import ProjectLocation
from cdul_app.project.labeling.cost import labeling_cost
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.label_photos import SCORED_KINDS
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.events import run_task
from tests.tasks.project_helpers import (
    answer,
    embedding_rows,
    labels,
    notes,
    of_type,
    scoring_config,
    set_classes,
    skipped,
    table,
    titles,
)

CATS_AND_DOGS = (ClassDefinition("cat"), ClassDefinition("dog"))


def ruin_contents(folder: Path) -> None:
    """No photo can be decoded any more, and nothing but reading them would show it."""
    for photo in folder.glob("*.jpg"):
        state = photo.stat()
        photo.write_bytes(b"x" * state.st_size)
        os.utime(photo, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_photos_get_all_kinds_of_scores(scored: ProjectLocation):
    photos = sorted(photo.name for photo in scored.folder.glob("*.jpg"))
    scores = {kind: labels(scored, kind) for kind in SCORED_KINDS}
    for values in scores.values():
        assert sorted(values) == photos
        stacked = np.stack(list(values.values()))
        assert stacked.shape == (8, 16)
        assert stacked.min() >= 0
        assert stacked.max() <= 1
    for photo in photos:
        row = {kind: scores[kind][photo] for kind in SCORED_KINDS}
        assert row[LabelKind.GLOBAL].sum() == pytest.approx(1, abs=1e-3)
        np.testing.assert_array_equal(row[LabelKind.AGGREGATED], row[LabelKind.LOCAL_MAX])
        np.testing.assert_allclose(
            row[LabelKind.INITIAL],
            (row[LabelKind.GLOBAL] + row[LabelKind.LOCAL_MAX]) / 2,
            atol=1e-6,
        )
        np.testing.assert_array_equal(row[LabelKind.PSEUDO], row[LabelKind.INITIAL])
    with ProjectStore(scored.database) as store:
        (run,) = store.runs.all()
        assert run.outcome is Outcome.DONE
        assert run.device == "cpu"
        assert all(photo.width and photo.height for photo in store.photos.all())


def test_other_settings_need_neither_photos_nor_encoder(scored: ProjectLocation, tmp_path: Path):
    config = replace(scoring_config(scored), zeta=0.3, temperature=0.05)
    before, rows = labels(scored, LabelKind.INITIAL), embedding_rows(scored)
    ruin_contents(scored.folder)
    set_classes(scored, "house", "dog", "cloud", "tree")  # four of them, in another order
    events, result = run_task(score_project(scored, config))
    assert not any("Loading the encoder" in title for title in titles(events))
    assert result.summary == "Labelled 8 photos for 4 classes."
    after = labels(scored, LabelKind.INITIAL)
    assert set(after) == set(before)
    assert all(len(row) == 4 for row in after.values())
    aggregated = np.stack(list(labels(scored, LabelKind.AGGREGATED).values()))
    maximum = np.stack(list(labels(scored, LabelKind.LOCAL_MAX).values()))
    is_seen = maximum >= 0.3
    np.testing.assert_array_equal(aggregated[is_seen], maximum[is_seen])
    assert (aggregated[~is_seen] < maximum[~is_seen]).all()
    assert embedding_rows(scored) == rows
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
        assert state is not None
        assert state.temperature == 0.05


def test_new_classes_and_prompts_touch_no_photo(scored: ProjectLocation):
    rows = embedding_rows(scored)
    ruin_contents(scored.folder)
    with ProjectStore(scored.database) as store:
        store.classes.replace(
            [ClassDefinition("unicorn", ("a drawing of a {}", "a {} with a horn")), *CATS_AND_DOGS]
        )
    events = list(
        score_project(scored, replace(scoring_config(scored), prompt="a picture of a {}."))
    )
    assert of_type(events, Progressed)
    assert "Encoding photos" not in titles(events)
    assert skipped(events) == {}
    assert embedding_rows(scored) == rows
    assert {len(row) for row in labels(scored, LabelKind.PSEUDO).values()} == {3}


def test_the_ranking_score_is_the_softer_one_and_the_targets_are_as_before(scored: ProjectLocation):
    config = replace(scoring_config(scored), zeta=0.2)
    list(score_project(scored, config))
    ranking, initial = labels(scored, LabelKind.RANKING), labels(scored, LabelKind.INITIAL)
    seen = {path: row >= 0.2 for path, row in labels(scored, LabelKind.LOCAL_MAX).items()}
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
    assert state is not None
    soft = state.temperature * RANKING_SOFTENING
    list(score_project(scored, replace(config, temperature=soft, zeta=0)))
    softer = labels(scored, LabelKind.INITIAL)
    assert {path: (row >= 0).all() for path, row in ranking.items()} == dict.fromkeys(seen, True)
    for path, row in ranking.items():
        # zeta asks the sharp scores whether a snippet shows the class.
        np.testing.assert_allclose(row[seen[path]], softer[path][seen[path]], atol=1e-5)
        assert (row <= softer[path] + 1e-5).all()
    assert not np.allclose(
        np.stack(list(ranking.values())), np.stack(list(initial.values())), atol=0.05
    )


def test_a_project_of_before_templates_opens_and_is_scored_as_it_was(
    scored: ProjectLocation,
):
    earlier = {"templates", "names"}
    config = replace(scoring_config(scored), templates="single", names="raw")
    list(score_project(scored, config))
    as_it_was, rows = labels(scored, LabelKind.INITIAL), embedding_rows(scored)
    ruin_contents(scored.folder)
    with ProjectStore(scored.database) as store:
        kept = store.settings.get("scored")
        written = {key: value for key, value in config.to_dict().items() if key not in earlier}
        store.settings.set("scored", kept | {"config": written})
        store.settings.set("scoring_config", written)
        state = read_scored_state(store)
        assert state is not None
        assert state.config == config
    events = list(score_project(scored, scoring_config(scored)))
    assert not any("Loading the encoder" in title for title in titles(events))
    assert embedding_rows(scored) == rows
    for path, row in labels(scored, LabelKind.INITIAL).items():
        np.testing.assert_array_equal(row, as_it_was[path])


def test_a_project_scored_beside_background_words_opens_and_is_labelled_again(
    scored: ProjectLocation,
):
    """A version before had such words; its evidence cannot be shown, and its answers stay."""
    answer(scored, min(photo.name for photo in scored.folder.glob("*.jpg")), "dog", 1)
    before, rows = labels(scored, LabelKind.INITIAL), embedding_rows(scored)
    with ProjectStore(scored.database) as store:
        kept = store.settings.get("scored")
        config = kept["config"] | {"background": True}
        store.settings.set("scored", kept | {"background": [["a wall"]], "config": config})
        store.settings.set("scoring_config", config)
    with Project(scored) as project:
        assert project.scoring.state is None
        assert project.scoring.evidence(0) is None
        assert project.scores(LabelKind.PSEUDO) is not None
        assert labeling_cost(project).photos_left == len(project.photos)
    with pytest.raises(ProjectError, match="label the photos first"):
        list(train_project(scored, TrainingConfig()))
    ruin_contents(scored.folder)
    list(score_project(scored, scoring_config(scored)))
    assert embedding_rows(scored) == rows  # seconds: nothing is encoded
    for path, row in labels(scored, LabelKind.INITIAL).items():
        np.testing.assert_array_equal(row, before[path])
    assert len(table(scored, "observed_labels")) == 1


def test_labels_refined_by_training_outlive_a_scoring_that_changes_nothing(scored: ProjectLocation):
    refined = np.full((8, 16), 0.75, dtype=np.float32)
    with ProjectStore(scored.database) as store:
        initial = store.labels.read(LabelKind.INITIAL)
        assert initial is not None
        training = store.runs.start("train", {})
        store.labels.write_set(
            LabelKind.PSEUDO, initial.class_ids, initial.photo_ids, refined, run_id=training
        )
    config = scoring_config(scored)
    gone = sorted(scored.folder.glob("*.jpg"))[0]
    shutil.copyfile(sorted(scored.folder.glob("*.jpg"))[1], gone)  # other content, same name
    list(score_project(scored, config))
    kept = labels(scored, LabelKind.PSEUDO)
    for path, row in kept.items():
        expected = labels(scored, LabelKind.INITIAL)[path] if path == gone.name else refined[0]
        np.testing.assert_array_equal(row, expected)
    with ProjectStore(scored.database) as store:
        pseudo = store.labels.read(LabelKind.PSEUDO)
        assert pseudo is not None
        assert pseudo.run_id == training  # where the labels came from
    list(score_project(scored, replace(config, zeta=0.2)))
    for path, row in labels(scored, LabelKind.PSEUDO).items():
        np.testing.assert_array_equal(row, labels(scored, LabelKind.INITIAL)[path])


def test_answers_are_never_touched_by_scoring(scored: ProjectLocation):
    photos = sorted(photo.name for photo in scored.folder.glob("*.jpg"))
    answer(scored, photos[0], "cat", 1)
    answer(scored, photos[1], "dog", 0)
    (scored.folder / photos[0]).unlink()
    set_classes(scored, "dog", "sofa")
    before = table(scored, "observed_labels"), table(scored, "steps")
    list(score_project(scored, replace(scoring_config(scored), zeta=0.1)))
    assert (table(scored, "observed_labels"), table(scored, "steps")) == before


def test_one_class_is_warned_of_and_none_is_refused(scored: ProjectLocation):
    set_classes(scored, "dog")
    events = list(score_project(scored, scoring_config(scored)))
    assert "single class “dog” every photo gets a score of 100 %" in notes(events)
    with pytest.raises(ClassListError, match="twice"):
        set_classes(scored, "dog", "DOG")
    with ProjectStore(scored.database) as store:
        store.classes._database.conn.execute("UPDATE classes SET position = NULL")
    with pytest.raises(ClassListError, match="no classes yet"):
        list(score_project(scored, scoring_config(scored)))


def test_two_thousand_classes(scored: ProjectLocation):
    set_classes(scored, *(f"thing {number}" for number in range(2000)))
    _, result = run_task(score_project(scored, scoring_config(scored)))
    assert result.summary == "Labelled 8 photos for 2,000 classes."
    assert {len(row) for row in labels(scored, LabelKind.PSEUDO).values()} == {2000}
