"""Other runtimes than torch: real ones where they are installed, named fakes for what is not."""

import importlib.util
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from cdul_app.errors import EncoderError
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated import onnx_encoder, runtime_trial
from cdul_app.models.accelerated.int8_graph import is_mostly_convolutions
from cdul_app.models.accelerated.onnx_encoder import OnnxEncoder
from cdul_app.models.accelerated.runtime_trial import (
    clock_of,
    gain,
    gains_of,
    goes_on,
    load_runtime,
    make_runtimes,
    says_the_same,
    trial_views,
)
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.encoder.encoding_lanes import EncodingLanes
from cdul_app.settings.configs import INT8, ONNX, TORCH
from tests.drawn_photos import DRAWN_PHOTOS
from tests.models.encoder.test_embedding import MeanColourEncoder
from tests.models.encoder_makers import TINY_RESNET, TINY_VIT, save_tiny_encoder

CPU = torch.device("cpu")
PLAN = ViewPlan.parse("2x2")
NO_ONNX = any(importlib.util.find_spec(name) is None for name in ("onnxruntime", "onnxscript"))
needs_onnx = pytest.mark.skipif(NO_ONNX, reason="the extra cdul-app[onnx] is not installed")


class Turned(MeanColourEncoder):
    """Gives other vectors, by an angle."""

    def __init__(self, angle: float) -> None:
        super().__init__()
        self.angle = angle

    def encode_pixels(self, pixels: torch.Tensor) -> NDArray[np.float32]:
        vectors = super().encode_pixels(pixels)
        across = np.roll(vectors, 1, axis=-1)
        across -= (across * vectors).sum(axis=-1, keepdims=True) * vectors
        across /= np.linalg.norm(across, axis=-1, keepdims=True)
        return np.cos(self.angle) * vectors + np.sin(self.angle) * across


class Overflowing(MeanColourEncoder):
    def encode_pixels(self, pixels: torch.Tensor) -> NDArray[np.float32]:
        raise EncoderError("values that are not finite")


class FailingSession:
    """A runtime that works until it does not."""

    def __init__(self) -> None:
        self.asked = 0

    def run(self, outputs: list[str], inputs: dict[str, NDArray[np.float32]]) -> list[object]:
        self.asked += 1
        raise MemoryError("no memory for a tensor")


@pytest.fixture
def photos() -> list[Path]:
    return sorted((DRAWN_PHOTOS / "scenes").iterdir())


