"""An accelerator's way from photos to embeddings, on a device that happens to be a CPU."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated import device_embedding
from cdul_app.models.accelerated.device_embedding import embed_on_device
from cdul_app.models.accelerated.device_jpegs import decode_jpegs
from cdul_app.models.accelerated.device_memory import is_out_of_memory, pinned
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes
from cdul_app.models.encoder.photo_results import UnreadableItem
from cdul_app.photos.plain_jpegs import PlainJpeg
from tests.models.encoder.test_embedding import MeanColourEncoder, SmallMemoryEncoder
from tests.photos.photo_makers import jpeg_bytes, noise, quadrants, save_turned

PLANS = ("3x3", "2x2+3x3", "3x3half", "2x2+mirrored")
Photos = list[tuple[int, Path]]


class OwnDecoder:
    """A device that decodes JPEG files, as torchvision does on a CPU."""

    def __init__(self) -> None:
        self.decoded = 0

    def __call__(
        self, jpegs: Sequence[PlainJpeg], device: torch.device
    ) -> list[torch.Tensor | None]:
        self.decoded += len(jpegs)
        return decode_jpegs(jpegs, device)


class FailingDecoder(OwnDecoder):
    """A device that does not decode every other file."""

    def __call__(
        self, jpegs: Sequence[PlainJpeg], device: torch.device
    ) -> list[torch.Tensor | None]:
        decoded = super().__call__(jpegs, device)
        return [None if place % 2 else pixels for place, pixels in enumerate(decoded)]


class FailingCut:
    """A device that does not cut: for want of memory, or for what torch lacks on it."""

    def __init__(self, error: RuntimeError) -> None:
        self.error = error
        self.asked = 0

    def __call__(self, *arguments: object, **options: object) -> torch.Tensor:
        self.asked += 1
        raise self.error


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    made = []
    for index in range(12):
        path = tmp_path / f"{index}.jpg"
        path.write_bytes(jpeg_bytes(noise(50 + 4 * (index // 3), 50, seed=index)))
        made.append((100 + index, path))
    save_turned(made[0][1], quadrants(60, 48), 6)
    made[3][1].write_bytes(b"")
    made[7][1].unlink()
    noise(300, 300).save(made[8][1], "PNG")  # of too many pixels to go up
    made[9][1].write_bytes(jpeg_bytes(noise(64, 48), progressive=True))
    return made


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def with_decoder(monkeypatch: pytest.MonkeyPatch, decoder: OwnDecoder) -> OwnDecoder:
    monkeypatch.setattr(device_embedding, "decodes_jpegs", lambda device: True)
    monkeypatch.setattr(device_embedding, "decode_jpegs", decoder)
    return decoder


def assert_the_ways_agree(photos: Photos, plan: ViewPlan, batch_size: int | None = None) -> None:
    theirs = list(embed_photos(MeanColourEncoder(), photos, plan))
    ours = list(
        embed_photos(MeanColourEncoder(), photos, plan, batch_size=batch_size, cut_on_device=True)
    )
    for one, other in zip(ours, theirs, strict=True):
        if isinstance(one, EmbeddedPhoto):
            assert isinstance(other, EmbeddedPhoto)
            assert (one.key, one.width, one.height) == (other.key, other.width, other.height)
            # Of noise; the processor may have decoded it at a half of its size.
            np.testing.assert_allclose(one.views, other.views, atol=0.02)
        else:
            assert one == other
    assert sum(isinstance(each, UnreadableItem) for each in ours) == 2


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("batch_size", [None, 1, 64])
def test_both_ways_agree(photos: Photos, plan: str, batch_size: int | None):
    assert_the_ways_agree(photos, ViewPlan.parse(plan), batch_size)


def test_what_the_device_decodes_is_the_same(photos: Photos, monkeypatch: pytest.MonkeyPatch):
    decoder = with_decoder(monkeypatch, OwnDecoder())
    assert_the_ways_agree(photos, ViewPlan.parse("3x3"))
    assert decoder.decoded == 8  # not the two unreadable, the PNG and the progressive one


def test_what_it_does_not_decode_the_processor_does(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
):
    decoder = with_decoder(monkeypatch, FailingDecoder())
    assert_the_ways_agree(photos, ViewPlan.parse("3x3"))
    assert decoder.decoded == 8


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(
    ("error", "again"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (NotImplementedError('"addmm" is not implemented for this device'), False),
    ],
)
def test_what_is_not_cut_there_is_cut_here(
    photos: Photos,
    plan: str,
    error: RuntimeError,
    again: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    cut = FailingCut(error)
    monkeypatch.setattr(device_embedding, "cut_on_device", cut)
    assert_the_ways_agree(photos, ViewPlan.parse(plan), batch_size=1)
    assert (cut.asked > 3) is again
    assert str(error) in caplog.text


def test_what_the_device_decoded_and_does_not_cut_is_cut_here(
    photos: Photos, monkeypatch: pytest.MonkeyPatch
):
    with_decoder(monkeypatch, OwnDecoder())
    monkeypatch.setattr(device_embedding, "cut_on_device", FailingCut(RuntimeError("no kernel")))
    assert_the_ways_agree(photos, ViewPlan.parse("3x3"))


def test_no_memory_to_encode_halves_the_batch(photos: Photos):
    encoder = SmallMemoryEncoder(room=5)
    plan = ViewPlan.parse("3x3")
    results = list(embed_on_device(encoder, photos, plan, batch_size=32))
    assert [result.key for result in results] == [key for key, _ in photos]
    assert max(encoder.batches) <= 5
    with pytest.raises(EncoderError, match="not enough memory for a single view"):
        list(embed_on_device(SmallMemoryEncoder(room=0), photos, plan, batch_size=32))


def test_what_is_embedded_already_keeps_its_place(photos: Photos):
    known = EmbeddedPhoto(7, np.ones((10, 4), np.float16), 3, 2)
    results = list(
        embed_on_device(
            MeanColourEncoder(), [photos[0], known, photos[1]], ViewPlan(), batch_size=None
        )
    )
    assert [result.key for result in results] == [100, 7, 101]
    assert results[1] is known


def test_closing_stops_and_reads_no_further(photos: Photos):
    asked: list[int] = []

    def endless() -> Iterator[tuple[int, Path]]:
        for key in range(10**9):
            asked.append(key)
            yield key, photos[1][1]

    results = embed_photos(MeanColourEncoder(), endless(), ViewPlan(), cut_on_device=True)
    assert [next(results).key for _ in range(3)] == [0, 1, 2]
    results.close()
    assert len(asked) < 600


@pytest.mark.parametrize("plan", ["dense:3x3", "dense@2:3x3half"])
def test_dense_inputs_agree(photos: Photos, plan: str):
    encoder = load_encoder("demo", device=torch.device("cpu"))
    one, other = (
        list(embed_photos(encoder, photos[:3], ViewPlan.parse(plan), cut_on_device=on_device))
        for on_device in (True, False)
    )
    for ours, theirs in zip(one, other, strict=True):
        assert isinstance(ours, EmbeddedPhoto)
        assert isinstance(theirs, EmbeddedPhoto)
        cosines = (ours.views.astype(np.float32) * theirs.views).sum(axis=1)
        assert cosines.min() > 0.995


def test_real_photos_agree(real_encoder_dir: Path, real_photos_dir: Path):
    """The benchmark bench_device_views takes more of them."""
    encoder = load_encoder(f"local-dir:{real_encoder_dir}", device=torch.device("cpu"))
    chosen = list(enumerate(sorted((real_photos_dir / "images").iterdir())[:4]))
    one, other = (
        np.stack(
            [
                photo.views.astype(np.float32)
                for photo in embed_photos(encoder, chosen, ViewPlan(), cut_on_device=on_device)
                if isinstance(photo, EmbeddedPhoto)
            ]
        )
        for on_device in (True, False)
    )
    cosines = (one * other).sum(axis=-1)
    assert cosines.mean() >= 0.999
    assert cosines.min() >= 0.99


class CudaInName(MeanColourEncoder):
    """Says it is on CUDA and computes on the CPU."""

    device = torch.device("cuda")


class Stream:
    """Of CUDA, where there is none; notes what it waits for."""

    def __init__(self, device: torch.device) -> None:
        self.waits_for: list[object] = []

    def wait_stream(self, other: object) -> None:
        self.waits_for.append(other)


class Streams:
    """Notes which thread was given which stream."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.given: dict[int, Stream] = {}
        monkeypatch.setattr(torch.cuda, "Stream", Stream)
        monkeypatch.setattr(torch.cuda, "current_stream", lambda device: "the default")
        monkeypatch.setattr(torch.cuda, "set_stream", self.give)

    def give(self, stream: Stream) -> None:
        self.given[threading.get_ident()] = stream


