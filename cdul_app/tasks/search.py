"""Searching the photos by words or by a photo: cosines with what the encoder saw."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import MAX_PROMPT_LENGTH, name_key
from cdul_app.classes.class_spelling import fill_template
from cdul_app.errors import ProjectError, in_words
from cdul_app.events import Events, Progressed, Started, TaskResult, follow
from cdul_app.language import tr, translatable
from cdul_app.method.arrays import FloatArray
from cdul_app.method.half_vectors import half_products
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.photos.pixels.small_pictures import look_alike, small_picture
from cdul_app.project.classes.class_texts import TextReader, encode_texts, take_known_texts
from cdul_app.project.labeling.kept_encodings import open_shared_cache
from cdul_app.project.labels.scored_state import ScoredState, read_scored_state
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.photo_vectors import PhotoVectors, open_vectors, write_vectors
from cdul_app.tasks.score.needed_encoder import known_encoder, text_half

NOTHING_STORED = translatable(
    "Label the photos first: a search compares what the encoder saw, and nothing is stored yet."
)
_COMPARED_AT_ONCE = 1024  # photos with as many others
_PICTURES_KEPT = 4096
_FEWEST_TO_TELL_APART = 16  # of fewer it is not known how photos differ
MOST_REVIEWED = 1000  # reviewed photos that others are compared with; of more, a random sample


@dataclass(frozen=True)
class Similarities(TaskResult):
    """Cosines of photos with what was looked for."""

    photos: NDArray[np.int64]  # (n_photos,) identifiers, by path
    similarities: NDArray[np.float32]  # (n_photos,) in [-1, 1]


@dataclass(frozen=True, eq=False)
class NearDuplicates(TaskResult):
    """Photos that show the same: copies in another size or quality, and shots of one moment."""

    photos: NDArray[np.int64]  # (n_photos,) identifiers, by path
    groups: NDArray[np.float32]  # (n_photos,) place of the group's first photo, NaN where alone


Search = Events[Similarities]


class SearchCache:
    """What one search leaves for the next one: the vectors' place and what reads texts.

    Used by one thread at a time.
    """

    def __init__(self) -> None:
        self.vectors: PhotoVectors | None = None
        self.reader: TextReader | None = None

    def forget_vectors(self) -> None:
        """Photos or their embeddings have changed."""
        self.vectors = None


def search_words(location: ProjectLocation, words: str, cache: SearchCache) -> Search:
    """Photos by their likeness to a text, as the encoder of the last scoring sees both.

    The text counts as it was typed and in each of the project's prompts, averaged; the name of a
    class counts as that class's prompts do.  The encoder is loaded only for words that are new to
    the project.  Raises UserError.
    """
    with _opened(location) as store:
        state = _scored(store)
        prompts = _prompts(store, state, words)
        known = store.embeddings.prompt_embeddings(state.encoding.encoder_key, [prompts])
        if prompts not in known:
            yield from _encode(store, state, prompts, cache)
            known = store.embeddings.prompt_embeddings(state.encoding.encoder_key, [prompts])
        return (yield from _compare(store, location, state, known[prompts][None, :], cache))


def search_like(location: ProjectLocation, photo: int, cache: SearchCache) -> Search:
    """Photos by their likeness to one of them.  Raises UserError where it is not encoded."""
    with _opened(location) as store:
        state = _scored(store)
        views = store.embeddings.views_of_photo(state.encoding, photo)
        if views is None:
            raise ProjectError(tr("Nothing is stored of this photo yet: label the photos first."))
        like = views[:1].astype(np.float32)
        return (yield from _compare(store, location, state, like, cache))


def nearest_reviewed(
    location: ProjectLocation, reviewed: NDArray[np.int64], cache: SearchCache
) -> Search:
    """Each photo's highest cosine with one of those that were `reviewed` (identifiers).

    Where there is none yet, its cosine with the mean of all photos: what is unlike the rest is
    new as well.  Raises UserError.
    """
    with _opened(location) as store:
        state = _scored(store)
        vectors = yield from _vectors(store, location, state, cache)
        rows = np.flatnonzero(np.isin(vectors.photos, reviewed))
        if len(rows) > MOST_REVIEWED:
            rows = np.sort(np.random.default_rng(0).choice(rows, MOST_REVIEWED, replace=False))
        others = _rows(vectors, rows) if rows.size else _mean(vectors)
        return (yield from _compare(store, location, state, others, cache))


def near_duplicates(location: ProjectLocation, cache: SearchCache) -> Events[NearDuplicates]:
    """Photos that another one looks like: what the encoder saw finds who may, and small pictures
    of these decide.  Raises UserError."""
    with _opened(location) as store:
        vectors = yield from _vectors(store, location, _scored(store), cache)
        paths = {photo.identifier: photo.path for photo in store.photos.all()}
    files = [photo_file(location.folder, paths.get(photo, "")) for photo in vectors.photos.tolist()]
    told_apart, limit = _told_apart(vectors)
    count = len(told_apart)
    first = np.arange(count)  # of each photo a like one, towards the first of its group
    picture = lru_cache(maxsize=_PICTURES_KEPT)(lambda place: small_picture(files[place]))

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = int(first[place])
        return place

    yield Started(tr("Comparing photos"), count)
    for start in range(0, count, _COMPARED_AT_ONCE):
        some = told_apart[start : start + _COMPARED_AT_ONCE]
        for begin in range(start, count, _COMPARED_AT_ONCE):
            cosines = told_apart[begin : begin + _COMPARED_AT_ONCE] @ some.T
            if begin == start:
                cosines = np.tril(cosines, -1)
            # The likest one of each is enough, and bounds what thousands of copies would take.
            for row, column in _likest(cosines, limit):
                one, other = sorted((root(begin + row), root(start + column)))
                if one != other and look_alike(picture(begin + row), picture(start + column)):
                    first[other] = one
            yield Progressed(min(count, start + _COMPARED_AT_ONCE), count)
    groups = np.array([root(place) for place in range(count)], dtype=np.int64)
    alone = np.bincount(groups, minlength=count)[groups] == 1
    return NearDuplicates(
        tr("Compared {photos} photos.", photos=count),
        vectors.photos,
        np.where(alone, np.nan, groups).astype(np.float32),
    )


def _likest(cosines: NDArray[np.float32], limit: float) -> list[tuple[int, int]]:
    """Of each row and each column the highest cosine that reaches the limit."""
    rows = np.flatnonzero(cosines.max(axis=1) >= limit)
    columns = np.flatnonzero(cosines.max(axis=0) >= limit)
    pairs = {
        *zip(rows.tolist(), cosines[rows].argmax(axis=1).tolist(), strict=True),
        *zip(cosines[:, columns].argmax(axis=0).tolist(), columns.tolist(), strict=True),
    }
    return sorted(pairs)


def _told_apart(vectors: PhotoVectors) -> tuple[NDArray[np.float32], float]:
    """(n_photos, axes) unit, and the cosine from which two photos are near-duplicates.

    What all photos of a folder have in common says nothing of copies: the vectors are taken along
    the axes on which these photos differ most, each with the same weight.
    """
    count = len(vectors.photos)
    everything = np.empty((count, vectors.dimension), dtype=np.float32)
    for rows, block in vectors.blocks():
        everything[rows] = block
    if count < _FEWEST_TO_TELL_APART:
        return everything, 0.99
    everything -= everything.mean(axis=0)
    axes = max(4, min(64, count // 4))
    variances, directions = np.linalg.eigh(everything.T @ everything / count)
    scale = np.sqrt(np.maximum(variances[-axes:], 1e-12))
    along = everything @ (directions[:, -axes:] / scale)
    lengths = np.linalg.norm(along, axis=1, keepdims=True)
    return np.asarray(along / np.maximum(lengths, 1e-12), dtype=np.float32), 0.6


def _opened(location: ProjectLocation) -> ProjectStore:
    if not location.database.exists():
        raise ProjectError(tr(NOTHING_STORED))
    return ProjectStore(location.database)


def _scored(store: ProjectStore) -> ScoredState:
    state = read_scored_state(store)
    if state is None:
        raise ProjectError(tr(NOTHING_STORED))
    return state


def _prompts(store: ProjectStore, state: ScoredState, words: str) -> tuple[str, ...]:
    text = " ".join(words.split())
    if not text:
        raise ProjectError(tr("Write what you are looking for, as “a dog on a beach”."))
    if len(text) > MAX_PROMPT_LENGTH:
        raise ProjectError(
            tr(
                "What you are looking for is longer than {most} characters: shorten it.",
                most=MAX_PROMPT_LENGTH,
            )
        )
    names = {record.identifier: name_key(record.name) for record in store.classes.all()}
    for identifier, prompts in zip(state.class_ids, state.prompts, strict=True):
        if names.get(identifier) == name_key(text):
            return prompts
    filled = (fill_template(template, text) for template in state.config.prompt_templates)
    return tuple(dict.fromkeys((text, *filled)))


def _encode(
    store: ProjectStore, state: ScoredState, prompts: tuple[str, ...], cache: SearchCache
) -> Events[None]:
    identifier, key = state.config.encoder, state.encoding.encoder_key
    with open_shared_cache() as shared:
        if not take_known_texts(store, shared, key, state.encoding.dimension, [prompts]):
            return
        reader = cache.reader
        if reader is None or reader.key != key:
            yield Started(tr("Loading the encoder"), unit="")
            known = known_encoder(identifier, shared)
            if known is not None and known.key == key:
                reader = text_half(identifier, known)
            if reader is None or reader.key != key:
                reader = _whole_encoder(identifier, key)
            cache.reader = reader
        follow(encode_texts(store, shared, reader, [prompts], device=""), lambda _: None)


def _whole_encoder(identifier: str, key: str) -> TextReader:
    from cdul_app.models.devices import choose_device
    from cdul_app.models.encoder.encoder import load_known_encoder

    return load_known_encoder(
        identifier,
        key,
        # A few words take no time on the CPU, and leave the GPU to a training that may run.
        device=choose_device("cpu"),
        made=tr("the photos were scored with"),
        remedy=tr("score them again"),
    )


def _compare(
    store: ProjectStore,
    location: ProjectLocation,
    state: ScoredState,
    others: FloatArray,
    cache: SearchCache,
) -> Search:
    """others : (n, dimension) unit; each photo's highest cosine with one of them."""
    vectors = yield from _vectors(store, location, state, cache)
    lengths = np.linalg.norm(others, axis=1, keepdims=True)
    targets = others / np.maximum(lengths, 1e-12)
    result = np.empty(len(vectors.photos), dtype=np.float32)
    for rows, block in vectors.blocks():
        result[rows] = half_products(block, targets).max(axis=1)
        if len(targets) > 1:  # else it is done before anyone could see it
            yield Progressed(rows.stop, len(vectors.photos))
    return Similarities(tr("Compared {photos} photos.", photos=len(result)), vectors.photos, result)


