from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ClassifierError, ProjectError
from cdul_app.events import EpochFinished, Event, Outcome, Progressed
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.events import run_task
from tests.tasks.project_helpers import (
    answer,
    close_at,
    labels,
    notes,
    of_type,
    scoring_config,
    set_classes,
    table,
)

SlowTraining = Callable[..., TrainingConfig]


@pytest.fixture
def six_epochs(slow_training: SlowTraining) -> TrainingConfig:
    return slow_training(6, warm_up_epochs=2)


def photo_names(location: ProjectLocation) -> list[str]:
    return sorted(photo.name for photo in location.folder.glob("*.jpg"))


def at_epoch(number: int):
    return lambda event: isinstance(event, EpochFinished) and event.epoch == number


def epochs_of(location: ProjectLocation, run_id: int) -> list[EpochFinished]:
    with ProjectStore(location.database) as store:
        return store.runs.epochs(run_id)


def test_training_refines_the_labels_and_stores_what_the_classifier_says(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    initial = labels(scored, LabelKind.INITIAL)
    events, result = run_task(train_project(scored, six_epochs))
    assert result.summary == "Trained on 8 photos."
    after = labels(scored, LabelKind.INITIAL)
    assert all(np.array_equal(after[path], row) for path, row in initial.items())  # unchanged
    pseudo, classifier = labels(scored, LabelKind.PSEUDO), labels(scored, LabelKind.CLASSIFIER)
    assert set(pseudo) == set(classifier) == set(initial)
    assert any(not np.allclose(pseudo[path], initial[path], atol=1e-4) for path in initial)
    with ProjectStore(scored.database) as store:
        run = store.runs.all()[0]
        assert (run.kind, run.outcome, run.seed, run.device) == ("train", Outcome.DONE, 0, "cpu")
        assert run.versions["torch"]
        assert run.reason
        assert store.runs.epochs(run.identifier) == of_type(events, EpochFinished)
        assert store.settings.get("classifier_run") == run.identifier
    folder = scored.run_folder(run.identifier)
    assert sorted(file.name for file in folder.iterdir()) == [
        "classifier.json",
        "classifier.safetensors",
    ]


def test_training_needs_scores_of_the_present_classes(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    set_classes(scored, "dog", "cat", "unicorn")
    with pytest.raises(ProjectError, match=r"classes have changed .* score again"):
        list(train_project(scored, six_epochs))
    list(score_project(scored, scoring_config(scored)))
    list(train_project(scored, six_epochs))
    assert {len(row) for row in labels(scored, LabelKind.CLASSIFIER).values()} == {3}


def test_training_before_scoring_is_a_sentence(tmp_path: Path, six_epochs: TrainingConfig):
    location = locate_project(tmp_path)
    with pytest.raises(ProjectError, match="score the folder's photos first"):
        list(train_project(location, six_epochs))
    ProjectStore(location.database, create=True).close()
    with pytest.raises(ProjectError, match=r"no labels .* label the photos first"):
        list(train_project(location, six_epochs))


def test_answers_are_fixed_targets_and_exported_as_they_are(
    scored: ProjectLocation, tmp_path: Path, six_epochs: TrainingConfig
):
    first, second = photo_names(scored)[:2]
    initial = labels(scored, LabelKind.INITIAL)
    with ProjectStore(scored.database) as store:
        names = [record.name for record in store.classes.all()]
    unlikely, likely = int(initial[first].argmin()), int(initial[second].argmax())
    list(train_project(scored, six_epochs))
    untaught = labels(scored, LabelKind.CLASSIFIER)

    answer(scored, first, names[unlikely], 1)
    answer(scored, second, names[likely], 0)
    before = table(scored, "observed_labels"), table(scored, "steps")
    list(train_project(scored, six_epochs))
    taught = labels(scored, LabelKind.CLASSIFIER)
    assert taught[first][unlikely] > untaught[first][unlikely]
    assert taught[second][likely] < untaught[second][likely]
    # The machine's own label of an answered cell: taken back, the answer leaves no trace in it.
    pseudo = labels(scored, LabelKind.PSEUDO)
    assert pseudo[first][unlikely] == initial[first][unlikely]
    assert pseudo[second][likely] == initial[second][likely]

    list(score_project(scored, scoring_config(scored)))
    assert (table(scored, "observed_labels"), table(scored, "steps")) == before
    list(export_labels(scored, label_format="csv", output=tmp_path / "labels.csv"))
    exported = read_wide_csv(tmp_path / "labels.csv")
    rows = dict(zip(exported.image_names, exported.labels, strict=True))
    assert rows[first][unlikely] == 1
    assert rows[second][likely] == 0


def test_a_cancelled_run_is_resumed_and_a_finished_one_is_not(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    close_at(train_project(scored, six_epochs), at_epoch(3))
    with ProjectStore(scored.database) as store:
        cut = store.runs.all()[0]
    assert cut.outcome is Outcome.CANCELLED
    assert labels(scored, LabelKind.CLASSIFIER) == {}

    events = list(train_project(scored, replace(six_epochs, device="auto")))  # on whichever device
    assert "Resumed after epoch 3 of 6." in notes(events)
    assert [event.epoch for event in of_type(events, EpochFinished)] == [4, 5, 6]
    with ProjectStore(scored.database) as store:
        newest = store.runs.all()[0]
    assert (newest.identifier, newest.outcome) == (cut.identifier, Outcome.DONE)
    assert [epoch.epoch for epoch in epochs_of(scored, cut.identifier)] == [1, 2, 3, 4, 5, 6]

    again = list(train_project(scored, six_epochs))
    assert len(of_type(again, EpochFinished)) == 6
    with ProjectStore(scored.database) as store:
        assert store.runs.all()[0].identifier == cut.identifier + 1


def test_other_settings_are_another_run_and_leave_no_checkpoint_behind(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    close_at(train_project(scored, six_epochs), at_epoch(3))
    events = list(train_project(scored, replace(six_epochs, seed=5)))
    assert "Resumed" not in notes(events)
    with ProjectStore(scored.database) as store:
        done, cut = store.runs.all()[:2]
    assert (done.outcome, cut.outcome) == (Outcome.DONE, Outcome.CANCELLED)
    assert list(scored.classifiers_dir.rglob("checkpoint.pt")) == []


def test_a_run_of_other_answers_starts_over_and_its_record_with_it(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    close_at(train_project(scored, six_epochs), at_epoch(5))
    answer(scored, photo_names(scored)[0], "dog", 1)
    cut = close_at(train_project(scored, six_epochs), at_epoch(2))
    assert "changed since this run: training starts over" in notes(cut)
    with ProjectStore(scored.database) as store:
        run = store.runs.all()[0]
    recorded = epochs_of(scored, run.identifier)
    assert recorded == of_type(cut, EpochFinished)  # not epochs 3 to 5 of the earlier answers
    events = list(train_project(scored, six_epochs))
    assert "Resumed after epoch 2" in notes(events)
    assert [epoch.epoch for epoch in epochs_of(scored, run.identifier)] == [1, 2, 3, 4, 5, 6]


class UnforeseenError(Exception):
    """Stands for whatever stops a run that cannot be foreseen."""


def test_a_run_that_failed_is_resumed_too(scored: ProjectLocation, six_epochs: TrainingConfig):
    events = train_project(scored, six_epochs)
    for event in events:
        if at_epoch(4)(event):
            break
    with pytest.raises(UnforeseenError):
        events.throw(UnforeseenError())
    with ProjectStore(scored.database) as store:
        assert store.runs.all()[0].outcome is Outcome.FAILED
    assert "Resumed after epoch 4" in notes(train_project(scored, six_epochs))


def test_cancel_comes_within_a_batch(scored: ProjectLocation, six_epochs: TrainingConfig):
    taken: list[Event] = close_at(
        train_project(scored, six_epochs), lambda event: isinstance(event, Progressed)
    )
    assert of_type(taken, EpochFinished) == []


def test_photos_on_a_disk_that_was_unplugged_for_a_while_are_used_again(
    scored: ProjectLocation, backbone_weights: Path
):
    config = TrainingConfig(
        classifier="mobilenetv2_100", weights=str(backbone_weights), image_size=32,
        epochs=3, warm_up_epochs=3, device="cpu",
    )  # fmt: skip
    events = train_project(scored, config)
    for event in events:
        if at_epoch(1)(event):
            for name in photo_names(scored)[:3]:
                (scored.folder / name).rename(scored.folder / f"{name}.away")
        if at_epoch(2)(event):
            break
    events.close()
    for away in scored.folder.glob("*.away"):
        away.rename(away.with_suffix(""))
    assert "Resumed after epoch 2 of 3." in notes(train_project(scored, config))
    assert len(labels(scored, LabelKind.CLASSIFIER)) == 8


def test_truth_is_watched_where_it_is_loaded_and_not_missed_where_it_is_gone(
    scored: ProjectLocation, drawn_photos_dir: Path, six_epochs: TrainingConfig
):
    with ProjectStore(scored.database) as store:
        store.settings.set("truth_file", str(drawn_photos_dir / "truth.csv"))
    for epoch in of_type(train_project(scored, six_epochs), EpochFinished):
        assert epoch.mean_average_precision is not None
        assert 0 <= epoch.mean_average_precision <= 1
    with ProjectStore(scored.database) as store:
        store.settings.set("truth_file", str(scored.folder / "absent.csv"))
    events = list(train_project(scored, six_epochs))
    assert "Training goes on without truth" in notes(events)
    assert {epoch.mean_average_precision for epoch in of_type(events, EpochFinished)} == {None}


def test_a_backbone_that_does_not_exist_is_a_sentence_in_the_record(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    with pytest.raises(ClassifierError):
        list(train_project(scored, replace(six_epochs, classifier="resnet102")))
    with ProjectStore(scored.database) as store:
        run = store.runs.all()[0]
    assert run.outcome is Outcome.FAILED
    assert "resnet102" in run.reason


def test_a_run_that_settles_says_why_it_stopped(
    scored: ProjectLocation, six_epochs: TrainingConfig
):
    config = replace(six_epochs, epochs=100, patience=2, learning_rate=1e-7)
    events, result = run_task(train_project(scored, config))
    epochs = len(of_type(events, EpochFinished))
    assert epochs < 100
    assert result.summary == "Trained on 8 photos."
    with ProjectStore(scored.database) as store:
        assert "settled" in store.runs.all()[0].reason
