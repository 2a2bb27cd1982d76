from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.embedding import EmbeddedPhoto, UnreadableItem, embed_photos
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.encoder.views import resize_view
from cdul_app.photos.decoding import decode_photo
from tests.models.encoder_makers import TINY_RESNET, TINY_VIT, prepared_view, save_tiny_encoder
from tests.models.tiny_towers import TINY_PE, TINY_PE_BIGG, TINY_SIGLIP
from tests.photos.photo_makers import jpeg_bytes, noise

CNN = {"timm_pool": "avg", "image_size": 64}
KINDS = {
    "cnn, norm after average": {"timm_model_name": "convnext_atto", **CNN},
    "cnn without projection": {"timm_model_name": "mobilenetv2_050", "timm_proj": "", **CNN},
    "vit": TINY_VIT,
    "vit, average of patches": {**TINY_VIT, "pool_type": "avg"},
    "vit, norm after average": {**TINY_VIT, "pool_type": "avg", "final_ln_after_pool": True},
    "resnet": TINY_RESNET,
    "siglip's attention pool": TINY_SIGLIP,
    "perception encoder": TINY_PE,
    "perception encoder without a class token": TINY_PE_BIGG,
}


def load(identifier: str) -> Encoder:
    return load_encoder(identifier, device=torch.device("cpu"))


@pytest.fixture(params=list(KINDS), ids=list(KINDS))
def encoder(request: pytest.FixtureRequest, tmp_path: Path) -> Encoder:
    return load(save_tiny_encoder(tmp_path / "encoder", KINDS[request.param]))


@pytest.fixture
def small_encoder(small_encoder_dir: Path) -> Encoder:
    return load(f"local-dir:{small_encoder_dir}")