def _vectors(
    store: ProjectStore, location: ProjectLocation, state: ScoredState, cache: SearchCache
) -> Events[PhotoVectors]:
    if cache.vectors is not None:
        return cache.vectors
    arguments = store.embeddings, state.encoding, location.database
    vectors = open_vectors(*arguments)
    if vectors is None:
        yield Started(tr("Preparing the search"), store.photos.count())
        try:
            yield from write_vectors(*arguments)
        except OSError as error:
            raise ProjectError(
                tr(
                    "A search keeps a file beside {database}, which cannot be written ({why}): "
                    "make room or see to the folder's permissions.",
                    database=location.database,
                    why=in_words(error),
                )
            ) from error
        vectors = open_vectors(*arguments)
        if vectors is None:
            raise ProjectError(tr("Photos were scored meanwhile: search again."))
    if not len(vectors.photos):
        raise ProjectError(tr(NOTHING_STORED))
    cache.vectors = vectors
    return vectors


def _rows(vectors: PhotoVectors, wanted: NDArray[np.int64]) -> NDArray[np.float32]:
    result = np.empty((len(wanted), vectors.dimension), dtype=np.float32)
    for rows, block in vectors.blocks():
        first, last = np.searchsorted(wanted, [rows.start, rows.stop])
        result[first:last] = block[wanted[first:last] - rows.start]
    return result


def _mean(vectors: PhotoVectors) -> NDArray[np.float32]:
    """(1, dimension)."""
    total = np.zeros(vectors.dimension, dtype=np.float64)
    for _, block in vectors.blocks():
        total += block.sum(axis=0, dtype=np.float32)
    return (total / max(1, len(vectors.photos)))[None, :].astype(np.float32)
