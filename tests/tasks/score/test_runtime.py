"""The runtime that encodes the photos of a scoring, of fakes for what may not be installed."""

import importlib.util
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cdul_app.models.accelerated import runtime_trial
from cdul_app.models.accelerated.runtime_trial import MadeRuntime
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.encoding_lanes import ViewEncoder
from cdul_app.paths import ProjectLocation, locate_project, user_cache_dir
from cdul_app.project.labeling import paces, runtimes
from cdul_app.project.project import Project
from cdul_app.settings.configs import INT8, ONNX, TORCH, ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score import runtime
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos, drawn_classes
from tests.events import run_task
from tests.tar_files import write_tar
from tests.tasks.project_helpers import make_project, notes, titles

HAS_ONNX = all(importlib.util.find_spec(name) for name in ("onnxruntime", "onnxscript"))


class OtherRuntimes:
    """ONNX Runtime where it is not installed: torch's vectors, at any pace."""

    def __init__(self, **gains: float) -> None:
        self.gains = gains
        self.made: list[list[str]] = []
        self.trials = self.loaded = 0
        self.views = 0

    def make(
        self, encoder: Encoder, names: Collection[str], views: NDArray[np.uint8], folder: Path
    ) -> dict[str, MadeRuntime]:
        self.made.append(list(names))
        self.views = len(views)
        graphs = {name: folder / f"{name}.onnx" for name in names if name in self.gains}
        for graph in graphs.values():
            graph.write_bytes(b"a graph")
        return {name: MadeRuntime(encoder, 0.001, graph) for name, graph in graphs.items()}

    def load(self, encoder: Encoder, graph: Path, views: NDArray[np.uint8]) -> ViewEncoder | None:
        self.loaded += 1
        return encoder if graph.read_bytes() == b"a graph" else None

    def time(
        self, encoder: ViewEncoder, others: Mapping[str, ViewEncoder], views: NDArray[np.uint8]
    ) -> dict[str, float]:
        self.trials += 1
        return {name: self.gains[name] for name in others}

    def install(self, patch: pytest.MonkeyPatch) -> "OtherRuntimes":
        for module in (runtime, runtimes):
            patch.setattr(module, "can_write_onnx", lambda: True)
        patch.setattr(runtimes, "trial_seconds", lambda view_seconds: 0.0)
        patch.setattr(runtime_trial, "make_runtimes", self.make)
        patch.setattr(runtime_trial, "load_runtime", self.load)
        patch.setattr(runtime_trial, "gains_of", self.time)
        patch.setattr(runtime_trial, "says_the_same", lambda *_: True)
        return self


@pytest.fixture
def location(tmp_path: Path) -> ProjectLocation:
    return made_project(tmp_path / "photos")


def made_project(folder: Path) -> ProjectLocation:
    copy_photos(folder, 6)
    make_project(folder, "demo", *drawn_classes())
    return locate_project(folder)


def scoring_config(encoder: str, **settings: str) -> ScoringConfig:
    return ScoringConfig(**{"views": "paper", "device": "cpu", **settings}, encoder=encoder)


def more_photos(location: ProjectLocation) -> None:
    copy_photos(location.folder, 4, start=6)


def device_of_last_run(location: ProjectLocation) -> str:
    with Project(location) as project:
        return project.runs.all()[0].device


def test_the_fastest_is_tried_once_told_and_used(location, encoder, monkeypatch):
    fake = OtherRuntimes(onnx=1.5, int8=2.5).install(monkeypatch)
    config = scoring_config(encoder)
    events, _ = run_task(score_project(location, config))
    told = "ONNX Runtime in 8 bits encodes the photos, 2.5 times as fast as PyTorch"
    assert told in notes(events)
    assert "Preparing ONNX Runtime" in titles(events)
    assert device_of_last_run(location) == "cpu (ONNX Runtime in 8 bits)"
    assert fake.views > 0
    more_photos(location)
    run_task(score_project(location, config))
    assert (fake.made, fake.trials, fake.loaded) == ([[ONNX, INT8]], 1, 1)
    assert device_of_last_run(location) == "cpu (ONNX Runtime in 8 bits)"


def test_a_graph_that_is_damaged_or_gone_is_made_anew(location, encoder, monkeypatch):
    fake = OtherRuntimes(onnx=1.5).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder)))
    (graph,) = (user_cache_dir() / "graphs").iterdir()
    for spoil in (lambda: graph.write_bytes(b"another"), graph.unlink):
        spoil()
        copy_photos(location.folder, 1, start=5 + len(fake.made))
        run_task(score_project(location, scoring_config(encoder)))
        assert fake.made[-1] == [ONNX]
        assert graph.read_bytes() == b"a graph"
    assert (len(fake.made), fake.trials) == (3, 1)


def test_a_graph_that_is_made_anew_and_says_otherwise_leaves_it_to_torch(
    location, encoder, monkeypatch
):
    OtherRuntimes(onnx=1.5).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder)))
    (graph,) = (user_cache_dir() / "graphs").iterdir()
    graph.unlink()
    monkeypatch.setattr(runtime_trial, "says_the_same", lambda *_: False)
    more_photos(location)
    run_task(score_project(location, scoring_config(encoder)))
    assert device_of_last_run(location) == "cpu"
    assert not graph.exists()


