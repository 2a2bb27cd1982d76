"""What classifiers say of photos they were not trained on: each photo is left out once."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Event, Events, Progressed, Started, relay
from cdul_app.models.training.training import train_classifier
from cdul_app.models.training.training_data import TrainingData
from cdul_app.settings.configs import TrainingConfig

FOLDS = 5
# Measured on subsets of 500 VOC photos, average precision of finding wrong labels, against the
# classifier that was trained on all of them: 125 photos -0.2, 250 -0.05, 500 +0.15 (half of the
# epochs; a quarter -0.3, all of them +0.2).
FEWEST_PHOTOS = 500


def predict_out_of_fold(
    data: TrainingData, config: TrainingConfig, *, folds: int = FOLDS
) -> Events[NDArray[np.float32]]:
    """Train `folds` classifiers, each without one part of the photos, and let it predict those.

    Labels stay fixed, and a fold takes half of the epochs.  Returns (n_images, n_classes)
    float32 in [0, 1], NaN where a photo has no pseudo labels or cannot be read.
    Raises ValueError for fewer than two folds or fewer photos than folds, and what
    `train_classifier` raises.  Closing the generator cancels within one batch.
    """
    rows = np.flatnonzero(data.trainable)
    if not 2 <= folds <= len(rows):
        raise ValueError(f"{folds} folds need at least two and as many photos, got {len(rows)}")
    epochs = max(1, config.epochs // 2)
    settings = config.with_changes(epochs=epochs, warm_up_epochs=epochs)
    parts = np.array_split(np.random.default_rng(config.seed).permutation(rows), folds)
    predictions = np.full(data.pseudo_labels.shape, np.nan, dtype=np.float32)
    done = 0

    def place_to_stop(event: Event) -> Event | None:  # counts whole parts
        return Progressed(done) if isinstance(event, Progressed) else None

    yield Started("Looking for likely label errors", folds, unit="parts")
    for part in parts:
        labels = np.array(data.pseudo_labels)
        labels[part] = np.nan  # so that they are predicted, not learnt from
        left_out = replace(data, pseudo_labels=labels, truth=None)
        with tempfile.TemporaryDirectory(prefix="cdul-fold-") as folder:
            training = train_classifier(left_out, settings, run_folder=Path(folder))
            trained = yield from relay(training, place_to_stop)
        predictions[part] = trained.scores[part]
        done += 1
        yield Progressed(done)
    return predictions
