import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import ImageOps

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.encoder.embedding import EmbeddedPhoto, UnreadableItem, embed_photos
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes
from cdul_app.models.encoder.views import ViewFormat
from cdul_app.photos.decoding import decode_photo
from tests.models.encoder_makers import view_pixels
from tests.photos.photo_makers import jpeg_bytes, noise, quadrants, save_turned


class MeanColourEncoder:
    """Needs no weights: a view's vector is its mean colour beside a constant, at unit length."""

    device = torch.device("cpu")
    view_format = ViewFormat(8, 8, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    default_batch_size = 7

    def __init__(self) -> None:
        self.batches: list[int] = []

    def encode_pixels(self, pixels: torch.Tensor) -> np.ndarray:
        self.batches.append(len(pixels))
        colours = pixels.numpy().mean(axis=(1, 2)).astype(np.float32)
        vectors = np.concatenate([colours, np.full((len(colours), 1), 255, np.float32)], axis=1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class SmallMemoryEncoder(MeanColourEncoder):
    """Has memory for `room` views at a time."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def encode_pixels(self, pixels: torch.Tensor) -> np.ndarray:
        if len(pixels) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        return super().encode_pixels(pixels)


class BrokenEncoder(MeanColourEncoder):
    def encode_pixels(self, pixels: torch.Tensor) -> np.ndarray:
        raise EncoderError("broken")


@pytest.fixture
def photos(tmp_path: Path) -> list[tuple[int, Path]]:
    made = []
    for index in range(12):
        path = tmp_path / f"{index}.jpg"
        path.write_bytes(jpeg_bytes(noise(60 + 7 * index, 50, seed=index)))
        made.append((100 + index, path))
    made[3][1].write_bytes(b"")
    made[7][1].unlink()
    return made


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def test_order_reasons_and_sizes(photos: list[tuple[int, Path]]):
    results = list(embed_photos(MeanColourEncoder(), photos, ViewPlan.parse("3x3")))
    assert [result.key for result in results] == [key for key, _ in photos]
    assert results[3] == UnreadableItem(103, "The file is empty.")
    assert results[7] == UnreadableItem(107, "The file is gone.")
    first = results[0]
    assert isinstance(first, EmbeddedPhoto)
    assert first.views.shape == (10, 4)
    assert first.views.dtype == np.float16
    assert (first.width, first.height) == (60, 50)


@pytest.mark.parametrize("batch_size", [1, 3, 7, 10, 64, 1000])
def test_the_batch_size_changes_nothing(photos: list[tuple[int, Path]], batch_size: int):
    plan = ViewPlan.parse("2x3")
    encoder = MeanColourEncoder()
    results = list(embed_photos(encoder, photos, plan, batch_size=batch_size))
    single = [
        result for photo in photos for result in embed_photos(MeanColourEncoder(), [photo], plan)
    ]
    for ours, theirs in zip(results, single, strict=True):
        if isinstance(ours, EmbeddedPhoto):
            np.testing.assert_array_equal(ours.views, theirs.views)
    assert sum(encoder.batches) == 10 * plan.view_count
    assert max(encoder.batches) <= batch_size
    if batch_size <= 7:
        assert encoder.batches.count(batch_size) >= 10 * plan.view_count // batch_size - 1


def test_views_lie_where_the_plan_says(tmp_path: Path):
    path = tmp_path / "turned.jpg"
    save_turned(path, quadrants(640, 480), orientation=6)
    (result,) = embed_photos(MeanColourEncoder(), [(1, path)], ViewPlan.parse("2x2"))
    assert isinstance(result, EmbeddedPhoto)
    assert (result.width, result.height) == (640, 480)
    colours = result.views[:, :3] / result.views[:, 3:]
    wanted = [(0.5, 0.5, 0.5), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]
    np.testing.assert_allclose(colours, wanted, atol=0.02)


class LeftColourEncoder(MeanColourEncoder):
    """Sees the left half alone, so that a mirror image is another view."""

    def encode_pixels(self, pixels: torch.Tensor) -> np.ndarray:
        return super().encode_pixels(pixels[:, :, :4])


@pytest.mark.parametrize("batch_size", [1, 4, 64])
def test_a_mirrored_photo_counts_as_half_of_the_whole_one(
    photos: list[tuple[int, Path]], tmp_path: Path, batch_size: int
):
    encoder, good = LeftColourEncoder(), [photos[0], photos[1]]
    plain = list(embed_photos(encoder, good, ViewPlan.parse("2x2")))
    plan = ViewPlan.parse("2x2+mirrored")
    mirrored = list(embed_photos(encoder, good, plan, batch_size=batch_size))
    for (_, path), one, both in zip(good, plain, mirrored, strict=True):
        assert isinstance(one, EmbeddedPhoto)
        assert isinstance(both, EmbeddedPhoto)
        turned = tmp_path / "turned.png"
        ImageOps.mirror(decode_photo(path)).save(turned)
        (other,) = embed_photos(encoder, [(1, turned)], ViewPlan.parse("1x1"))
        assert isinstance(other, EmbeddedPhoto)
        assert np.abs(one.views[0] - other.views[0]).max() > 0.001
        mean = one.views[0].astype(np.float32) + other.views[0]
        np.testing.assert_allclose(both.views[0], mean / np.linalg.norm(mean), atol=2e-3)
        np.testing.assert_array_equal(both.views[1:], one.views[1:])


def test_photos_smaller_than_the_grid(tmp_path: Path):
    (tmp_path / "dot.jpg").write_bytes(jpeg_bytes(noise(1, 2)))
    (result,) = embed_photos(
        MeanColourEncoder(), [(1, tmp_path / "dot.jpg")], ViewPlan.parse("3x3")
    )
    assert isinstance(result, EmbeddedPhoto)
    assert result.views.shape == (10, 4)


def test_out_of_memory_halves_the_batch_and_goes_on(photos: list[tuple[int, Path]]):
    plan = ViewPlan.parse("3x3")
    encoder = SmallMemoryEncoder(room=5)
    results = list(embed_photos(encoder, photos, plan, batch_size=32))
    expected = list(embed_photos(MeanColourEncoder(), photos, plan))
    for ours, theirs in zip(results, expected, strict=True):
        if isinstance(ours, EmbeddedPhoto):
            np.testing.assert_array_equal(ours.views, theirs.views)
    assert max(encoder.batches) <= 5


def test_no_memory_for_one_view_is_a_sentence(photos: list[tuple[int, Path]]):
    with pytest.raises(EncoderError, match="not enough memory for a single view"):
        list(embed_photos(SmallMemoryEncoder(room=0), photos, ViewPlan()))


def test_an_encoders_error_comes_through(photos: list[tuple[int, Path]]):
    with pytest.raises(EncoderError, match="broken"):
        list(embed_photos(BrokenEncoder(), photos, ViewPlan()))


def test_closing_stops_and_reads_no_further(tmp_path: Path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_bytes(noise(64, 64)))
    asked: list[int] = []

    def endless() -> Iterator[tuple[int, Path]]:
        for key in range(10**9):
            asked.append(key)
            yield key, path

    results = embed_photos(MeanColourEncoder(), endless(), ViewPlan())
    assert [next(results).key for _ in range(3)] == [0, 1, 2]
    results.close()
    assert len(asked) < 300  # the read-ahead is bounded


def test_nothing_and_only_unreadable(tmp_path: Path):
    assert list(embed_photos(MeanColourEncoder(), [], ViewPlan())) == []
    gone = [(key, tmp_path / "gone.jpg") for key in range(200)]
    for _ in range(20):  # regression: it ended where a whole read-ahead failed at once
        results = list(embed_photos(MeanColourEncoder(), gone, ViewPlan()))
        assert [result.key for result in results] == list(range(200))


def test_torch_keeps_its_threads(photos: list[tuple[int, Path]]):
    before = torch.get_num_threads()
    list(embed_photos(MeanColourEncoder(), photos, ViewPlan()))
    assert torch.get_num_threads() == before
    seen: list[int] = []
    later = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    later.start()
    later.join()
    assert seen == [before]


def test_a_lane_computes_with_its_share_of_the_cores():
    """Regression: a lane's thread took torch's default when it first computed."""
    before = torch.get_num_threads()
    torch.set_num_threads(8)
    try:
        with closing(EncodingLanes(MeanColourEncoder(), 7)) as lanes:
            together = threading.Barrier(lanes.lane_count)

            def threads() -> int:
                together.wait()
                return torch.get_num_threads()

            for _ in range(3):
                each = [lanes.run(threads) for _ in range(lanes.lane_count)]
                assert {future.result() for future in each} == {8 // lanes.lane_count}
    finally:
        torch.set_num_threads(before)


def test_real_photos_agree_with_one_view_at_a_time(real_encoder_dir: Path, real_photos_dir: Path):
    encoder = load_encoder(f"local-dir:{real_encoder_dir}", device=torch.device("cpu"))
    plan = ViewPlan.parse("2x2")
    chosen = sorted((real_photos_dir / "images").iterdir())[:3]
    results = list(embed_photos(encoder, enumerate(chosen), plan))
    for path, result in zip(chosen, results, strict=True):
        assert isinstance(result, EmbeddedPhoto)
        image = decode_photo(path)
        boxes = [(0, 0, *image.size), *plan.pixel_boxes(*image.size)]
        views = torch.stack([view_pixels(encoder, image.crop(box)) for box in boxes])
        cosines = (encoder.encode_pixels(views) * result.views.astype(np.float32)).sum(axis=1)
        assert cosines.min() > 0.999
