import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClassListError, EncoderError, FolderError, ProjectError
from cdul_app.events import Event, Outcome, Progressed, Started
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.similarity import RANKING_SOFTENING
from cdul_app.method.snippets import SnippetGrid
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labeling.cost import labeling_cost
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.label_photos import ALIKE_SETTING, SCORED_KINDS
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.photos.photo_makers import jpeg_bytes, noise, quadrants, save_turned
from tests.tasks.project_helpers import (
    StopAfter,
    answer,
    close_at,
    embedding_rows,
    labels,
    make_project,
    notes,
    of_type,
    scoring_config,
    set_classes,
    skipped,
    table,
    titles,
)

COARSE = SnippetGrid(1, 2)  # three views a photo


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
        assert (row[LabelKind.LOCAL_MIN] <= row[LabelKind.LOCAL_MAX]).all()
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
    minimum = np.stack(list(labels(scored, LabelKind.LOCAL_MIN).values()))
    np.testing.assert_array_equal(aggregated, np.where(maximum >= 0.3, maximum, minimum))
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


def test_classes_that_mean_the_same_are_told(scored: ProjectLocation):
    set_classes(scored, "boat", "ship", "dog", "tvmonitor", "tv monitor")
    said = notes(score_project(scored, scoring_config(scored)))
    assert "“boat” and “ship”" in said
    assert "“tvmonitor” and “tv monitor”" in said
    assert "mean nearly the same to the encoder" in said
    assert "dog" not in said


def test_classes_that_the_photos_do_not_tell_apart_are_told(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    for number in range(12):  # each cat sits beside a car, and fish are elsewhere
        copy_photos(folder, 1, start=20 * number + 15)
        copy_photos(folder, 1, start=20 * number + 17)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "car", "fish", grid=SnippetGrid(1, 1))
    said = notes(score_project(location, replace(config, names="raw")))
    assert "cannot tell “cat” and “car” apart" in said
    with ProjectStore(location.database) as store:
        ((first, second, value),) = store.settings.get(ALIKE_SETTING)
        names = {record.identifier: record.name for record in store.classes.all()}
    assert (names[first], names[second]) == ("cat", "car")
    assert 0.9 <= value <= 1


def test_classes_that_mean_the_same_are_not_told_of_again_by_the_photos(
    tmp_path: Path, encoder: str
):
    folder = tmp_path / "photos"
    copy_photos(folder, 24)
    config = make_project(folder, encoder, "boat", "ship", "dog", grid=SnippetGrid(1, 1))
    location = locate_project(folder)
    said = notes(score_project(location, config))
    assert "“boat” and “ship” mean nearly the same" in said
    assert "cannot tell" not in said
    with ProjectStore(location.database) as store:
        assert len(store.settings.get(ALIKE_SETTING)) == 1  # though the photos say so as well


CATS_AND_DOGS = (ClassDefinition("cat"), ClassDefinition("dog"))


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


