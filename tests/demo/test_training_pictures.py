"""The encoder's training pictures: what a caption claims is true of its picture."""

import numpy as np
import pytest

from cdul_app.demo.objects import CLASS_NAMES
from cdul_app.demo.training_pictures import EMPTY, Facts, PictureMaker, write_caption


def test_a_caption_fits_what_it_claims_and_no_more():
    picture = Facts("cat", "grey", "large", "room")
    assert Facts("cat").claims_only(picture)
    assert Facts("cat", colour="grey", background="room").claims_only(picture)
    assert Facts(None, background="room").claims_only(picture)
    assert not Facts("dog").claims_only(picture)
    assert not Facts("cat", colour="black").claims_only(picture)
    assert not Facts("cat", size="small").claims_only(picture)


def test_captions_name_what_they_claim():
    random = np.random.default_rng(0)
    picture = Facts("umbrella", "red", "small", "beach")
    for _ in range(200):
        caption, claimed = write_caption(picture, random)
        assert claimed.claims_only(picture)
        for word in (claimed.class_name, claimed.colour, claimed.size, claimed.background):
            assert word is None or word in caption
        assert "an red" not in caption
        assert "umbrellan" not in caption


def test_a_picture_without_a_background_is_refused():
    with pytest.raises(ValueError, match="background"):
        write_caption(Facts("cat"), np.random.default_rng(0))


def test_batches_mix_classes_evenly_and_repeat_for_a_seed():
    def make():
        maker = PictureMaker(
            np.random.default_rng(1), side=32, drawings_per_class=1, backgrounds_per_kind=1
        )
        return maker.make_batch(35)

    first, again = make(), make()
    assert first.captions == again.captions
    assert np.array_equal(first.pixels, again.pixels)
    assert first.pixels.shape == (35, 32, 32, 3)
    assert first.fits.shape == (35, 35)
    assert first.fits.diagonal().all()
    counts = np.bincount(first.class_indices, minlength=len(CLASS_NAMES) + 1)
    assert counts.tolist() == [2] * len(CLASS_NAMES) + [3]
    same = first.class_indices[:, None] == first.class_indices[None, :]
    claims_a_class = np.array([not caption.startswith("a place") for caption in first.captions])
    assert not (first.fits & ~same)[:, claims_a_class].any()
    assert EMPTY not in CLASS_NAMES