@pytest.fixture(params=[TINY_VIT, TINY_RESNET], ids=["transformer", "convolutions"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Encoder:
    return load_encoder(save_tiny_encoder(tmp_path / "encoder", request.param), device=CPU)


def coloured_views(count: int = 20) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(1, 256, (count, 8, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize(("angle", "same"), [(0.0, True), (0.03, True), (0.06, False), (1, False)])
def test_vectors_are_the_same_up_to_what_a_stored_one_may_differ(angle: float, same: bool):
    assert says_the_same(MeanColourEncoder(), Turned(angle), coloured_views()) == same


def test_a_runtime_that_overflows_is_not_the_same():
    assert not says_the_same(MeanColourEncoder(), Overflowing(), coloured_views())


seconds = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=5)


@given(own=seconds, others=seconds, noise=seconds)
def test_a_busy_moment_changes_no_gain(own, others, noise):
    slower = [min(others) + each for each in noise]
    assert gain(own, [*others, *slower]) == gain(own, others)
    assert gain(own, own) == 1


def test_each_way_is_timed_as_often(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime_trial, "SECONDS", 0)
    own, other = MeanColourEncoder(), MeanColourEncoder()
    assert gains_of(own, {ONNX: other}, coloured_views())[ONNX] > 0
    assert len(own.batches) == len(other.batches) > 0


def test_only_those_that_say_the_same_are_timed():
    other = Turned(0.06)
    assert gains_of(MeanColourEncoder(), {ONNX: other}, coloured_views(20)) == {}
    assert sum(other.batches) == 16  # to compare
    assert gains_of(MeanColourEncoder(), {ONNX: Overflowing()}, coloured_views()) == {}


@pytest.mark.parametrize(
    ("seconds", "rounds"),
    [
        ({TORCH: 3.0, ONNX: 2.5, INT8: 1.0}, 2),
        ({TORCH: 1.0, ONNX: 1.2}, 5),
        ({TORCH: 1, ONNX: 3}, 2),
    ],
)
def test_what_is_close_is_timed_more_often(seconds: dict[str, float], rounds: int):
    passed = runtime_trial.SECONDS
    for count in range(1, rounds):
        assert goes_on({name: [each] * count for name, each in seconds.items()}, passed)
    times = {name: [each] * rounds for name, each in seconds.items()}
    assert not goes_on(times, passed)
    assert goes_on(times, passed / 2)


def test_other_programs_slow_no_runtime_where_a_lane_has_a_core(monkeypatch: pytest.MonkeyPatch):
    """The clock of the processor, which goes on while an encoder computes, not while it waits."""
    for threads, clock in ((1, time.thread_time), (2, time.thread_time), (7, time.perf_counter)):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        with closing(EncodingLanes(MeanColourEncoder(), 7)) as lanes:
            assert clock_of(lanes) is clock
    coarse = SimpleNamespace(resolution=0.015625)
    monkeypatch.setattr(time, "get_clock_info", lambda name: coarse)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    with closing(EncodingLanes(MeanColourEncoder(), 7)) as lanes:
        assert clock_of(lanes) is time.perf_counter


def test_a_photo_that_cannot_be_read_is_no_trial(tmp_path: Path, photos: list[Path]):
    encoder = MeanColourEncoder()
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 not a photo")
    views = trial_views([broken, *photos[:2]], PLAN, encoder.view_format)
    assert views.shape == (10, encoder.view_format.height, encoder.view_format.width, 3)
    assert len(trial_views([broken], PLAN, encoder.view_format)) == 0


def test_torch_goes_on_where_the_runtime_fails(
    monkeypatch: pytest.MonkeyPatch, real: Encoder, photos: list[Path], caplog
):
    session = FailingSession()
    monkeypatch.setattr(onnx_encoder, "_session", lambda file: session)
    other = OnnxEncoder(real, Path("tower.onnx"))
    views = trial_views(photos[:2], PLAN, real.view_format)
    batch = torch.from_numpy(views)
    for _ in range(2):
        assert np.array_equal(other.encode_pixels(batch), real.encode_pixels(batch))
    assert session.asked == 1
    assert "torch encodes from here on" in caplog.text


@pytest.mark.skipif(not NO_ONNX, reason="the extra cdul-app[onnx] is installed")
def test_what_is_not_installed_is_not_made(
    tmp_path: Path, real: Encoder, photos: list[Path], caplog
):
    views = trial_views(photos[:6], PLAN, real.view_format)
    assert make_runtimes(real, [ONNX, INT8], views, tmp_path) == {}
    assert "does not compute" in caplog.text


def test_a_tower_is_of_what_most_of_its_weights_are():
    head = nn.Linear(8, 8)
    assert is_mostly_convolutions(nn.Sequential(nn.Conv2d(3, 8, 3), head))
    assert not is_mostly_convolutions(nn.Sequential(nn.Conv2d(3, 8, 1), head))


@needs_onnx
def test_onnx_runtime_gives_the_vectors_of_torch(tmp_path: Path, real: Encoder, photos: list[Path]):
    views = trial_views(photos[:6], PLAN, real.view_format)
    made = make_runtimes(real, [ONNX], views, tmp_path)
    ways = [
        [
            item.views.astype(np.float32)
            for item in embed_photos(way, enumerate(photos), PLAN, batch_size=size)
            if isinstance(item, EmbeddedPhoto)
        ]
        for way, size in ((real, 3), (made[ONNX].encoder, 7))
    ]
    assert len(ways[0]) == len(photos)
    assert np.abs(np.stack(ways[0]) - np.stack(ways[1])).max() < 2e-3


@needs_onnx
def test_int8_has_vectors_near_those_of_torch(tmp_path: Path, real: Encoder, photos: list[Path]):
    views = trial_views(photos[:6], PLAN, real.view_format)
    made = make_runtimes(real, [INT8], views, tmp_path)
    assert made.keys() == {INT8}
    compared = torch.from_numpy(views[-16:])
    exact, other = (each.encode_pixels(compared) for each in (real, made[INT8].encoder))
    assert not np.array_equal(exact, other)
    assert (exact * other).sum(axis=-1).min() > 0.98
    few = views[:16]  # none is left to measure ranges on
    assert make_runtimes(real, [INT8], few, tmp_path) == {}


@needs_onnx
def test_a_torch_without_the_quick_exporter_writes_the_slow_way(
    tmp_path: Path, real: Encoder, photos: list[Path], monkeypatch: pytest.MonkeyPatch
):
    def gone(*args: object, **kwargs: object) -> None:
        raise TypeError("export() got an unexpected keyword argument 'dynamo'")

    monkeypatch.setattr(onnx_encoder, "write_traced", gone)
    views = trial_views(photos[:6], PLAN, real.view_format)
    made = make_runtimes(real, [ONNX, INT8], views, tmp_path)
    assert made.keys() == {ONNX, INT8}
    assert says_the_same(real, made[ONNX].encoder, views)


@needs_onnx
def test_a_graph_is_loaded_where_it_still_says_what_torch_says(
    tmp_path: Path, real: Encoder, photos: list[Path]
):
    views = trial_views(photos[:2], PLAN, real.view_format)
    graph = make_runtimes(real, [ONNX], views, tmp_path)[ONNX].graph
    assert graph is not None
    loaded = load_runtime(real, graph, views)
    assert loaded is not None
    assert says_the_same(real, loaded, views)
    with torch.no_grad():
        for weight in real.model.visual.parameters():
            weight.copy_(torch.randn_like(weight) / 10)
    assert load_runtime(real, graph, views) is None  # of other weights now
    graph.write_bytes(graph.read_bytes()[:1000])
    assert load_runtime(real, graph, views) is None
