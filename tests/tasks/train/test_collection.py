"""Training by default: photos refine each other's labels."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cdul_app.errors import ProjectError
from cdul_app.events import EpochFinished, Outcome, Progressed, Started
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.student import MOST_STUDENT_PHOTOS
from cdul_app.paths import ProjectLocation
from cdul_app.project.checking.likely_errors import likely_errors
from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.train import collection as collection_module
from cdul_app.tasks.train.train import train_project
from tests.events import run_task
from tests.tasks.project_helpers import answer, close_at, labels, notes, of_type, table

CONFIG = TrainingConfig(device="cpu")


def matrix(location: ProjectLocation, kind: LabelKind) -> NDArray[np.float32]:
    found = labels(location, kind)
    return np.array([found[path] for path in sorted(found)])


def test_photos_change_places_and_every_class_keeps_its_values(collection: ProjectLocation):
    initial = matrix(collection, LabelKind.INITIAL)
    events, result = run_task(train_project(collection, CONFIG))
    assert result.summary == "Trained on 40 photos."
    np.testing.assert_array_equal(matrix(collection, LabelKind.INITIAL), initial)
    refined = matrix(collection, LabelKind.PSEUDO)
    np.testing.assert_allclose(np.sort(refined, axis=0), np.sort(initial, axis=0), atol=1e-6)
    assert not np.allclose(refined, initial)
    np.testing.assert_array_equal(matrix(collection, LabelKind.CLASSIFIER), refined)
    (round_,) = of_type(events, EpochFinished)
    assert round_.label_change == pytest.approx(np.abs(refined - initial).mean(), rel=1e-4)
    assert round_.labels_flipped == ((refined >= 0.5) != (initial >= 0.5)).sum()
    assert sum(round_.flips_by_class.values()) == round_.labels_flipped
    with ProjectStore(collection.database) as store:
        run = store.runs.all()[0]
        assert (run.kind, run.outcome, run.device) == ("train", Outcome.DONE, "cpu")
        assert "agree with the labels by" in run.reason
        assert store.runs.epochs(run.identifier) == [round_]
        assert store.settings.get("classifier_run") == run.identifier
    files = sorted(file.name for file in collection.run_folder(run.identifier).iterdir())
    assert files == ["classifier.json", "classifier.safetensors"]


def test_likely_errors_are_those_the_refined_labels_doubt_most(collection: ProjectLocation):
    with Project(collection) as project:
        assert likely_errors(project, count=3) == []  # nothing is trained yet
    run_task(train_project(collection, CONFIG))
    with Project(collection) as project:
        found = likely_errors(project, count=3)
    assert len(found) == 3
    worst = found[0]["labels"][0]
    # A person who says that label is right has settled it.
    answer(collection, found[0]["photo"], worst["class"], int(worst["label"]))
    with Project(collection) as project:
        after = {item["photo"]: item for item in likely_errors(project, count=40)}
    assert after[found[0]["photo"]]["doubt"] < found[0]["doubt"]


def test_answers_stay_and_teach_no_other_photo(collection: ProjectLocation, tmp_path):
    run_task(train_project(collection, CONFIG))
    untaught = matrix(collection, LabelKind.PSEUDO)
    with ProjectStore(collection.database) as store:
        names = [record.name for record in store.classes.all()]
    first = sorted(labels(collection, LabelKind.INITIAL))[0]
    column = int(untaught[0].argmin())
    answer(collection, first, names[column], 1)
    before = table(collection, "observed_labels"), table(collection, "steps")
    run_task(train_project(collection, CONFIG))
    np.testing.assert_array_equal(matrix(collection, LabelKind.PSEUDO), untaught)
    assert (table(collection, "observed_labels"), table(collection, "steps")) == before
    run_task(export_labels(collection, label_format="csv", output=tmp_path / "labels.csv"))
    exported = read_wide_csv(tmp_path / "labels.csv")
    rows = dict(zip(exported.image_names, exported.labels, strict=True))
    assert rows[first][column] == 1


def test_few_photos_are_told_that_they_cannot_teach_each_other(scored: ProjectLocation):
    with ProjectStore(scored.database) as store:
        initial = store.labels.read(LabelKind.INITIAL)
        assert initial is not None
        scores = np.full(initial.scores.shape, 0.5, dtype=np.float32)
        store.labels.write_set(  # as the training of a larger collection left it
            LabelKind.OUT_OF_FOLD, initial.class_ids, initial.photo_ids, scores, run_id=None
        )
    events, result = run_task(train_project(scored, CONFIG))
    assert result.summary.startswith("Trained on 8 photos. They are too few")
    assert "too few to teach each other" in notes(events)
    assert result.changed == 0
    np.testing.assert_array_equal(
        matrix(scored, LabelKind.PSEUDO), matrix(scored, LabelKind.INITIAL)
    )
    assert labels(scored, LabelKind.OUT_OF_FOLD) == {}


def test_a_single_photo_is_trained_on_without_anybody_to_ask(scored: ProjectLocation):
    with ProjectStore(scored.database) as store:
        initial = store.labels.read(LabelKind.INITIAL)
        assert initial is not None
        store.labels.write_set(
            LabelKind.INITIAL, initial.class_ids, initial.photo_ids[:1], initial.scores[:1],
            run_id=None,
        )  # fmt: skip
    _, result = run_task(train_project(scored, CONFIG))
    assert result.summary.startswith("Trained on 1 photo. They are too few")
    assert len(labels(scored, LabelKind.CLASSIFIER)) == 1


def test_a_seed_decides_everything(collection: ProjectLocation):
    found = []
    for seed in (0, 0, 1):
        run_task(train_project(collection, CONFIG.with_changes(seed=seed)))
        found.append(matrix(collection, LabelKind.PSEUDO))
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_photos_beyond_the_samples_are_refined_by_those_within(
    collection: ProjectLocation, monkeypatch: pytest.MonkeyPatch
):
    assert MOST_STUDENT_PHOTOS == collection_module.MOST_STUDENT_PHOTOS
    monkeypatch.setattr(collection_module, "MOST_STUDENT_PHOTOS", 20)
    monkeypatch.setattr(collection_module, "most_reference_photos", lambda _: 10)
    run_task(train_project(collection, CONFIG))
    initial, refined = (matrix(collection, k) for k in (LabelKind.INITIAL, LabelKind.PSEUDO))
    assert np.isfinite(refined).all()
    assert not np.allclose(refined, initial)


@pytest.mark.parametrize("stage", range(3))
def test_a_cancel_in_any_stage_leaves_the_labels_as_they_were(
    collection: ProjectLocation, stage: int
):
    before = matrix(collection, LabelKind.PSEUDO)
    seen: list[object] = []

    def within(event: object) -> bool:
        seen.extend([event] if isinstance(event, Started) else [])
        return isinstance(event, Progressed) and len(seen) == stage + 1

    close_at(train_project(collection, CONFIG), within)
    np.testing.assert_array_equal(matrix(collection, LabelKind.PSEUDO), before)
    assert labels(collection, LabelKind.CLASSIFIER) == {}
    with ProjectStore(collection.database) as store:
        assert store.runs.all()[0].outcome is Outcome.CANCELLED


def test_a_photo_that_vanished_since_the_scoring(collection: ProjectLocation):
    sorted(collection.folder.glob("*.jpg"))[2].unlink()
    run_task(train_project(collection, CONFIG))  # its embeddings are stored: nothing is missed
    list(scan_project(collection))
    with pytest.raises(ProjectError, match=r"1 photo has changed or left .* score again"):
        list(train_project(collection, CONFIG))
