"""What the photos of a collection teach each other: each voice alone, both, and of new photos."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.likely_errors import label_doubt
from cdul_app.measures.metrics import average_precision, macro_f1, per_class_average_precision
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.collection_refinement import (
    CollectionClassifier,
    VoiceWeights,
    distribution_knots,
    keep_distribution,
    sample_rows,
)
from cdul_app.method.evidence import view_similarities
from cdul_app.method.neighbours import ReferencePhotos, most_reference_photos, neighbour_labels
from cdul_app.method.similarity import class_similarities
from cdul_app.method.student import (
    MOST_STUDENT_PHOTOS,
    Student,
    fit_student,
    student_folds,
)
from cdul_app.paths import ProjectLocation
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.quality.sources import PhotoSource, ScoreVectors
from tests.benchmarks.quality.table import Figures, Row
from tests.measures.class_thresholds import label_free_thresholds

VIEWS = ("paper", "best")
VOICES = ("initial labels", "with neighbours", "with the student", "with both")
DRAWS = 400  # of the bootstrap over photos
TIMED = (10_000, 10, 512, 20)  # photos, views, numbers a view, classes
Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Collection:
    views: NDArray[np.float16]  # (n_photos, n_views, dim)
    texts: NDArray[np.float32]  # (n_classes, dim)
    temperature: float
    initial: Scores  # (n_photos, n_classes)
    truth: NDArray[np.int8]

    def part(self, rows: NDArray[np.int64]) -> "Collection":
        return replace(
            self, views=self.views[rows], initial=self.initial[rows], truth=self.truth[rows]
        )


@dataclass(frozen=True, eq=False)
class Taught:
    """What `tasks.train.collection` makes of a collection, in memory."""

    voices: dict[str, Scores]  # refined labels by the name of what refined them
    classifier: CollectionClassifier


def teach(collection: Collection, *, seed: int = 0) -> Taught:
    views, initial, texts = collection.views, collection.initial, collection.texts
    tau, count = collection.temperature, len(initial)
    rows = sample_rows(count, MOST_STUDENT_PHOTOS, seed=seed)
    asked = sample_rows(count, most_reference_photos(views.shape[1]), seed=seed)
    reference, own = ReferencePhotos(views[asked], initial[asked]), np.full(count, -1)
    own[asked] = np.arange(len(asked))
    folds = student_folds(len(rows), seed=seed)
    fit = fit_student(views[rows], initial[rows], texts, temperature=tau, folds=folds)
    student = Student.of(fit)
    by_student = student.scores(views, texts, temperature=tau)
    by_student[rows] = fit.out_of_fold
    by_neighbours = neighbour_labels(views, reference, own=own)
    weights = VoiceWeights.of(initial, by_neighbours, by_student)
    alone = (VoiceWeights(0.5, 0.0), VoiceWeights(0.0, 0.5), weights)
    mixed = [each.mix(initial, by_neighbours, by_student) for each in alone]
    refined = [initial, *(keep_distribution(each, initial) for each in mixed)]
    knots = distribution_knots(mixed[-1], initial)
    return Taught(
        dict(zip(VOICES, refined, strict=True)),
        CollectionClassifier(texts, tau, tau, 0.0, student, reference, weights, knots),
    )


def read_collection(location: ProjectLocation, truth_file: Path) -> Collection:
    """Of a scored project, from its stored embeddings."""
    with ProjectStore(location.database) as store:
        state = read_scored_state(store)
        assert state is not None
        ids, views = zip(*store.embeddings.views_of_photos(state.encoding), strict=True)
        paths = {photo.identifier: photo.path for photo in store.photos.all()}
        names = [record.name for record in store.classes.all()]
    rows, columns, truth = match_labels(
        read_labels(truth_file), [paths[photo] for photo in ids], names
    )
    assert (len(rows), len(columns)) == (len(ids), len(names)), "truth names them all"
    stored = np.stack(views)
    whole, local = view_similarities(stored, state.class_embeddings, temperature=state.temperature)
    initial = combine_global_local(whole, local.max(axis=-2)).astype(np.float32)
    return Collection(
        stored, state.class_embeddings, state.temperature, initial, truth.astype(np.int8)
    )


def _joined(collections: Sequence[Collection]) -> Collection:
    """Projects of the same classes as one collection: the demo's scenes come sixty at a time, and
    sixty photos teach each other little."""
    first = collections[0]
    assert all(np.array_equal(each.texts, first.texts) for each in collections)
    return replace(
        first,
        views=np.concatenate([each.views for each in collections]),
        initial=np.concatenate([each.initial for each in collections]),
        truth=np.concatenate([each.truth for each in collections]),
    )


def collection_of_vectors(vectors: ScoreVectors, temperature: float) -> Collection:
    """Published are scores and no embeddings: they are taken for embeddings of as many numbers as
    there are classes, of the whole photo and of one snippet."""
    both = np.stack([vectors.whole, vectors.best], axis=1)
    initial = class_similarities(both, temperature=temperature).mean(axis=1).astype(np.float32)
    views = both / np.linalg.norm(both, axis=-1, keepdims=True)
    texts = np.eye(both.shape[2], dtype=np.float32)
    return Collection(views.astype(np.float16), texts, temperature, initial, vectors.truth)


def collection_rows(source: PhotoSource) -> Iterator[Row]:
    """Gains are those over the initial labels of 3x3 views."""
    first: list[Scores] = []
    for views in VIEWS:
        source.score(ScoringConfig(encoder=source.encoder, views=views))
        collections = [_joined([read_collection(*project) for project in source.projects])]
        first = first or [each.initial for each in collections]
        yield from _ablation(source.name, views, collections, first, source.fewest)
        yield from _new_photos(source.name, views, collections, source.fewest)


def vector_collection_rows(vectors: ScoreVectors, temperature: float, name: str) -> Iterator[Row]:
    collection = collection_of_vectors(vectors, temperature)
    yield from _ablation(name, "paper", [collection], [collection.initial], 5)


def _ablation(
    source: str,
    views: str,
    collections: Sequence[Collection],
    first: Sequence[Scores],
    fewest: int,
) -> Iterator[Row]:
    taught, truths = [teach(each) for each in collections], [each.truth for each in collections]
    for voice in VOICES:
        labels = [each.voices[voice] for each in taught]
        figures = Figures(
            labels=float(
                np.mean([_score(t, x, fewest) for t, x in zip(truths, labels, strict=True)])
            ),
            f1=float(np.mean([_f1(t, x) for t, x in zip(truths, labels, strict=True)])),
        )
        if labels[0] is not first[0]:
            gain, low, high = gain_interval(truths, first, labels, fewest)
            figures = replace(figures, gain=gain, low=low, high=high)
        yield Row(f"collection, {views} views", voice, voice == VOICES[-1], {source: figures})
    for voice in VOICES[:: len(VOICES) - 1]:  # what doubts the labels that are shown
        found = []
        for truth, each in zip(truths, taught, strict=True):
            shown = each.voices[VOICES[-1]]
            cut = shown >= label_free_thresholds(shown)
            doubt = label_doubt(cut, each.voices[voice]).ravel()
            found.append(100 * average_precision((cut != truth).ravel().astype(int), doubt))
        figures = Figures(labels=float(np.mean(found)))
        family = f"AP of finding wrong labels, {views} views"
        yield Row(family, voice, voice == VOICES[-1], {source: figures})


def _new_photos(
    source: str, views: str, collections: Sequence[Collection], fewest: int
) -> Iterator[Row]:
    """Each half of the photos labelled by what the other half has taught; gains are those over the
    initial labels with the same views."""
    found: dict[str, list[Scores]] = {"initial": [], "student alone": [], "classifier": []}
    for collection in collections:
        halves = np.array_split(np.random.default_rng(0).permutation(len(collection.initial)), 2)
        said = {name: np.empty_like(collection.initial) for name in found}
        for half, other in (halves, halves[::-1]):
            classifier = teach(collection.part(half)).classifier
            part = collection.views[other]
            said["initial"][other] = collection.initial[other]
            said["student alone"][other] = classifier.student.scores(
                part, collection.texts, temperature=collection.temperature
            )
            said["classifier"][other] = classifier.scores(part)
        for name, scores in said.items():
            found[name].append(scores)
    truths = [each.truth for each in collections]
    for name in ("student alone", "classifier"):
        gain, low, high = gain_interval(truths, found["initial"], found[name], fewest)
        figures = Figures(
            labels=_mean_score(truths, found[name], fewest),
            gain=gain,
            low=low,
            high=high,
        )
        family = f"new photos, {views} views"
        yield Row(family, name, name == "classifier", {source: figures})


def gain_interval(
    truths: Sequence[NDArray[np.int8]],
    before: Sequence[Scores],
    after: Sequence[Scores],
    fewest: int,
) -> tuple[float, float, float]:
    """Mean over collections of the gain in mAP, and its 95 % interval by bootstrap over photos."""
    random = np.random.default_rng(0)

    def gain(rows: Sequence[NDArray[np.int64]]) -> float:
        return float(
            np.mean(
                [
                    _score(truth[some], new[some], fewest, of=truth)
                    - _score(truth[some], old[some], fewest, of=truth)
                    for truth, old, new, some in zip(truths, before, after, rows, strict=True)
                ]
            )
        )

    draws = [
        gain([random.integers(0, len(truth), len(truth)) for truth in truths]) for _ in range(DRAWS)
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return gain([np.arange(len(truth)) for truth in truths]), float(low), float(high)


def _score(
    truth: NDArray[np.int8],
    scores: Scores,
    fewest: int,
    *,
    of: NDArray[np.int8] | None = None,
) -> float:
    """mAP in per cent over the classes with at least `fewest` positives in `of`."""
    counted = (truth if of is None else of).sum(axis=0) >= fewest
    values = per_class_average_precision(truth[:, counted], scores[:, counted])
    return 100 * float(np.nanmean(values))


def _mean_score(truths: Sequence[NDArray[np.int8]], labels: Sequence[Scores], fewest: int) -> float:
    pairs = zip(truths, labels, strict=True)
    return float(np.mean([_score(truth, scores, fewest) for truth, scores in pairs]))


def _f1(truth: NDArray[np.int8], scores: Scores) -> float:
    return 100 * macro_f1(truth, scores >= label_free_thresholds(scores))


def time_row() -> Row:
    """Seconds of `teach` on generated photos; processor seconds beside them, since the machine may
    have more to do."""
    photos, views, dim, classes = TIMED
    random = np.random.default_rng(0)
    stored = np.empty((photos, views, dim), dtype=np.float16)
    for start in range(0, photos, 1000):
        part = random.standard_normal((1000, views, dim), dtype=np.float32)
        stored[start : start + 1000] = part / np.linalg.norm(part, axis=-1, keepdims=True)
    texts = stored[:classes, 0].astype(np.float32)
    initial = random.random((photos, classes), dtype=np.float32)
    collection = Collection(stored, texts, 0.01, initial, np.zeros(initial.shape, np.int8))
    begun = time.perf_counter(), time.process_time()
    teach(collection)
    seconds, busy = time.perf_counter() - begun[0], time.process_time() - begun[1]
    choice = f"{photos:,} photos x {views} views x {dim}, {classes} classes"
    figures = Figures(seconds=seconds, processor_seconds=busy)
    return Row("time of training", choice, True, {"generated": figures})
