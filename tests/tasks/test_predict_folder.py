import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ClassifierError, ClusterError, EncoderError, ExportError, FolderError
from cdul_app.events import Outcome, Progressed, Skipped, Started
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labeling.kept_encodings import open_shared_cache
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.project.project import Project
from cdul_app.project.unfinished import unfinished_other_folder
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.predict import predict_folder
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import (
    answer,
    close_at,
    embedding_rows,
    labels,
    make_project,
    of_type,
    scoring_config,
    set_classes,
    skipped,
    table,
    titles,
)


@pytest.fixture
def trained(scored: ProjectLocation) -> ProjectLocation:
    list(train_project(scored, TrainingConfig(epochs=4, warm_up_epochs=2, device="cpu")))
    return scored


def hide_encoder(location: ProjectLocation, folder: Path) -> None:
    """Let the classifier's card name an encoder that is not there."""
    with ProjectStore(location.database) as store:
        card = location.run_folder(store.settings.get("classifier_run")) / "classifier.json"
    content = json.loads(card.read_text(encoding="utf-8"))
    content["provenance"]["encoder"] = f"local-dir:{folder}"
    card.write_text(json.dumps(content), encoding="utf-8")


def test_the_projects_own_photos_are_labelled_from_what_is_stored(
    trained: ProjectLocation, tmp_path: Path
):
    """Neither the encoder nor a photo is read for it."""
    after_training = labels(trained, LabelKind.CLASSIFIER)
    pseudo = labels(trained, LabelKind.PSEUDO)
    photos = sorted(after_training)
    answer(trained, photos[0], "dog", 1)
    answers = table(trained, "observed_labels")
    hide_encoder(trained, tmp_path / "absent")
    with ProjectStore(trained.database) as store:
        store.labels._database.conn.execute("DELETE FROM label_sets WHERE kind = 'classifier'")
    events, result = run_task(predict_folder(trained, device="cpu"))
    assert result.summary == "Labelled 8 photos of scored photos."
    assert titles(events)[-1] == "Labeling with the classifier"
    assert of_type(events, Progressed)[-1] == Progressed(8, 8)
    again = labels(trained, LabelKind.CLASSIFIER)
    assert set(again) == set(after_training)
    for path in photos:
        np.testing.assert_allclose(again[path], after_training[path], atol=1e-4)
        np.testing.assert_array_equal(labels(trained, LabelKind.PSEUDO)[path], pseudo[path])
    assert table(trained, "observed_labels") == answers
    with ProjectStore(trained.database) as store:
        assert (store.runs.all()[0].kind, store.runs.all()[0].outcome) == ("predict", Outcome.DONE)
        # Out-of-fold scores need a large collection.
        assert set(store.labels.kinds()) == set(LabelKind) - {LabelKind.OUT_OF_FOLD}


def test_a_new_photo_of_the_project_is_encoded_and_kept(trained: ProjectLocation, tmp_path: Path):
    rows = embedding_rows(trained)
    (new,) = copy_photos(trained.folder, 1, start=20)
    (trained.folder / "bad.jpg").write_bytes(b"")
    output = tmp_path / "labels.csv"
    events, result = run_task(
        predict_folder(trained, on=trained.folder / ".." / "scored photos", output=output)
    )
    assert result.summary == f"Labelled 9 photos of scored photos, 1 skipped; written to {output}."
    assert skipped(events) == {"bad.jpg": "The file is empty."}
    assert new.name in labels(trained, LabelKind.CLASSIFIER)
    after = embedding_rows(trained)
    assert len(after) == 9
    assert {fingerprint: after[fingerprint] for fingerprint in rows} == rows
    assert new.name in read_wide_csv(output).image_names


def test_another_folder_is_labelled_into_a_file_and_leaves_the_project_alone(
    trained: ProjectLocation, tmp_path: Path
):
    other = tmp_path / "other\nphotos 🐈"
    other.mkdir()
    copies = copy_photos(other, 2, start=30)
    shutil.copyfile(sorted(trained.folder.glob("*.jpg"))[0], other / "known.jpg")
    (other / "text.jpg").write_text("no photo")
    before = labels(trained, LabelKind.CLASSIFIER), table(trained, "photos")
    output = tmp_path / "labels.json"
    events = list(predict_folder(trained, on=other, output=output, device="cpu"))
    assert skipped(events) == {"text.jpg": "Not an image this app can read."}
    read = json.loads(output.read_text(encoding="utf-8"))
    images = {image["image"]: image for image in read["images"]}
    assert set(images) == {"known.jpg", *(copy.name for copy in copies)}
    known = list(images["known.jpg"]["scores"].values())
    np.testing.assert_allclose(known, next(iter(before[0].values())), atol=5e-3)
    thresholds = {item["name"]: item["threshold"] for item in read["classes"]}
    for image in images.values():
        over = [name for name, score in image["scores"].items() if score >= thresholds[name]]
        assert image["labels"] == over
    assert table(trained, "photos") == before[1]
    after = labels(trained, LabelKind.CLASSIFIER)
    assert all(np.array_equal(after[path], row) for path, row in before[0].items())
    assert not (other / ".cdul").exists()