def test_photos_of_a_tar_file_are_tried_as_well(location, encoder, monkeypatch, tmp_path):
    fake = OtherRuntimes(onnx=1.5, int8=2.5).install(monkeypatch)
    write_tar(tmp_path / "s.tar", {file.name: file for file in location.folder.glob("*.jpg")})
    manifest = str(tmp_path / "s.tar")
    run_task(score_project(location, scoring_config(encoder), manifest=manifest))
    assert fake.views > 0
    assert device_of_last_run(location) == "cpu (ONNX Runtime in 8 bits)"


def test_one_cache_serves_all(location, encoder, monkeypatch):
    OtherRuntimes(onnx=1.5).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder)))
    more_photos(location)
    run_task(score_project(location, scoring_config(encoder, runtime=TORCH)))
    with ProjectStore(location.database) as store:
        encoding = store.embeddings.latest_encoding(encoder)
        assert encoding is not None
        assert store.embeddings.count(encoding) == 10
    with Project(location) as project:
        assert not project.scoring.is_stale_for(scoring_config(encoder, runtime=INT8))


@pytest.mark.parametrize("gains", [{}, {"onnx": 0.8}, {"onnx": 1.02, "int8": 0.5}])
def test_torch_stays_where_nothing_is_faster(location, encoder, monkeypatch, gains):
    fake = OtherRuntimes(**gains).install(monkeypatch)
    events, result = run_task(score_project(location, scoring_config(encoder)))
    assert result.photos == 6
    assert "ONNX" not in notes(events)
    assert device_of_last_run(location) == "cpu"
    more_photos(location)
    run_task(score_project(location, scoring_config(encoder)))
    assert len(fake.made) == fake.trials == 1


def test_few_photos_are_not_worth_a_trial(location, encoder, monkeypatch):
    fake = OtherRuntimes(onnx=3).install(monkeypatch)
    monkeypatch.setattr(runtimes, "trial_seconds", lambda view_seconds: 3600.0)
    run_task(score_project(location, scoring_config(encoder)))
    assert not fake.made
    assert device_of_last_run(location) == "cpu"


@pytest.mark.parametrize("settings", [{"runtime": TORCH}, {"views": "fast"}])
def test_it_can_be_switched_off_and_is_for_separate_views(location, encoder, monkeypatch, settings):
    fake = OtherRuntimes(onnx=3).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder, **settings)))
    assert not fake.made


def test_one_that_is_set_is_used_slow_or_not(location, encoder, monkeypatch):
    OtherRuntimes(onnx=0.5).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder, runtime=ONNX)))
    assert device_of_last_run(location) == "cpu (ONNX Runtime)"


def test_one_that_is_set_and_does_not_do_is_told(location, encoder, monkeypatch):
    OtherRuntimes(onnx=2).install(monkeypatch)
    events, result = run_task(score_project(location, scoring_config(encoder, runtime=INT8)))
    assert result.photos == 6
    assert "8 bits does not do for this encoder" in notes(events)
    assert device_of_last_run(location) == "cpu"


def test_what_did_once_and_fails_now_leaves_it_to_torch(location, encoder, monkeypatch):
    fake = OtherRuntimes(onnx=2).install(monkeypatch)
    run_task(score_project(location, scoring_config(encoder)))
    fake.gains = {}
    for graph in (user_cache_dir() / "graphs").iterdir():
        graph.unlink()
    more_photos(location)
    _, result = run_task(score_project(location, scoring_config(encoder)))
    assert result.photos == 10
    assert device_of_last_run(location) == "cpu"


def test_each_runtime_has_a_pace_of_its_own(location, encoder, monkeypatch):
    OtherRuntimes(onnx=2).install(monkeypatch)
    more_photos(location)
    config = scoring_config(encoder)
    run_task(score_project(location, config))
    assert paces.measured_seconds(config, runtime=ONNX) is not None
    assert paces.measured_seconds(config, runtime=TORCH) is None


@pytest.mark.skipif(HAS_ONNX, reason="the extra cdul-app[onnx] is installed")
def test_without_the_extra_it_is_told_to_whom_wanted_it(location, encoder):
    events, _ = run_task(score_project(location, scoring_config(encoder, runtime=ONNX)))
    assert runtime.NOT_INSTALLED in notes(events)
    more_photos(location)
    events, _ = run_task(score_project(location, scoring_config(encoder)))
    assert "ONNX" not in notes(events)


@pytest.mark.skipif(not HAS_ONNX, reason="the extra cdul-app[onnx] is not installed")
def test_the_real_one_encodes_what_torch_does(tmp_path, location, encoder):
    run_task(score_project(location, scoring_config(encoder, runtime=ONNX)))
    others = made_project(tmp_path / "others")
    run_task(score_project(others, scoring_config(encoder, runtime=TORCH)))
    found = []
    for each in (location, others):
        with ProjectStore(each.database) as store:
            encoding = store.embeddings.latest_encoding(encoder)
            assert encoding is not None
            views = [v for _, v in store.embeddings.views_of_photos(encoding)]
            found.append(np.stack(views).astype(np.float32))
    assert np.abs(found[0] - found[1]).max() < 2e-3
    assert device_of_last_run(location) == "cpu (ONNX Runtime)"
