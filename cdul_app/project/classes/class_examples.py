"""Classes that photos of the project describe; their embeddings are kept like those of prompts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.examples import NO_WORDS, example_paths, words_of
from cdul_app.language import tr
from cdul_app.method.example_classes import example_embedding
from cdul_app.project.labels.scored_state import class_embedding_matrix
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding

_PHOTOS_COMPARED = 500  # of a collection, with all their views: some MB

Prompts = tuple[str, ...]


def keep_example_embeddings(
    store: ProjectStore, encoding: Encoding, prompts: Sequence[Prompts]
) -> list[str]:
    """Work out the embeddings of the classes among `prompts` that have photos, from the photos that
    are encoded by now; until one is, the words describe the class.  Those of all words are stored.

    Returns the paths of photos that are not there.
    """
    described = [each for each in prompts if example_paths(each)]
    if not described:
        return []
    photos = {photo.path: photo.identifier for photo in store.photos.all()}
    texts = [words_of(each) for each in prompts]
    words = class_embedding_matrix(store, encoding, texts)
    collection = _some_views(store, encoding)
    found, absent = {}, []
    for each in described:
        views = []
        for path in example_paths(each):
            stored = (
                store.embeddings.views_of_photo(encoding, photos[path]) if path in photos else None
            )
            if stored is None:
                absent.append(path)
            else:
                views.append(stored)
        vector = words[texts.index(words_of(each))]
        if views:
            shown = example_embedding(np.stack(views), collection, words).astype(np.float32)
            vector = shown if NO_WORDS in each else (shown + vector) / 2
        found[each] = vector
    store.embeddings.add_prompt_embeddings(encoding.encoder_key, found)
    return absent


def absent_sentence(absent: Sequence[str]) -> str:
    """Empty where all are there."""
    if not absent:
        return ""
    return tr(
        "Of the photos that describe classes, {count} cannot be found or read, among them "
        "“{first}”: such a class goes by its other photos and its words. Change it in the "
        "list of classes.",
        count=len(absent),
        first=absent[0],
    )


def _some_views(store: ProjectStore, encoding: Encoding) -> NDArray[np.float16]:
    """(n_photos, n_views, dimension), evenly over the encoded photos of the folder."""
    photos = [photo for photo, _ in store.embeddings.encoded_photos(encoding)]
    chosen = photos[:: max(1, len(photos) // _PHOTOS_COMPARED)]
    views = [store.embeddings.views_of_photo(encoding, photo) for photo in chosen]
    known = [each for each in views if each is not None]
    shape = (0, encoding.plan.view_count, encoding.dimension)
    return np.stack(known) if known else np.zeros(shape, dtype=np.float16)
