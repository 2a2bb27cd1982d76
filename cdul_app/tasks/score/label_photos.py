"""From stored embeddings to initial pseudo labels: one matrix product, no photo is touched."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from cdul_app.classes.class_checks import Pair, alike_on_photos
from cdul_app.events import Events, PhotosLabelled, Progressed, Started
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.aggregation import aggregate_extremes, combine_global_local
from cdul_app.method.arrays import FloatArray
from cdul_app.method.similarity import RANKING_SOFTENING, class_similarities, view_cosines
from cdul_app.models.read_ahead import iterate_ahead, read_ahead
from cdul_app.project.classes.class_warnings import ALIKE_SETTING
from cdul_app.project.labels.class_thresholds import (
    carry_thresholds_over,
    read_shown_labels,
    set_automatic_thresholds,
)
from cdul_app.project.labels.label_matrices import label_matrix
from cdul_app.project.labels.scored_state import ScoredState, read_scored_state, write_scored_state
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.run_records import TRAIN
from cdul_app.tasks.score.growing_sets import GrowingSets
from cdul_app.tasks.score.label_temperature import with_label_temperature

SCORES_PER_CHUNK = 2_000_000  # of all views and classes: 8 MB, and a few copies
MOST_PHOTOS_PER_CHUNK = 256  # what is worked out of their views stays in the processor's cache
_THREADS = 2  # beside the one that reads and the one that writes
_BLOCKS_AHEAD, _SCORES_AHEAD = 4, 6  # blocks: a thread may wait milliseconds for its turn
SAMPLE_ROWS = 2000
MOST_ALIKE_STORED = 200
SCORED_KINDS = (
    LabelKind.GLOBAL,
    LabelKind.LOCAL_MAX,
    LabelKind.AGGREGATED,
    LabelKind.INITIAL,
    LabelKind.RANKING,
    LabelKind.PSEUDO,
)

Block = tuple[list[int], NDArray[np.float16]]  # photos, and their views or the first of them
LabelScores = dict[LabelKind, NDArray[np.float32]]  # (n_photos, n_classes) each


@dataclass(frozen=True)
class LabelledPhotos:
    count: int
    sample: NDArray[np.float32]  # (n_sampled, n_classes) global scores of some, of classes alone
    alike: list[Pair]  # classes that the photos do not tell apart


def label_photos(
    store: ProjectStore, state: ScoredState, *, run_id: int, words: NDArray[np.float32]
) -> Events[LabelledPhotos]:
    """Stage 1 for all photos that are encoded: write the label sets, seen all at once when the
    last photo is done.  Where no photo is encoded the earlier labels stay as they are.

    words : (n_words, dimension), texts of other things, beside which classes are compared with
    each other.
    """
    yield Started(tr("Computing labels"), store.photos.count())
    earlier = read_scored_state(store)
    state = _at_temperature(store, state, earlier)
    is_other_scale = earlier is not None and earlier.temperature != state.temperature
    moved = read_shown_labels(store) if is_other_scale else None
    refined = _RefinedLabels(store, state)
    compared = np.concatenate([state.class_embeddings, words])
    runs = dict.fromkeys(SCORED_KINDS, run_id)
    if refined.run_id is not None:
        runs[LabelKind.PSEUDO] = refined.run_id
    same = _same_scores(state, refined=refined.run_id is not None)
    sets = GrowingSets(store.labels, state.class_ids, runs, same)
    cosines: list[NDArray[np.float32]] = []  # of a sample of whole photos, classes then words
    count = 0
    # All cores are busy: numpy's own threads would wait for each other, in turns of the processor.
    with threadpool_limits(1, user_api="blas"):
        for photo_ids, whole, scores in _scored_blocks(store, state):
            scores[LabelKind.PSEUDO] = refined.keep(photo_ids, scores[LabelKind.INITIAL])
            sets.add(photo_ids, scores)
            if count < SAMPLE_ROWS:
                cosines.append(view_cosines(whole, compared).astype(np.float32))
            count += len(photo_ids)
            yield Progressed(count)
    if not sets.finish():
        return LabelledPhotos(0, np.empty((0, len(state.class_ids)), dtype=np.float32), [])
    write_scored_state(store, state)
    if moved is not None:
        carry_thresholds_over(store, moved)
    set_automatic_thresholds(store)
    of_classes, of_words = np.split(np.concatenate(cosines), [len(state.class_ids)], axis=1)
    alike = alike_on_photos(of_classes, of_words)
    # Classes that rise and fall together, for the terminal and the class editor.
    ids = state.class_ids
    stored = [(ids[first], ids[second], value) for first, second, value in alike]
    store.settings.set(ALIKE_SETTING, stored[:MOST_ALIKE_STORED])
    sample = class_similarities(of_classes, temperature=state.own_temperature)
    return LabelledPhotos(count, sample.astype(np.float32), alike)


def first_labels(
    photos: Sequence[tuple[int, NDArray[np.float16]]], state: ScoredState
) -> PhotosLabelled:
    """Of (photo, views (n_views, dimension)), what they will be stored with."""
    scores = _scores(np.stack([views for _, views in photos]), state)[LabelKind.INITIAL]
    return PhotosLabelled(tuple(photo for photo, _ in photos), state.class_ids, scores)


def _scored_blocks(
    store: ProjectStore, state: ScoredState
) -> Generator[tuple[*Block, LabelScores], None, None]:
    """Photos, their first views (n_photos, dimension) and their scores, some at a time: one thread
    reads what follows and others compute, while the caller writes what came before."""

    def blocks() -> Generator[Block, None, None]:
        with ProjectStore(store.file, durable=False) as reader:
            yield from reader.embeddings.blocks_of_views(state.encoding, _block_size(state))

    def scored(block: Block) -> tuple[*Block, LabelScores]:
        photo_ids, views = block
        return photo_ids, views[:, 0].copy(), _scores(views, state)  # else all views wait with it

    with (
        closing(iterate_ahead(blocks, ahead=_BLOCKS_AHEAD)) as coming,
        closing(read_ahead(scored, coming, threads=_THREADS, ahead=_SCORES_AHEAD)) as done,
    ):
        yield from done


def _block_size(state: ScoredState) -> int:
    """Photos at once."""
    scores_each = state.encoding.plan.view_count * len(state.class_ids)
    return min(MOST_PHOTOS_PER_CHUNK, max(1, SCORES_PER_CHUNK // scores_each))


def _scores(views: NDArray[np.float16], state: ScoredState) -> dict[LabelKind, NDArray[np.float32]]:
    """views : (n_photos, 1 + n_snippets, dimension)."""
    zeta = state.config.zeta
    cosines = view_cosines(views, state.class_embeddings)
    shown = class_similarities(cosines, temperature=state.temperature)
    seen = maximum = shown[:, 1:].max(axis=-2)
    if zeta and state.temperature != state.own_temperature:
        # zeta asks whether some snippet shows the class, which the sharp scores tell.
        sharp = class_similarities(cosines, temperature=state.own_temperature)
        seen = sharp[:, 1:].max(axis=-2)
    aggregated = _aggregated(shown, maximum, seen, zeta)
    initial = ranking = combine_global_local(shown[:, 0], aggregated)
    if (softer := _ranking_temperature(state)) != state.temperature:
        soft = class_similarities(cosines, temperature=softer)
        soft_aggregated = _aggregated(soft, soft[:, 1:].max(axis=-2), seen, zeta)
        ranking = combine_global_local(soft[:, 0], soft_aggregated)
    scores = {
        LabelKind.GLOBAL: shown[:, 0].copy(),  # else all views' scores wait with it
        LabelKind.LOCAL_MAX: maximum,
        LabelKind.AGGREGATED: aggregated,
        LabelKind.RANKING: ranking,
        LabelKind.INITIAL: initial,
    }
    return {kind: values.astype(np.float32, copy=False) for kind, values in scores.items()}


def _aggregated(
    views: FloatArray, maximum: FloatArray, seen: FloatArray, zeta: float
) -> FloatArray:
    """views : (n_photos, 1 + n_snippets, n_classes) similarities; maximum, seen : see
    `aggregate_extremes`.  At zeta 0 the minimum is never taken, and not looked for."""
    if not zeta:
        return maximum
    return aggregate_extremes(maximum, views[:, 1:].min(axis=-2), zeta=zeta, seen=seen)


def _ranking_temperature(state: ScoredState) -> float:
    return max(state.temperature, state.own_temperature * RANKING_SOFTENING)


def _same_scores(state: ScoredState, *, refined: bool) -> dict[LabelKind, LabelKind]:
    """Kinds whose scores are those of another one."""
    same = {} if refined else {LabelKind.PSEUDO: LabelKind.INITIAL}
    if not state.config.zeta:
        same[LabelKind.AGGREGATED] = LabelKind.LOCAL_MAX
    if _ranking_temperature(state) == state.temperature:
        same[LabelKind.RANKING] = LabelKind.INITIAL
    return same


class _RefinedLabels:
    """Pseudo labels that a training has moved, kept for photos whose initial ones are the same."""

    def __init__(self, store: ProjectStore, state: ScoredState) -> None:
        self.run_id: int | None = None  # the training's, None where nothing is kept
        if not _is_refined(store) or not _same(read_scored_state(store), state):
            return
        initial, pseudo = store.labels.read(LabelKind.INITIAL), store.labels.read(LabelKind.PSEUDO)
        if not initial or not pseudo:
            return
        self.run_id = pseudo.run_id
        self._rows = {photo: row for row, photo in enumerate(initial.photo_ids)}
        unknown = np.full((1, len(state.class_ids)), np.nan, dtype=np.float32)
        refined = label_matrix(pseudo, initial.photo_ids, state.class_ids)
        self._before = np.concatenate([initial.scores, unknown])  # row -1: a photo without
        self._refined = np.concatenate([refined, unknown])

    def keep(self, photo_ids: list[int], initial: NDArray[np.float32]) -> NDArray[np.float32]:
        """initial : (n_photos, n_classes).  Returns the same shape."""
        if self.run_id is None:
            return initial
        rows = [self._rows.get(photo, -1) for photo in photo_ids]
        refined = self._refined[rows]
        kept = np.isclose(self._before[rows], initial, atol=1e-5) & ~np.isnan(refined)
        return np.where(kept.all(axis=1, keepdims=True), refined, initial)


def _at_temperature(
    store: ProjectStore, state: ScoredState, earlier: ScoredState | None
) -> ScoredState:
    """The scoring at the temperature of its labels: where a training has refined the labels of the
    same scoring it stays as it was, else a few new photos could make them worthless."""
    if (
        earlier is not None
        and (earlier.config.temperature, earlier.own_temperature)
        == (state.config.temperature, state.own_temperature)
        and _is_refined(store)
    ):
        kept = replace(state, temperature=earlier.temperature)
        if _same(earlier, kept):
            return kept
    return with_label_temperature(store, state)


def _is_refined(store: ProjectStore) -> bool:
    trainings = {run.identifier for run in store.runs.all() if run.kind == TRAIN}
    return store.labels.run_of(LabelKind.PSEUDO) in trainings


def _same(earlier: ScoredState | None, state: ScoredState) -> bool:
    """Whether two scorings give a photo the same initial pseudo labels."""
    return earlier is not None and (
        (earlier.encoding.identifier, earlier.class_ids, earlier.prompts)
        == (state.encoding.identifier, state.class_ids, state.prompts)
        and (earlier.temperature, earlier.config.zeta) == (state.temperature, state.config.zeta)
    )
