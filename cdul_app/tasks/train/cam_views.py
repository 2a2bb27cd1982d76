"""CAM-guided views: a first classifier shows where it sees classes, and CLIP scores these places.

Ours, after the class activation maps of B. Zhou et al. (CVPR 2016): a classifier is trained on the
initial pseudo labels as in the warm-up; in each photo the places where it sees its most likely
classes become snippets beside those of the grid, and the aggregation (CDUL eq. 5-7) is done anew
over all of them.  The classifier that is kept is then trained from these labels.
"""

import io
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ProjectError
from cdul_app.events import EpochFinished, Event, Events, Noted, Progressed, Started, relay
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.activation_boxes import activation_boxes
from cdul_app.method.aggregation import aggregate_extremes, combine_global_local
from cdul_app.method.free_boxes import FreeBoxes
from cdul_app.method.similarity import class_similarities, view_cosines
from cdul_app.paths import write_atomically
from cdul_app.project.label_matrices import label_matrix
from cdul_app.project.scored_state import ScoredState
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.label_records import LabelSet
from cdul_app.storage.project_store import ProjectStore

if TYPE_CHECKING:
    from cdul_app.models.encoder.encoder import Encoder
    from cdul_app.models.training.training_data import TrainingData

CLASSES_A_PHOTO = 3  # of which a snippet is taken
SHARE = 0.5  # of a map's range that its region reaches
SMALLEST = 0.5  # of the photo's side; a third, as the grid's snippets, measured a little worse
_LABELS_NAME = "cam_labels.npz"


def cam_guided_labels(
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    data: "TrainingData",
    config: TrainingConfig,
    folder: Path,
) -> Events[NDArray[np.float32]]:
    """Train a first classifier, look where it looks, and score there.

    Returns pseudo labels (n_images, n_classes) in [0, 1] to train from.

    What is done is kept in `folder`: the same call after a cancel or a kill goes on from there.
    Raises ClassifierError for a classifier that keeps no places apart, before anything is trained;
    EncoderError, DeviceError.
    """

    known = _read_labels(folder / _LABELS_NAME, data.fingerprint())
    if known is not None:
        return known
    _load_encoder(state, "cpu")  # what is wrong with it is told before hours of work
    boxes = yield from _boxes(data, config, folder)
    extra = yield from _extra_similarities(state, data, config, boxes)
    labels = _aggregate_anew(store, state, initial, data, extra)
    _write_labels(folder / _LABELS_NAME, data.fingerprint(), labels)
    yield Noted(
        f"CAM views: {extra.count:,} snippets were added, and labels moved by "
        f"{float(np.nanmean(np.abs(labels - data.pseudo_labels))):.3f} on average."
    )
    return labels


def _boxes(
    data: "TrainingData", config: TrainingConfig, folder: Path
) -> Events[NDArray[np.float64]]:
    """(n_images, CLASSES_A_PHOTO, 4) of each photo's most likely classes; NaN where it cannot be
    read."""
    from cdul_app.models.classifier.activation_maps import check_gives_maps, map_photos
    from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
    from cdul_app.models.classifier.classifier_files import load_classifier
    from cdul_app.models.devices import choose_device
    from cdul_app.models.training.training import train_classifier
    from cdul_app.models.training.training_data import PhotoInputs

    assert isinstance(data.inputs, PhotoInputs), "CAM views are for classifiers that read photos"
    untrained = build_photo_classifier(  # its weights do not matter, only what it is made of
        config.classifier,
        class_count=len(data.class_names),
        image_size=config.image_size,
        pretrained=False,
    )
    check_gives_maps(untrained, config.classifier)
    epochs = max(1, config.warm_up_epochs)
    first = config.with_changes(
        epochs=epochs, warm_up_epochs=epochs, patience=None, cam_views=False
    )
    training = train_classifier(data, first, run_folder=folder / "cam")
    trained = yield from relay(training, _epoch_as_note)
    device = choose_device(config.device)
    classifier = load_classifier(trained.classifier_file, device=device).module
    assert isinstance(classifier, PhotoClassifier)
    paths = data.inputs.paths
    chosen = np.argsort(-np.nan_to_num(data.pseudo_labels, nan=-1.0), axis=1)[:, :CLASSES_A_PHOTO]
    boxes = np.full((len(paths), chosen.shape[1], 4), np.nan)
    yield Started("Looking where the classifier looks", len(paths))
    done = 0
    rows = np.flatnonzero(data.trainable)
    with closing(map_photos(classifier, paths, rows, device=device)) as batches:
        for read, maps, failed in batches:
            done += len(read) + failed
            for row, each in zip(read, maps, strict=True):
                boxes[row] = activation_boxes(each[chosen[row]], share=SHARE, smallest=SMALLEST)
            yield Progressed(done, len(paths))
    return boxes