def test_every_lane_on_cuda_has_a_stream_of_its_own(monkeypatch: pytest.MonkeyPatch):
    streams = Streams(monkeypatch)
    lanes = EncodingLanes(CudaInName(), 4)
    barrier = threading.Barrier(lanes.lane_count)
    try:
        for future in [lanes.run(barrier.wait) for _ in range(lanes.lane_count)]:
            future.result(timeout=60)
    finally:
        lanes.close()
    assert lanes.lane_count > 1
    assert len(set(map(id, streams.given.values()))) == lanes.lane_count
    assert all(stream.waits_for == ["the default"] for stream in streams.given.values())


class KeptMemory:
    """What torch keeps of a GPU's memory for streams."""

    def __init__(self) -> None:
        self.given_back = 0

    def __call__(self) -> None:
        self.given_back += 1


def test_memory_of_streams_that_end_is_given_back(monkeypatch: pytest.MonkeyPatch):
    Streams(monkeypatch)
    kept = KeptMemory()
    monkeypatch.setattr(torch.cuda, "empty_cache", kept)
    lanes = EncodingLanes(CudaInName(), 4)
    lanes.close()
    assert kept.given_back == 1


def no_streams(device: torch.device) -> None:
    raise RuntimeError("CUDA error: out of memory")


def test_lanes_without_streams_encode_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(torch.cuda, "Stream", no_streams)
    lanes = EncodingLanes(CudaInName(), 4)
    try:
        assert lanes.submit(np.ones((3, 8, 8, 3), np.uint8)).result(timeout=60).shape == (3, 4)
    finally:
        lanes.close()
    assert "share a stream" in caplog.text


def no_pinned_memory(tensor: torch.Tensor) -> torch.Tensor:
    raise RuntimeError("Cannot access accelerator device when none is available.")


def test_photos_go_up_without_pinned_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(torch.Tensor, "pin_memory", no_pinned_memory)
    pixels = torch.ones(2)
    assert pinned(pixels) is pixels


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (torch.OutOfMemoryError(""), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"), True),
        (RuntimeError("FIND was unable to find an engine to execute this computation"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), True),
        (RuntimeError("CUDA error: device-side assert triggered"), False),
    ],
)
def test_what_smaller_parts_may_mend(error: RuntimeError, memory: bool):
    assert is_out_of_memory(error) is memory