def pictures(count: int, height: int, width: int) -> torch.Tensor:
    """(count, height, width, 3) uint8 whose upper half is dark and left half reddish."""
    pixels = torch.randint(
        0, 256, (count, height, width, 3), generator=torch.Generator().manual_seed(0)
    )
    pixels[:, : height // 2] //= 3
    pixels[:, :, : width // 2, 1:] //= 2
    return pixels.to(torch.uint8)


def dense(encoder: Encoder, plan: str, count: int = 2) -> tuple[np.ndarray, torch.Tensor]:
    wrapped = DenseEncoder(encoder, ViewPlan.parse(plan))
    pixels = pictures(count, wrapped.view_format.height, wrapped.view_format.width)
    return wrapped.encode_pixels(pixels), pixels


def test_a_window_that_is_the_whole_photo_is_what_the_encoder_says(encoder: Encoder):
    views, pixels = dense(encoder, "dense:1x1")
    expected = encoder.encode_pixels(pixels)
    for view in range(2):  # the whole photo, and the one snippet that is the whole photo
        np.testing.assert_allclose(views[:, view], expected, atol=1e-3)


@pytest.mark.parametrize("plan", ["dense:3x3", "dense@2:2x2+3x3half", "dense@1.5:2x3"])
def test_every_view_is_a_unit_vector_and_knows_its_place(encoder: Encoder, plan: str):
    views, pixels = dense(encoder, plan)
    assert views.shape == (2, ViewPlan.parse(plan).view_count, encoder.dimension)
    assert views.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(views, axis=-1), 1, atol=1e-4)
    one_by_one = [DenseEncoder(encoder, ViewPlan.parse(plan)).encode_pixels(pixels[:1])]
    np.testing.assert_allclose(views[:1], np.concatenate(one_by_one), atol=1e-4)
    # Mirroring top and bottom changes the snippets: they are not all the mean of the photo.
    assert np.ptp(views[0, 1:], axis=0).max() > 1e-3


def test_a_larger_input_keeps_the_whole_photos_vector(encoder: Encoder):
    views, pixels = dense(encoder, "dense@2:2x2")
    small = np.stack([resize_view(each.numpy(), encoder.view_format) for each in pixels])
    expected = encoder.encode_pixels(torch.from_numpy(small))
    np.testing.assert_allclose(views[:, 0], expected, atol=1e-5)


@pytest.mark.parametrize("plan", ["dense:2x2", "dense@2:3x3half"])
def test_half_precision_changes_little(encoder: Encoder, plan: str):
    exact, _ = dense(encoder, plan)
    encoder.model.visual.to(torch.bfloat16)
    views, _ = dense(replace(encoder, number_type=torch.bfloat16), plan)
    assert (views * exact).sum(axis=-1).min() > 0.99


def test_batches_hold_as_many_pixels_as_they_do_of_views(encoder: Encoder):
    twice = DenseEncoder(encoder, ViewPlan.parse("dense@2:3x3"))
    assert twice.batch_of(16) == 4
    assert twice.batch_of(1) == 1
    assert DenseEncoder(encoder, ViewPlan.parse("dense:3x3")).batch_of(16) == 16


def test_the_cnn_pools_its_map_exactly(tmp_path: Path, drawn_photos_dir: Path):
    """Snippets made by hand: projection at every location, mean, unit length."""
    tower = {
        "timm_model_name": "mobilenetv2_050", "timm_pool": "avg", "timm_proj": "linear",
        "timm_proj_bias": True, "image_size": 224,
    }  # fmt: skip
    cnn = load(save_tiny_encoder(tmp_path / "cnn", tower))
    photo = decode_photo(sorted((drawn_photos_dir / "scenes").iterdir())[0])
    pixels = torch.from_numpy(resize_view(np.asarray(photo), cnn.view_format))[None]
    views = DenseEncoder(cnn, ViewPlan.parse("dense:1x1+7x7")).encode_pixels(pixels)[0]
    np.testing.assert_allclose(views[0], cnn.encode_pixels(pixels)[0], atol=1e-3)
    visual = cnn.model.visual
    with torch.inference_mode():
        features = visual.trunk.forward_features(prepared_view(cnn, photo)[None])
        projected = visual.head(features[0].flatten(1).T).numpy()  # (49, dimension)
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    np.testing.assert_allclose(views[2:], projected, atol=1e-3)


def test_snippets_find_what_lies_in_them(small_encoder: Encoder, drawn_photos_dir: Path):
    """Two photos side by side: each half says what its own photo says."""
    chosen = sorted((drawn_photos_dir / "scenes").iterdir())[:6:3]
    halves = [resize_view(np.asarray(decode_photo(p)), small_encoder.view_format) for p in chosen]
    narrow = replace(small_encoder.view_format, width=small_encoder.view_format.width // 2)
    both = np.concatenate([resize_view(half, narrow) for half in halves], axis=1)
    encoder = DenseEncoder(small_encoder, ViewPlan.parse("dense:1x2"))
    _, left, right = encoder.encode_pixels(torch.from_numpy(both[None]))[0]
    first, second = small_encoder.encode_pixels(torch.from_numpy(np.stack(halves)))
    assert left @ first > right @ first
    assert right @ second > left @ second


@pytest.mark.parametrize(
    "vision",
    [
        {"timm_model_name": "vit_tiny_patch16_224", "timm_pool": "token", "image_size": 224},
        {**TINY_VIT, "attentional_pool": True, "attn_pooler_heads": 2},
    ],
    ids=["timm's vit", "attentional pool"],
)
def test_other_towers_are_refused_with_a_sentence(tmp_path: Path, vision: dict):
    encoder = load(save_tiny_encoder(tmp_path / "encoder", vision))
    with pytest.raises(EncoderError, match=r"“paper”, which works with every encoder"):
        DenseEncoder(encoder, ViewPlan.parse("dense:3x3"))
    (tmp_path / "photo.jpg").write_bytes(jpeg_bytes(noise(60, 50)))
    photos = [(1, tmp_path / "photo.jpg")]
    with pytest.raises(EncoderError, match="in one pass"):
        list(embed_photos(encoder, photos, ViewPlan.parse("dense:3x3")))
    (result,) = embed_photos(encoder, photos, ViewPlan.parse("3x3"))
    assert isinstance(result, EmbeddedPhoto)


def test_a_plan_of_separate_views_has_no_dense_pass(encoder: Encoder):
    with pytest.raises(ValueError, match="no dense pass"):
        DenseEncoder(encoder, ViewPlan.parse("3x3"))


@pytest.mark.parametrize("plan", ["dense:3x3", "dense@2:3x3half"])
@pytest.mark.parametrize("batch_size", [None, 1, 5])
def test_photos_from_files(tmp_path: Path, plan: str, batch_size: int | None):
    encoder = load("demo")
    photos = []
    for index in range(7):
        path = tmp_path / f"{index}.jpg"
        path.write_bytes(jpeg_bytes(noise(300 + 10 * index, 200, seed=index)))
        photos.append((index, path))
    photos[2][1].write_bytes(b"no photo")
    results = list(embed_photos(encoder, photos, ViewPlan.parse(plan), batch_size=batch_size))
    assert [result.key for result in results] == list(range(7))
    assert isinstance(results[2], UnreadableItem)
    one_encoder = DenseEncoder(encoder, ViewPlan.parse(plan))
    for result, (_, path) in zip(results, photos, strict=True):
        if not isinstance(result, EmbeddedPhoto):
            continue
        assert result.views.shape == (ViewPlan.parse(plan).view_count, encoder.dimension)
        assert result.views.dtype == np.float16
        wanted = one_encoder.view_format
        decoded = decode_photo(path, smallest=(wanted.width, wanted.height))
        squashed = resize_view(np.asarray(decoded), wanted)
        expected = one_encoder.encode_pixels(torch.from_numpy(squashed[None]))[0]
        np.testing.assert_allclose(result.views, expected, atol=2e-3)
