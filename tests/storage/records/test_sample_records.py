"""Random samples for label reports, kept as they were drawn."""

import numpy as np

from cdul_app.measures.sample_design import draw_design
from tests.storage.store_helpers import add_classes, add_photos


def test_a_design_is_read_as_it_was_drawn_and_follows_the_photos(store):
    photos = np.array(add_photos(store, 30), dtype=np.int64)
    (first, second) = add_classes(store, "cat", "dog")
    design = draw_design(np.linspace(0, 1, 30), 0.5, seed=1)
    store.samples.add(first, photos, design)
    again = store.samples.read(first, photos)
    assert np.array_equal(again.bands, design.bands)
    assert np.array_equal(again.ranks, design.ranks)
    assert store.samples.read(second, photos) is None

    turned = store.samples.read(first, np.append(photos[::-1][5:], 10_000))
    assert np.array_equal(turned.bands[:-1], design.bands[::-1][5:])
    assert turned.bands[-1] == -1  # came later


def test_a_new_sample_takes_the_place_of_an_earlier_one(store):
    photos = np.array(add_photos(store, 30), dtype=np.int64)
    (identifier,) = add_classes(store, "cat")
    for seed in (1, 2):
        design = draw_design(np.linspace(0, 1, 30), 0.5, seed=seed)
        store.samples.add(identifier, photos, design)
    assert np.array_equal(store.samples.read(identifier, photos).ranks, design.ranks)
