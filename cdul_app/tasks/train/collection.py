"""Training by default: the photos of the collection refine each other's labels, in seconds."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ProjectError
from cdul_app.events import EpochFinished, Events, Noted, Progressed, Started
from cdul_app.language import ntr, tr, translatable
from cdul_app.method.arrays import IntArray
from cdul_app.method.collection_refinement import (
    FEWEST_PHOTOS,
    CollectionClassifier,
    VoiceWeights,
    distribution_knots,
    keep_distribution,
    sample_rows,
)
from cdul_app.method.neighbours import ReferencePhotos, most_reference_photos, neighbour_labels
from cdul_app.method.refinement import PROBABILITY_FLOOR
from cdul_app.method.student import (
    MOST_STUDENT_PHOTOS,
    Student,
    StudentFit,
    fits_by_class,
    student_folds,
)
from cdul_app.models.read_ahead import read_ahead
from cdul_app.project.labels.scored_state import ScoredState
from cdul_app.project.run_words import TOO_FEW, run_in_words
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.label_records import LabelSet
from cdul_app.tasks.train.trained import Trained

_THREADS = 2  # while one multiplies, on all cores, another sorts and sums on one


def learn_from_collection(
    store: ProjectStore,
    state: ScoredState,
    initial: LabelSet,
    config: TrainingConfig,
    *,
    class_names: tuple[str, ...],
    folder: Path,
    provenance: dict[str, object],
    truth: IntArray | None,
) -> Events[Trained]:
    """Ask the most similar photos and an out-of-fold student about each photo, and refine.

    A person's answers lie in a table of their own: none is asked about, and none teaches others.
    Raises ProjectError where a photo has no embeddings any more.
    """
    from cdul_app.models.classifier.classifier_files import save_classifier

    labels, texts = np.array(initial.scores), state.class_embeddings
    count, view_count = len(labels), state.encoding.plan.view_count
    rows = sample_rows(count, MOST_STUDENT_PHOTOS, seed=config.seed)
    views = yield from _read_views(store, state, initial, rows)
    asked = sample_rows(count, most_reference_photos(view_count), seed=config.seed)
    reference = ReferencePhotos(views[np.searchsorted(rows, asked)], labels[asked])
    student, out_of_fold = yield from _fit(views, labels[rows], state, seed=config.seed)
    del views

    places = np.full(count, -1, dtype=np.int64)
    places[asked] = np.arange(len(asked))
    by_neighbours, by_student = np.empty_like(labels), np.empty_like(labels)
    yield Started(tr("Asking the most similar photos"), count, device="cpu")
    done = 0

    def ask(block: tuple[NDArray[np.int64], NDArray[np.float16]]) -> int:
        some, stored = block
        by_student[some] = student.scores(stored, texts, temperature=state.own_temperature)
        by_neighbours[some] = (
            neighbour_labels(stored, reference, own=places[some])
            if len(asked) > 1
            else labels[some]
        )
        return len(some)

    for count_asked in read_ahead(
        ask, _stored_views(store, state, initial), threads=_THREADS, ahead=_THREADS
    ):
        done += count_asked
        yield Progressed(done)
    by_student[rows] = out_of_fold

    weights = VoiceWeights.of(labels, by_neighbours, by_student)
    mixed = weights.mix(labels, by_neighbours, by_student)
    refined = keep_distribution(mixed, labels)
    yield _round(labels, refined, class_names, truth)
    reason = (
        f"The most similar photos agree with the labels by {200 * weights.neighbours:.0f} %, all "
        f"photos together by {200 * weights.student:.0f} %: either counts half of that."
    )
    if count < FEWEST_PHOTOS:
        reason = TOO_FEW
    yield Noted(run_in_words(reason))
    classifier = CollectionClassifier(
        texts,
        state.own_temperature,
        state.temperature,
        state.config.zeta,
        student,
        reference,
        weights,
        distribution_knots(mixed, labels),
    )
    file = save_classifier(
        folder, classifier, config=config, class_names=class_names, provenance=provenance
    )
    return Trained(file, refined, refined, reason, TOO_FEW if reason is TOO_FEW else "")


def _fit(
    views: NDArray[np.float16], labels: NDArray[np.float32], state: ScoredState, *, seed: int
) -> Events[tuple[Student, NDArray[np.float32]]]:
    """views : (n_photos, n_views, dim); labels : (n_photos, n_classes).  Returns the student and
    what it says out of fold, (n_photos, n_classes)."""
    texts, fits, done = state.class_embeddings, list[StudentFit](), 0
    yield Started(
        tr("Learning what the labels have in common"), len(texts), unit=translatable("classes")
    )
    if len(views) < 2:
        nothing = np.zeros((len(texts), 2 * texts.shape[1]), np.float32)
        return Student(nothing, labels.mean(axis=0)), labels
    for fit in fits_by_class(
        views,
        labels,
        texts,
        temperature=state.own_temperature,
        folds=student_folds(len(views), seed=seed),
    ):
        fits.append(fit)
        done += len(fit.bias)
        yield Progressed(done)
    joined = StudentFit.of(fits)
    return Student.of(joined), joined.out_of_fold


def _round(
    labels: NDArray[np.float32],
    refined: NDArray[np.float32],
    class_names: tuple[str, ...],
    truth: IntArray | None,
) -> EpochFinished:
    """The one round there is, as one of training end to end is told."""
    from cdul_app.models.training.training_setup import mean_average_precision_of

    said = np.clip(refined, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
    loss = -(labels * np.log(said) + (1 - labels) * np.log1p(-said))
    change, flips = np.abs(refined - labels), (refined >= 0.5) != (labels >= 0.5)
    return EpochFinished(
        1,
        1,
        float(loss.mean()),
        float(change.mean()),
        int(flips.sum()),
        warm_up=False,
        mean_average_precision=mean_average_precision_of(truth, np.arange(len(refined)), refined),
        flips_by_class={
            name: int(number)
            for name, number in zip(class_names, flips.sum(axis=0), strict=True)
            if number
        },
        change_by_class=dict(zip(class_names, change.mean(axis=0).tolist(), strict=True)),
    )


def _read_views(
    store: ProjectStore, state: ScoredState, initial: LabelSet, rows: IntArray
) -> Events[NDArray[np.float16]]:
    """(n_rows, n_views, dim) of `rows` of the initial labels."""
    shape = (len(rows), state.encoding.plan.view_count, state.encoding.dimension)
    views, found = np.zeros(shape, dtype=np.float16), 0
    yield Started(tr("Reading what is stored of the photos"), len(initial.photo_ids))
    for some, stored in _stored_views(store, state, initial):
        places = np.minimum(np.searchsorted(rows, some), len(rows) - 1)
        kept = rows[places] == some
        views[places[kept]] = stored[kept]
        found += len(some)
        yield Progressed(found)
    if found < len(initial.photo_ids):
        count = len(initial.photo_ids) - found
        raise ProjectError(
            ntr(
                "{n} photo has changed or left the folder since the photos were scored: score "
                "again, then train.",
                "{n} photos have changed or left the folder since the photos were scored: score "
                "again, then train.",
                count,
            )
        )
    return views


def _stored_views(
    store: ProjectStore, state: ScoredState, initial: LabelSet
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
    """Rows of the initial labels, and their views (n_rows, n_views, dim), some at a time."""
    places = {photo: row for row, photo in enumerate(initial.photo_ids)}
    for photos, views in store.embeddings.blocks_of_views(state.encoding):
        rows = np.array([places.get(photo, -1) for photo in photos], dtype=np.int64)
        known = rows >= 0
        if known.any():
            yield rows[known], views if known.all() else views[known]