def _epoch_as_note(event: Event) -> Event:
    """The run's own epochs come later."""
    if isinstance(event, EpochFinished):
        return Noted(f"First classifier for CAM views: epoch {event.epoch} of {event.epochs}")
    return event


@dataclass(frozen=True)
class _Extra:
    highest: NDArray[np.float32]  # (n_images, n_classes) over the added snippets, NaN for none
    lowest: NDArray[np.float32]
    count: int  # of snippets added


def _extra_similarities(
    state: ScoredState,
    data: "TrainingData",
    config: TrainingConfig,
    boxes: NDArray[np.float64],
) -> Events[_Extra]:
    from cdul_app.models.devices import describe_device
    from cdul_app.models.encoder.embedding import EmbeddedPhoto, embed_snippets
    from cdul_app.models.training.training_data import PhotoInputs

    assert isinstance(data.inputs, PhotoInputs), "checked where the boxes were made"
    encoder = _load_encoder(state, config.device)
    rows = np.flatnonzero(np.isfinite(boxes).all(axis=(1, 2)))
    shape = (len(boxes), len(data.class_names))
    highest, lowest = np.full(shape, np.nan, np.float32), np.full(shape, np.nan, np.float32)
    texts = np.concatenate([state.class_embeddings, state.background_embeddings])
    yield Started(
        "Scoring what the classifier looks at", len(rows), device=describe_device(encoder.device)
    )
    paths = data.inputs.paths
    photos = ((int(row), paths[row], FreeBoxes(boxes[row].tolist())) for row in rows)
    with closing(embed_snippets(encoder, photos)) as items:
        for done, item in enumerate(items, start=1):
            if isinstance(item, EmbeddedPhoto):
                similarities = class_similarities(
                    view_cosines(item.views, texts),
                    temperature=state.temperature,
                    background=len(state.background_embeddings),
                )  # (n_snippets, n_classes)
                highest[item.key] = similarities.max(axis=0)
                lowest[item.key] = similarities.min(axis=0)
            yield Progressed(done, len(rows))
    return _Extra(highest, lowest, int(np.isfinite(highest[:, 0]).sum()) * boxes.shape[1])


def _aggregate_anew(
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    data: "TrainingData",
    extra: _Extra,
) -> NDArray[np.float32]:
    """Eq. 5-7 over the grid's snippets and the added ones; photos without any stay as they are."""

    def stored(kind: LabelKind) -> NDArray[np.float32]:
        labels = store.labels.read(kind)
        if labels is None:
            raise ProjectError("The scores are not complete: score the photos again, then train.")
        return label_matrix(labels, initial.photo_ids, initial.class_ids)

    maximum = np.fmax(stored(LabelKind.LOCAL_MAX), extra.highest)
    minimum = np.fmin(stored(LabelKind.LOCAL_MIN), extra.lowest)
    aggregated = aggregate_extremes(maximum, minimum, zeta=state.config.zeta)
    labels = combine_global_local(stored(LabelKind.GLOBAL), aggregated)
    added = np.isfinite(extra.highest).all(axis=1, keepdims=True)
    return np.where(added, labels, data.pseudo_labels).astype(np.float32)


def _load_encoder(state: ScoredState, device: str) -> "Encoder":
    from cdul_app.models.devices import choose_device
    from cdul_app.models.encoder.encoder import load_known_encoder

    return load_known_encoder(
        state.encoding.encoder,
        state.encoding.encoder_key,
        device=choose_device(device),
        made="the photos were scored with",
        remedy="score again, then train",
    )


def _read_labels(file: Path, fingerprint: str) -> NDArray[np.float32] | None:
    """What an earlier part of the same run has found; None where there is none that can be read."""
    try:
        with np.load(file) as kept:
            return np.array(kept["labels"]) if str(kept["fingerprint"]) == fingerprint else None
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _write_labels(file: Path, fingerprint: str, labels: NDArray[np.float32]) -> None:
    content = io.BytesIO()
    np.savez(content, labels=labels, fingerprint=np.array(fingerprint))
    write_atomically(file, content.getvalue())


def remove_cam_files(folder: Path) -> None:
    """Delete what only served to resume a run."""
    (folder / _LABELS_NAME).unlink(missing_ok=True)
    shutil.rmtree(folder / "cam", ignore_errors=True)
