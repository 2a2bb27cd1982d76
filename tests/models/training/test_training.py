import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.errors import ClassifierError
from cdul_app.events import Noted, Progressed, Started
from cdul_app.measures.metrics import mean_average_precision
from cdul_app.models.classifier.classifier_files import load_classifier
from cdul_app.models.classifier.prediction import predict_photos
from cdul_app.models.training.training import train_classifier
from cdul_app.models.training.training_checkpoints import (
    CHECKPOINT_NAME,
    load_checkpoint,
    save_checkpoint,
)
from tests.models.training_helpers import (
    epochs_of,
    planted_data,
    quick_config,
    run_training,
    stop_after_epoch,
)


def test_loss_falls_and_the_scores_follow_the_labels(tmp_path: Path):
    data = planted_data()
    assert data.truth is not None
    config = quick_config(epochs=12, warm_up_epochs=5, patience=None)
    events, trained = run_training(data, config, tmp_path)
    epochs = epochs_of(events)
    assert [event.epoch for event in epochs] == list(range(1, 13))
    assert epochs[-1].loss < epochs[0].loss
    score = mean_average_precision(data.truth, trained.scores)
    assert epochs[-1].mean_average_precision == pytest.approx(score, abs=0.02)
    assert np.abs(trained.scores.mean(axis=0) - data.pseudo_labels.mean(axis=0)).max() < 0.15
    assert trained.epochs == 12
    assert trained.skipped == ()


def test_labels_are_fixed_in_warm_up_and_move_after_it(tmp_path: Path):
    events, trained = run_training(planted_data(), quick_config(), tmp_path)
    changes = [event.label_change for event in epochs_of(events)]
    assert changes[:2] == [0, 0]
    assert all(change > 0 for change in changes[2:])
    assert [event.warm_up for event in epochs_of(events)] == [True] * 2 + [False] * 4
    assert trained.pseudo_labels.dtype == trained.scores.dtype == np.float32


def test_warm_up_alone_leaves_the_pseudo_labels_as_they_were(tmp_path: Path):
    data = planted_data()
    _, trained = run_training(data, quick_config(epochs=3, warm_up_epochs=3), tmp_path)
    np.testing.assert_allclose(trained.pseudo_labels, data.pseudo_labels, atol=2e-4)


def test_answers_are_learnt_and_never_move(tmp_path: Path):
    data = planted_data()
    answers = data.answers.copy()
    unlikely, likely = np.argmin(data.pseudo_labels[0]), np.argmax(data.pseudo_labels[1])
    answers[0, unlikely], answers[1, likely] = 1, 0
    plain = run_training(data, quick_config(), tmp_path / "plain")[1]
    taught = run_training(
        dataclasses.replace(data, answers=answers),
        quick_config(answer_weight=30.0),
        tmp_path / "taught",
    )[1]
    assert taught.pseudo_labels[0, unlikely] == 1
    assert taught.pseudo_labels[1, likely] == 0
    assert taught.scores[0, unlikely] > plain.scores[0, unlikely]
    assert taught.scores[1, likely] < plain.scores[1, likely]


def test_an_answer_counts_by_its_weight(tmp_path: Path):
    data = planted_data()
    answers = data.answers.copy()
    unlikely = np.argmin(data.pseudo_labels[0])
    answers[0, unlikely] = 1
    data = dataclasses.replace(data, answers=answers)
    said = [
        run_training(data, quick_config(answer_weight=weight), tmp_path / str(weight))[1]
        for weight in (0.0, 1.0, 30.0)
    ]
    scores = [trained.scores[0, unlikely] for trained in said]
    assert scores == sorted(scores)
    assert scores[0] < scores[1] < scores[2]
    assert all(trained.pseudo_labels[0, unlikely] == 1 for trained in said)


def test_the_averaged_copy_refines_and_is_kept(tmp_path: Path):
    data = planted_data()
    plain = run_training(data, quick_config(), tmp_path / "plain")[1]
    averaged = run_training(data, quick_config(ema_decay=0.9), tmp_path / "averaged")[1]
    assert not np.array_equal(plain.pseudo_labels, averaged.pseudo_labels)
    kept = load_classifier(averaged.classifier_file, device=torch.device("cpu"))
    scores = dict(predict_photos(kept, data.paths))
    found = np.stack([scores[row] for row in range(len(data.paths))])
    np.testing.assert_allclose(found, averaged.scores, atol=1e-5)