def test_copies_of_a_photo_are_encoded_once(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    first, second = copy_photos(folder, 2)
    (folder / "copies").mkdir()
    for number in range(3):
        shutil.copyfile(first, folder / "copies" / f"{number}.jpg")
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    _, result = run_task(score_project(location, config))
    assert result.summary == "Labelled 5 photos for 2 classes."
    assert len(embedding_rows(location)) == 2
    scores = labels(location, LabelKind.INITIAL)
    for number in range(3):
        np.testing.assert_array_equal(scores[f"copies/{number}.jpg"], scores[first.name])
    with ProjectStore(location.database) as store:
        sizes = {photo.path: (photo.width, photo.height) for photo in store.photos.all()}
    assert sizes["copies/2.jpg"] == sizes[first.name] != (None, None)

    second.rename(folder / "renamed.jpg")
    again = list(score_project(location, scoring_config(location)))
    assert len(embedding_rows(location)) == 2
    np.testing.assert_array_equal(
        labels(location, LabelKind.INITIAL)["renamed.jpg"], scores[second.name]
    )
    assert skipped(again) == {}
    with ProjectStore(location.database) as store:
        assert store.photos.all()[-1].width


def test_bad_files_are_skipped_with_reasons_and_the_rest_goes_on(tmp_path: Path, encoder: str):
    folder = tmp_path / "all kinds\nof photos 🐈"
    folder.mkdir()
    good = noise(60, 50)
    (folder / "plain.jpg").write_bytes(jpeg_bytes(good))
    good.convert("CMYK").save(folder / "cmyk.jpg")
    good.convert("P").save(folder / "palette.png")
    good.convert("LA").save(folder / "grey with alpha.png")
    Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100).save(
        folder / "16bit.png"
    )
    good.save(folder / "animated.gif", save_all=True, append_images=[noise(60, 50, 1)])
    save_turned(folder / "turned.jpg", quadrants(80, 40), 6)
    (folder / "line\nbreak 🐈.jpg").write_bytes(jpeg_bytes(noise(40, 40, 2)))
    (folder / "truncated.jpg").write_bytes(jpeg_bytes(noise(300, 300))[:5000])
    (folder / "truncated copy.jpg").write_bytes(jpeg_bytes(noise(300, 300))[:5000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("this is no photo")
    Image.new("1", (30_000, 20_000)).save(folder / "huge.png")
    bad = {"truncated.jpg", "truncated copy.jpg", "empty.jpg", "text.jpg", "huge.png"}

    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    events, result = run_task(score_project(location, config))
    told = skipped(events)
    assert set(told) == bad
    assert (
        told["truncated.jpg"] == told["truncated copy.jpg"] == "The file is truncated or damaged."
    )
    assert told["empty.jpg"] == "The file is empty."
    assert told["text.jpg"] == "Not an image this app can read."
    assert "megapixels" in told["huge.png"]
    assert result.summary == "Labelled 8 photos for 2 classes, 5 skipped."
    assert len(labels(location, LabelKind.PSEUDO)) == 8
    with ProjectStore(location.database) as store:
        sizes = {photo.path: (photo.width, photo.height) for photo in store.photos.all()}
    assert sizes["turned.jpg"] == (80, 40)

    again = list(score_project(location, scoring_config(location)))
    assert skipped(again) == told  # known by now, and told all the same
    assert not any("Loading the encoder" in title for title in titles(again))

    (folder / "text.jpg").write_bytes(jpeg_bytes(noise(50, 50, 3)))  # mended
    mended = list(score_project(location, scoring_config(location)))
    assert set(skipped(mended)) == bad - {"text.jpg"}
    assert "text.jpg" in labels(location, LabelKind.PSEUDO)


def test_when_no_photo_can_be_read_it_is_said_and_earlier_labels_stay(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg_bytes(noise(40, 40)))
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", grid=COARSE)
    list(score_project(location, config))
    before = table(location, "label_sets")
    (folder / "a.jpg").write_text("no photo any more")
    with pytest.raises(ProjectError, match="None of the photos could be read"):
        list(score_project(location, config))
    assert table(location, "label_sets") == before
    with ProjectStore(location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.FAILED
        assert "None of the photos" in store.runs.all()[0].reason


def test_a_folder_that_vanishes_in_the_middle_and_comes_back(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    copy_photos(folder, 170)
    location = locate_project(folder, tmp_path / "project.sqlite")
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace(CATS_AND_DOGS)
    config = ScoringConfig(encoder=encoder, device="cpu", grid=SnippetGrid(1, 1))
    events = score_project(location, config)
    taken: list[Event] = []
    stop = StopAfter(4)
    for event in events:
        taken.append(event)
        if stop(event) and folder.exists():
            folder.rename(tmp_path / "unplugged")
    told = skipped(taken)
    assert 0 < len(told) <= 166
    assert set(told.values()) == {"The file is gone."}
    assert len(labels(location, LabelKind.PSEUDO)) == 170 - len(told)

    (tmp_path / "unplugged").rename(folder)
    again, second = run_task(score_project(location, config))
    assert skipped(again) == {}
    assert second.summary == "Labelled 170 photos for 2 classes."
    with ProjectStore(location.database) as store:
        assert [photo.path for photo in store.photos.all() if photo.error] == []


def test_a_cancelled_scoring_keeps_and_labels_what_it_did_and_goes_on_there(
    tmp_path: Path, encoder: str
):
    folder = tmp_path / "photos"
    copy_photos(folder, 14)
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog", "person")
    config = replace(config, batch_size=10)
    close_at(score_project(location, config), StopAfter(3))
    kept = embedding_rows(location)
    assert 3 <= len(kept) < 14
    assert len(labels(location, LabelKind.PSEUDO)) == len(kept)
    with ProjectStore(location.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED
        assert read_scored_state(store) is not None

    events = list(score_project(location, config))
    (started,) = (event for event in of_type(events, Started) if event.title == "Encoding photos")
    assert started.already_done == len(kept)
    rows = embedding_rows(location)
    assert len(rows) == 14
    assert {fingerprint: rows[fingerprint] for fingerprint in kept} == kept  # not written again
    assert len(labels(location, LabelKind.PSEUDO)) == 14


def test_a_cancel_before_the_first_photo_keeps_the_earlier_labels(scored: ProjectLocation):
    before = labels(scored, LabelKind.INITIAL)
    config = replace(scoring_config(scored), grid=SnippetGrid(2, 2))  # all views are new
    close_at(
        score_project(scored, config),
        lambda event: isinstance(event, Started) and event.title == "Encoding photos",
    )
    after = labels(scored, LabelKind.INITIAL)
    assert set(after) == set(before)
    for path in before:
        np.testing.assert_array_equal(after[path], before[path])


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


def test_errors_of_folder_and_encoder_are_sentences(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    folder.mkdir()
    location = locate_project(folder)
    config = make_project(folder, encoder, "cat", "dog")
    with pytest.raises(FolderError, match="There are no photos"):
        list(score_project(location, config))
    (folder / "a.jpg").write_bytes(jpeg_bytes(noise(40, 40)))
    with pytest.raises(EncoderError):
        list(score_project(location, replace(config, encoder=f"local-dir:{tmp_path}")))
    with ProjectStore(location.database) as store:
        assert [run.outcome for run in store.runs.all()] == [Outcome.FAILED] * 2
    with pytest.raises(FolderError, match="does not exist"):
        list(score_project(locate_project(tmp_path / "absent"), config))


def test_an_encoder_that_fails_is_not_remembered(
    scored: ProjectLocation, encoder: str, tmp_path: Path
):
    before = scoring_config(scored)
    failing = replace(before, encoder=f"local-dir:{tmp_path}", zeta=0.5)
    with Project(scored) as project:
        project.settings.scoring = failing  # as terminal and window keep what was asked for
    with pytest.raises(EncoderError):
        run_task(score_project(scored, failing))
    assert scoring_config(scored) == replace(failing, encoder=encoder)


def test_a_first_encoder_that_fails_leaves_the_recommended_one(photo_folder: Path, tmp_path: Path):
    config = make_project(photo_folder, f"local-dir:{tmp_path}", "cat", zeta=0.5)
    location = locate_project(photo_folder)
    with pytest.raises(EncoderError):
        run_task(score_project(location, config))
    assert scoring_config(location).encoder in {each.identifier for each in ENCODER_CATALOGUE}
    assert scoring_config(location).zeta == 0.5
