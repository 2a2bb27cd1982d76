"""Searches over eight drawn photos, scored by the real pipeline."""

import numpy as np
import pytest

from cdul_app.errors import EncoderError, ProjectError
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.paths import locate_project
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.photo_vectors import vectors_file
from cdul_app.tasks import search
from cdul_app.tasks.search import (
    MOST_REVIEWED,
    SearchCache,
    nearest_reviewed,
    search_like,
    search_words,
)
from tests.events import run_task
from tests.tasks.project_helpers import titles


def found(search):
    events, result = run_task(search)
    assert result.summary == f"Compared {len(result.photos)} photos."
    return result, events


def whole_photos(location):
    """(n_photos, dimension), by path."""
    with ProjectStore(location.database) as store:
        state = read_scored_state(store)
        photos, views = zip(*store.embeddings.views_of_photos(state.encoding), strict=True)
    vectors = np.array([each[0] for each in views], dtype=np.float32)
    return np.array(photos), vectors


def test_a_photo_is_most_like_itself(scored):
    photos, vectors = whole_photos(scored)
    result, _ = found(search_like(scored, int(photos[3]), SearchCache()))
    np.testing.assert_array_equal(result.photos, photos)
    assert result.similarities.argmax() == 3
    np.testing.assert_allclose(result.similarities, vectors @ vectors[3], atol=2e-3)


def test_the_name_of_a_class_ranks_as_its_scores_do_and_needs_no_encoder(scored):
    shelf = SearchCache()
    with ProjectStore(scored.database) as store:
        state = read_scored_state(store)
        names = {record.identifier: record.name for record in store.classes.all()}
        scores = store.labels.read(LabelKind.GLOBAL)
    column = int(np.argmax(scores.scores.max(axis=0)))
    name = names[scores.class_ids[column]]
    result, events = found(search_words(scored, f"  {name.upper()} ", shelf))
    assert shelf.reader is None
    assert titles(events) == ["Preparing the search"]
    assert vectors_file(scored.database).is_file()
    _, vectors = whole_photos(scored)
    place = list(state.class_ids).index(scores.class_ids[column])
    np.testing.assert_allclose(
        result.similarities, vectors @ state.class_embeddings[place], atol=2e-3
    )


def test_new_words_are_encoded_once(scored):
    shelf = SearchCache()
    first, events = found(search_words(scored, "a street with cars", shelf))
    assert titles(events) == ["Loading the encoder", "Preparing the search"]
    reader = shelf.reader
    other, events = found(search_words(scored, "an empty room", shelf))
    assert titles(events) == []
    assert shelf.reader is reader
    assert not np.array_equal(first.similarities, other.similarities)
    again, events = found(search_words(scored, "a  street with cars", SearchCache()))
    assert titles(events) == []  # stored, as the copy of the vectors is
    np.testing.assert_array_equal(again.similarities, first.similarities)


def test_novelty_is_about_the_reviewed_photos(scored):
    photos, vectors = whole_photos(scored)
    result, _ = found(nearest_reviewed(scored, photos[[2, 5]], SearchCache()))
    expected = (vectors @ vectors[[2, 5]].T).max(axis=1)
    np.testing.assert_allclose(result.similarities, expected, atol=2e-3)
    assert set(np.argsort(-result.similarities)[:2]) == {2, 5}
    none, _ = found(nearest_reviewed(scored, np.array([], dtype=np.int64), SearchCache()))
    mean = vectors.mean(axis=0)
    np.testing.assert_allclose(none.similarities, vectors @ mean / np.linalg.norm(mean), atol=2e-3)
    assert len(photos) < MOST_REVIEWED


def test_what_cannot_be_searched_is_told(scored, photo_folder):
    with pytest.raises(ProjectError, match="Label the photos first"):
        list(search_words(locate_project(photo_folder), "a dog", SearchCache()))
    with pytest.raises(ProjectError, match="Write what you are looking for"):
        list(search_words(scored, "   ", SearchCache()))
    with pytest.raises(ProjectError, match="longer than 2,000 characters"):
        list(search_words(scored, "a " * 1001, SearchCache()))
    with pytest.raises(ProjectError, match="Nothing is stored of this photo"):
        list(search_like(scored, 10**6, SearchCache()))


def test_other_weights_under_the_same_name_are_told(scored):
    with ProjectStore(scored.database) as store:
        store.embeddings._database.conn.execute("UPDATE encodings SET encoder_key = 'older'")
        store.embeddings._database.conn.execute(
            "UPDATE prompt_embeddings SET encoder_key = 'older'"
        )
        store.embeddings._database.conn.commit()
    with pytest.raises(EncoderError, match="score them again"):
        list(search_words(scored, "something new", SearchCache()))


def test_of_very_many_reviewed_photos_some_are_compared_with(scored, monkeypatch):
    photos, _ = whole_photos(scored)
    monkeypatch.setattr(search, "MOST_REVIEWED", 2)
    result, _ = found(nearest_reviewed(scored, photos[:6], SearchCache()))
    assert (result.similarities > 0.999).sum() == 2