def test_without_a_file_the_labels_are_in_the_result(trained: ProjectLocation, photo_folder: Path):
    _, result = run_task(predict_folder(trained, on=photo_folder, device="cpu"))
    assert result.output is None
    assert result.labels.scores.shape == (6, 16)
    assert result.labels.paths == tuple(sorted(path.name for path in photo_folder.glob("*.jpg")))


def test_classes_that_left_the_project_are_still_the_classifiers(
    trained: ProjectLocation, photo_folder: Path, tmp_path: Path
):
    set_classes(trained, "unicorn", "Dog")
    list(predict_folder(trained, device="cpu"))
    with ProjectStore(trained.database) as store:
        stored = store.labels.read(LabelKind.CLASSIFIER)
        dog = store.classes.all()[1].identifier
    assert stored is not None
    assert stored.class_ids == (dog,)
    list(predict_folder(trained, on=photo_folder, output=tmp_path / "l.csv", device="cpu"))
    assert len(read_wide_csv(tmp_path / "l.csv").class_names) == 16


def test_thresholds_are_those_of_the_project_in_any_case_of_the_name(
    scored: ProjectLocation, photo_folder: Path
):
    set_classes(scored, "Dog", "Cat")
    list(score_project(scored, scoring_config(scored)))
    list(train_project(scored, TrainingConfig(epochs=2, warm_up_epochs=1, device="cpu")))
    set_classes(scored, "DOG", "unicorn")
    with ProjectStore(scored.database) as store:
        store.classes.set_threshold(store.classes.all()[0].identifier, 0.77)
    _, result = run_task(predict_folder(scored, on=photo_folder, device="cpu"))
    assert result.labels.class_names == ("Dog", "Cat")
    # The cat left the project.
    assert result.labels.thresholds == pytest.approx([0.77, DEFAULT_THRESHOLD])


def test_an_end_to_end_classifier_labels_photos(
    scored: ProjectLocation, backbone_weights: Path, photo_folder: Path, tmp_path: Path
):
    config = TrainingConfig(
        classifier="mobilenetv2_100",
        weights=str(backbone_weights),
        epochs=1,
        warm_up_epochs=1,
        image_size=64,
        device="cpu",
    )
    gone = sorted(scored.folder.glob("*.jpg"))[3]
    content = gone.read_bytes()
    gone.unlink()
    list(train_project(scored, config))
    trained = labels(scored, LabelKind.CLASSIFIER)
    assert len(trained) == 7
    assert len(labels(scored, LabelKind.PSEUDO)) == 8  # it keeps the label it had

    gone.write_bytes(content)
    list(predict_folder(scored, device="cpu"))
    predicted = labels(scored, LabelKind.CLASSIFIER)
    assert set(predicted) == {*trained, gone.name}
    for path, row in trained.items():
        np.testing.assert_allclose(predicted[path], row, atol=1e-4)
    (photo_folder / "text.jpg").write_text("no photo")
    output = tmp_path / "labels.csv"
    events = list(predict_folder(scored, on=photo_folder, output=output, device="cpu"))
    assert "text.jpg" in skipped(events)
    assert len(read_wide_csv(output).image_names) == 6