def test_flips_and_changes_are_told_by_class(tmp_path: Path):
    data = planted_data()
    events, _ = run_training(data, quick_config(eta=1.0), tmp_path)
    for event in epochs_of(events):
        assert sum(event.flips_by_class.values()) == event.labels_flipped
        assert set(event.flips_by_class) <= set(data.class_names)
        if event.warm_up:
            assert not event.change_by_class
        else:
            assert set(event.change_by_class) == set(data.class_names)
            mean = np.mean(list(event.change_by_class.values()))
            assert mean == pytest.approx(event.label_change, rel=1e-4)
    assert any(event.flips_by_class for event in epochs_of(events))


def test_training_stops_once_settled_and_says_so(tmp_path: Path):
    data = planted_data()
    config = quick_config(epochs=400, learning_rate=1e-7, patience=2)
    events, trained = run_training(data, config, tmp_path / "stopped")
    assert trained.epochs == len(epochs_of(events)) < 400
    assert "settled" in trained.stopped_because
    assert any(isinstance(event, Noted) and "settled" in event.message for event in events)
    progress = [event for event in events if isinstance(event, Progressed)][-1]
    assert progress.done == progress.total
    _, whole = run_training(data, quick_config(patience=None), tmp_path / "whole")
    assert whole.stopped_because == "All epochs are done."


def test_a_run_cut_at_its_last_epoch_stops_where_it_would_have(tmp_path: Path):
    data, config = planted_data(), quick_config(epochs=400, learning_rate=1e-7, patience=2)
    whole = run_training(data, config, tmp_path / "whole")[1]
    folder = tmp_path / "cut"
    stop_after_epoch(train_classifier(data, config, run_folder=folder), whole.epochs)
    events, resumed = run_training(data, config, folder)
    assert epochs_of(events) == []
    assert (resumed.epochs, resumed.stopped_because) == (whole.epochs, whole.stopped_because)
    np.testing.assert_array_equal(resumed.scores, whole.scores)


def test_progress_comes_with_every_batch_and_reaches_its_total(tmp_path: Path):
    events, _ = run_training(planted_data(photos=20), quick_config(), tmp_path)
    started = events[0]
    assert isinstance(started, Started)
    assert started.device == "cpu"
    progress = [event.done for event in events if isinstance(event, Progressed)]
    assert progress == sorted(progress)
    assert progress[-1] == started.total
    steps = np.diff([0, *progress])
    assert steps.max() <= 12


def test_a_seed_decides_everything(tmp_path: Path):
    data = planted_data()
    first = run_training(data, quick_config(seed=3), tmp_path / "a")[1]
    again = run_training(data, quick_config(seed=3), tmp_path / "b")[1]
    other = run_training(data, quick_config(seed=4), tmp_path / "c")[1]
    np.testing.assert_array_equal(first.scores, again.scores)
    assert not np.array_equal(first.scores, other.scores)


@pytest.mark.parametrize("events_into_next_epoch", [0, 2])
@pytest.mark.parametrize("ema_decay", [None, 0.9])
def test_a_cancelled_run_resumes_to_the_same_result(
    tmp_path: Path, events_into_next_epoch: int, ema_decay: float | None
):
    data, config = planted_data(), quick_config(ema_decay=ema_decay)
    whole = run_training(data, config, tmp_path / "whole")[1]
    folder = tmp_path / "cut"
    cut = train_classifier(data, config, run_folder=folder)
    stop_after_epoch(cut, 4, then=events_into_next_epoch)
    events, resumed = run_training(data, config, folder)
    assert [event.epoch for event in epochs_of(events)] == [5, 6]
    assert any(isinstance(event, Noted) and "epoch 4" in event.message for event in events)
    np.testing.assert_array_equal(resumed.scores, whole.scores)
    np.testing.assert_array_equal(resumed.pseudo_labels, whole.pseudo_labels)
    started = events[0]
    assert isinstance(started, Started)
    assert started.already_done > 0


@pytest.mark.parametrize("preset", ["default", "own", "paper"])
def test_a_run_that_a_version_with_names_of_presets_began_goes_on(tmp_path: Path, preset: str):
    data, steps = (
        planted_data(),
        {"schedule": "auto", "freeze_statistics": True, "start_bias": True},
    )
    if preset == "paper":
        steps = {"schedule": "constant", "freeze_statistics": False, "start_bias": False}
    config = quick_config(**steps)
    stop_after_epoch(train_classifier(data, config, run_folder=tmp_path), 4)
    of_before = {k: v for k, v in config.to_dict().items() if k not in {*steps, "device"}}
    text = json.dumps([{**of_before, "preset": preset}, data.fingerprint()], sort_keys=True)
    saved = load_checkpoint(tmp_path)
    assert saved is not None
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    save_checkpoint(tmp_path, dataclasses.replace(saved, fingerprint=fingerprint))
    events, _ = run_training(data, config, tmp_path)
    assert [event.epoch for event in epochs_of(events)] == [5, 6]


def test_the_schedule_of_the_learning_rate_decides_the_steps(tmp_path: Path):
    def scores(**changes: object) -> list[float]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return run_training(planted_data(), quick_config(**changes), folder)[1].scores.tolist()

    falling, constant = scores(schedule="cosine"), scores(schedule="constant")
    assert falling != constant
    assert scores(schedule="auto") == falling
    assert scores(schedule="auto", ema_decay=0.9) == scores(schedule="constant", ema_decay=0.9)


def test_a_cancel_within_the_first_epoch_leaves_nothing_to_trip_over(tmp_path: Path):
    data, config = planted_data(), quick_config()
    items = train_classifier(data, config, run_folder=tmp_path)
    while not isinstance(next(items), Progressed):
        pass
    items.close()
    events, _ = run_training(data, config, tmp_path)
    assert len(epochs_of(events)) == config.epochs


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign"])
def test_a_damaged_checkpoint_starts_over_with_a_note(tmp_path: Path, damage: str):
    data, config = planted_data(), quick_config()
    whole = run_training(data, config, tmp_path / "whole")[1]
    folder = tmp_path / "run"
    stop_after_epoch(train_classifier(data, config, run_folder=folder), 3)
    file = folder / CHECKPOINT_NAME
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    cases = {"cut": content[:100], "flipped": content, "empty": b"", "foreign": b"hello" * 40}
    file.write_bytes(bytes(cases[damage]))
    events, trained = run_training(data, config, folder)
    assert any(isinstance(event, Noted) and "damaged" in event.message for event in events)
    assert len(epochs_of(events)) == config.epochs
    np.testing.assert_array_equal(trained.scores, whole.scores)


@pytest.mark.parametrize("change", ["config", "labels", "answers"])
def test_a_checkpoint_of_other_settings_or_labels_is_not_used(tmp_path: Path, change: str):
    data, config = planted_data(), quick_config()
    stop_after_epoch(train_classifier(data, config, run_folder=tmp_path), 3)
    if change == "config":
        config = quick_config(sigma=0.3)
    elif change == "labels":
        data = dataclasses.replace(data, pseudo_labels=data.pseudo_labels * np.float32(0.9))
    else:
        data = dataclasses.replace(data, answers=np.zeros_like(data.answers))
    events, _ = run_training(data, config, tmp_path)
    assert any(isinstance(event, Noted) and "changed" in event.message for event in events)
    assert len(epochs_of(events)) == config.epochs


def test_photos_without_labels_are_predicted_but_not_trained_on(tmp_path: Path):
    data = planted_data()
    labels = data.pseudo_labels.copy()
    labels[5] = labels[7] = np.nan
    paths = list(data.paths)
    paths[7] = tmp_path / "gone.png"
    changed = dataclasses.replace(data, pseudo_labels=labels, paths=tuple(paths))
    _, trained = run_training(changed, quick_config(), tmp_path)
    assert np.isfinite(trained.scores[5]).all()
    assert np.isnan(trained.pseudo_labels[5]).all()
    assert np.isnan(trained.scores[7]).all()
    assert [row for row, _ in trained.skipped] == [7]


def test_one_photo_and_one_class_are_enough(tmp_path: Path):
    quick = quick_config(epochs=2, warm_up_epochs=1)
    _, trained = run_training(planted_data(photos=1, classes=2), quick, tmp_path / "photo")
    assert trained.scores.shape == (1, 2)
    data = planted_data(photos=6)
    single = dataclasses.replace(
        data,
        pseudo_labels=np.ones((6, 1), dtype=np.float32),
        answers=np.full((6, 1), -1, dtype=np.int8),
        class_names=("only",),
        truth=None,
    )
    _, trained = run_training(single, quick, tmp_path / "class")
    assert trained.scores.shape == (6, 1)


def test_no_labels_at_all_is_a_sentence(tmp_path: Path):
    data = planted_data()
    empty = dataclasses.replace(data, pseudo_labels=np.full_like(data.pseudo_labels, np.nan))
    with pytest.raises(ClassifierError, match="label the photos first"):
        run_training(empty, quick_config(), tmp_path)


def test_the_collection_is_not_trained_here(tmp_path: Path):
    with pytest.raises(ValueError, match="reads photos"):
        run_training(planted_data(photos=2), quick_config(classifier="features"), tmp_path)