def test_a_cancelled_prediction_changes_nothing(trained: ProjectLocation, photo_folder: Path):
    before = labels(trained, LabelKind.CLASSIFIER)
    close_at(
        predict_folder(trained, on=photo_folder, output=photo_folder / "l.csv", device="cpu"),
        lambda event: isinstance(event, Progressed),
    )
    assert not (photo_folder / "l.csv").exists()
    assert labels(trained, LabelKind.CLASSIFIER).keys() == before.keys()
    with ProjectStore(trained.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED


def test_errors_are_sentences_before_the_work_is_done(
    trained: ProjectLocation, photo_folder: Path, tmp_path: Path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FolderError, match="There are no photos"):
        list(predict_folder(trained, on=empty))
    with pytest.raises(FolderError, match="does not exist"):
        list(predict_folder(trained, on=tmp_path / "absent"))
    events = predict_folder(trained, on=photo_folder, output=tmp_path / "absent" / "labels.csv")
    with pytest.raises(ExportError, match="its folder does not exist"):
        next(events)
    hide_encoder(trained, tmp_path / "absent")
    with pytest.raises(EncoderError):
        list(predict_folder(trained, on=photo_folder, device="cpu"))
    shutil.rmtree(trained.classifiers_dir)
    with pytest.raises(ClassifierError, match="train"):
        list(predict_folder(trained, device="cpu"))


def test_without_a_classifier_it_is_said(scored: ProjectLocation):
    with pytest.raises(ClassifierError, match="no classifier yet: train one first"):
        list(predict_folder(scored))


def test_the_classifier_of_a_project_file_elsewhere_lies_beside_it(
    trained: ProjectLocation, tmp_path: Path
):
    moved = replace(trained, database=tmp_path / "mine.sqlite")
    shutil.copyfile(trained.database, moved.database)
    shutil.copytree(trained.classifiers_dir, moved.classifiers_dir)
    assert moved.classifiers_dir.parent == tmp_path
    shutil.rmtree(trained.classifiers_dir)
    assert not of_type(predict_folder(moved, device="cpu"), Skipped)


def test_closing_keeps_what_another_folder_has_got_but_no_earlier_file(
    trained: ProjectLocation, tmp_path: Path
):
    folder, output = tmp_path / "holiday", tmp_path / "labels.csv"
    copy_photos(folder, 12)

    def stop_at(done: int) -> str:
        """What the run says that was stopped there."""
        task = predict_folder(trained, on=folder, output=output, device="cpu", overwrite=True)
        close_at(task, lambda event: isinstance(event, Progressed) and event.total == 12 and (
            event.done == done
        ))  # fmt: skip
        with Project(trained) as project:
            return unfinished_other_folder(project)

    said = stop_at(7)
    assert (
        said == f"Labeling holiday was stopped: the labels of 7 of its 12 photos are in {output}."
    )
    assert len(read_wide_csv(output).image_names) == 7
    assert (
        stop_at(3) == f"Labeling holiday was stopped. {output} was there before, and is as it was."
    )
    assert len(read_wide_csv(output).image_names) == 7
    output.unlink()
    task = predict_folder(trained, on=folder, output=output, device="cpu")
    close_at(task, lambda event: isinstance(event, Started))
    with Project(trained) as project:
        assert unfinished_other_folder(project).endswith("before anything was written.")
    assert not output.exists()
    run_task(predict_folder(trained, on=folder, output=output, device="cpu"))
    with Project(trained) as project:
        assert not unfinished_other_folder(project)


def test_what_this_machine_has_encoded_is_not_encoded_again_and_what_is_new_is_kept(
    trained: ProjectLocation, tmp_path: Path
):
    other = tmp_path / "other"
    first, second = copy_photos(other, 2, start=30)
    shutil.copyfile(first, other / "copy.jpg")
    (other / "text.jpg").write_text("no photo")
    shutil.copyfile(other / "text.jpg", other / "text too.jpg")
    events, result = run_task(predict_folder(trained, on=other, device="cpu"))
    scores = dict(zip(result.labels.paths, result.labels.scores, strict=True))
    assert set(scores) == {first.name, second.name, "copy.jpg"}
    np.testing.assert_array_equal(scores["copy.jpg"], scores[first.name])
    assert set(skipped(events)) == {"text.jpg", "text too.jpg"}
    config = make_project(other, scoring_config(trained).encoder, "dog")
    again, _ = run_task(score_project(locate_project(other), config))
    assert "Encoding photos" not in titles(again) or set(skipped(again)) == set(skipped(events))
    # What is kept is what is read: of the second photo, the first one's views.
    with ProjectStore(trained.database) as store:
        (encoding,) = [store.embeddings.latest_encoding(config.encoder)]
    key, plan = encoding.encoder_key, encoding.plan
    with open_shared_cache() as shared:
        one = shared.photo(key, plan, fingerprint_file(first), dimension=encoding.dimension)
        assert one is not None
        shared.add_photos(key, plan, [(fingerprint_file(second), one)])
    _, result = run_task(predict_folder(trained, on=other, device="cpu"))
    found = dict(zip(result.labels.paths, result.labels.scores, strict=True))
    np.testing.assert_allclose(found[second.name], scores[first.name], atol=2e-3)
    assert np.abs(scores[second.name] - scores[first.name]).max() > 0.01
    own = shutil.copyfile(second, trained.folder / "new.jpg")
    run_task(predict_folder(trained, device="cpu"))
    np.testing.assert_allclose(
        labels(trained, LabelKind.CLASSIFIER)[own.name], scores[first.name], atol=2e-3
    )


def test_what_this_computer_has_encoded_before_is_asked_of_no_cluster(
    trained: ProjectLocation, tmp_path: Path
):
    other = tmp_path / "other"
    shutil.copytree(trained.folder, other, ignore=shutil.ignore_patterns(".cdul"))
    with ProjectStore(trained.database) as store:
        config = read_scored_state(store).config
    run_task(
        score_project(trained, replace(config, views="fast"))
    )  # knows the encoder from then on
    _, expected = run_task(predict_folder(trained, on=other, device="cpu"))
    no_cluster = "127.0.0.1:1"  # not even looked for
    _, found = run_task(predict_folder(trained, on=other, device="cpu", ray=no_cluster))
    assert found.labels.paths == expected.labels.paths
    np.testing.assert_array_equal(found.labels.scores, expected.labels.scores)
    copy_photos(other, 1, start=40)
    with pytest.raises(ClusterError):
        run_task(predict_folder(trained, on=other, device="cpu", ray=no_cluster))
