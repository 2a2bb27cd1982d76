"""Fixtures for all tests: an isolated home, small drawn photos, really scored projects."""

import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import hypothesis
import numpy as np
import pytest
from PIL import Image

from cdul_app.language import ENGLISH, use_language
from cdul_app.paths import ProjectLocation, locate_project, resources_dir
from cdul_app.settings.configs import TrainingConfig
from tests.drawn_photos import DRAWN_PHOTOS, copy_photos, drawn_classes

# Time on a busy machine says nothing about an example; pytest-timeout catches what hangs.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        type=Path,
        default=None,
        metavar="DIR",
        help="save pictures of the window's main states, light and dark, into DIR",
    )
    parser.addoption(
        "--long", action="store_true", help="kill and cut power seven times as often (20 minutes)"
    )


@pytest.fixture(scope="session", autouse=True)
def isolated_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """As `isolated_home`, for what is made once for many tests."""
    home = tmp_path_factory.mktemp("session home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDUL_DATA", str(home / "data"))
        patch.setenv("CDUL_CACHE", str(home / "cache"))
        yield


@pytest.fixture(autouse=True)
def isolated_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own data, caches or hub downloads."""
    home = tmp_path / "home"
    monkeypatch.setenv("CDUL_DATA", str(home / "data"))
    monkeypatch.setenv("CDUL_CACHE", str(home / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return home


@pytest.fixture(autouse=True)
def no_qthread_is_left(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A QThread that outlives its test fails it: a window would crash on it."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    from PySide6.QtCore import QThread

    started: weakref.WeakSet[QThread] = weakref.WeakSet()
    start = QThread.start

    def remember_and_start(thread: QThread, *arguments: object) -> None:
        started.add(thread)
        start(thread, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(QThread, "start", remember_and_start)
    yield
    running = [thread for thread in started if _is_running(thread)]
    for thread in running:
        thread.wait(10_000)
    assert not running, "the test left a thread running"


def _is_running(thread: object) -> bool:
    from shiboken6 import isValid

    return isValid(thread) and thread.isRunning()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Real photos, scores and checkpoints that are too large or not free enough to be bundled.

    For tests that are about real photos; all others use the drawn ones of this repository.
    """
    folder = Path(os.environ.get("CDUL_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no shared test data in {folder} (set CDUL_SHARED)")
    return folder.resolve()


@pytest.fixture(scope="session")
def real_encoder_dir(shared_dir: Path) -> Path:
    return shared_dir / "models" / "photo-clip"


@pytest.fixture(scope="session")
def real_photos_dir(shared_dir: Path) -> Path:
    return shared_dir / "data" / "photos-voc"


@pytest.fixture(scope="session")
def drawn_photos_dir() -> Path:
    """Twenty small drawn photos: `scenes/`, `truth.csv` and `classes.txt` of sixteen classes."""
    return DRAWN_PHOTOS


@pytest.fixture(scope="session")
def small_encoder_dir() -> Path:
    """The bundled encoder of 4.6 MB, which knows drawn scenes."""
    return REPOSITORY / "resources" / "demo" / "encoder"


@pytest.fixture
def encoder(small_encoder_dir: Path) -> str:
    return f"local-dir:{small_encoder_dir}"


@pytest.fixture(scope="session")
def slow_training(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., TrainingConfig]:
    """Settings of a training in rounds, of a network as small as there is."""
    import timm
    import torch
    from safetensors.torch import save_file

    name, folder = "test_resnet", tmp_path_factory.mktemp("network")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_file(timm.create_model(name).state_dict(), folder / "weights.safetensors")

    def config(epochs: int, **changes: Any) -> TrainingConfig:
        values: dict[str, Any] = {
            "warm_up_epochs": 1, "image_size": 32, "patience": None, "device": "cpu",
        }  # fmt: skip
        return TrainingConfig(
            classifier=name,
            weights=str(folder / "weights.safetensors"),
            epochs=epochs,
            **(values | changes),
        )

    return config


@pytest.fixture(scope="session")
def backbone_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of `mobilenetv2_100` as it is before any training."""
    import timm
    import torch
    from safetensors.torch import save_file

    file = tmp_path_factory.mktemp("backbone") / "mobilenetv2_100.safetensors"
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save_file(timm.create_model("mobilenetv2_100").state_dict(), file)
    return file


@pytest.fixture(scope="session")
def scored_photos_folder(small_encoder_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight drawn photos, scored once for their classes by the real pipeline; tests copy it."""
    return _scored(tmp_path_factory.mktemp("scored") / "photos", 8, small_encoder_dir)


@pytest.fixture(scope="session")
def scored_collection_folder(
    small_encoder_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Forty, enough to teach each other."""
    return _scored(tmp_path_factory.mktemp("collection") / "photos", 40, small_encoder_dir)


def _scored(folder: Path, photos: int, small_encoder_dir: Path) -> Path:
    from cdul_app.classes.class_list import ClassDefinition
    from cdul_app.settings.configs import ScoringConfig
    from cdul_app.storage.project_store import ProjectStore
    from cdul_app.tasks.score.score import score_project

    copy_photos(folder, photos)
    location = locate_project(folder)
    encoder = f"local-dir:{small_encoder_dir}"
    config = ScoringConfig(encoder=encoder, views="paper", device="cpu")
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace([ClassDefinition(name) for name in drawn_classes()])
        store.settings.set("scoring_config", config.to_dict())
    for _ in score_project(location, config):
        pass
    return folder


@pytest.fixture
def scored_folder(scored_photos_folder: Path, tmp_path: Path) -> Path:
    """A copy of the eight scored photos that a test may change."""
    folder = tmp_path / "scored photos"
    shutil.copytree(scored_photos_folder, folder)
    return folder


@pytest.fixture
def scored(scored_folder: Path) -> ProjectLocation:
    """The project of eight scored photos that a test may change."""
    return locate_project(scored_folder)


@pytest.fixture
def collection(scored_collection_folder: Path, tmp_path: Path) -> ProjectLocation:
    """The project of forty scored photos that a test may change."""
    folder = tmp_path / "scored collection"
    shutil.copytree(scored_collection_folder, folder)
    return locate_project(folder)


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """Six small photos of plain colours with a darker corner."""
    folder = tmp_path / "photos"
    folder.mkdir()
    random = np.random.default_rng(0)
    for index in range(6):
        pixels = np.full((90, 120, 3), random.integers(60, 255, 3), dtype=np.uint8)
        pixels[:30, :40] //= 2
        Image.fromarray(pixels).save(folder / f"photo {index}.jpg")
    return folder


@pytest.fixture(scope="session")
def scored_demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, scored and trained by the real pipeline once; tests copy it."""
    from cdul_app.settings.configs import ScoringConfig
    from cdul_app.tasks.demo import prepare_demo
    from cdul_app.tasks.score_and_train import score_and_train

    location = prepare_demo(tmp_path_factory.mktemp("demo") / "demo scenes")
    for _ in score_and_train(location, ScoringConfig(encoder="demo"), TrainingConfig()):
        pass
    return location.folder


@pytest.fixture
def demo_folder(scored_demo_folder: Path, tmp_path: Path) -> Path:
    """A copy of the scored and trained demo that a test may change."""
    folder = tmp_path / "demo scenes"
    shutil.copytree(scored_demo_folder, folder)
    return folder


@pytest.fixture
def trained_project(demo_folder: Path) -> Iterator[object]:
    """The demo as an open project, scored and trained, with its truth."""
    from cdul_app.project.project import Project

    with Project.open_folder(demo_folder) as project:
        project.truth.load(demo_folder / "truth.csv")
        yield project


@pytest.fixture
def trained_session(demo_folder: Path, qapp: object) -> Iterator[object]:
    """The demo in a session, scored and trained."""
    from cdul_app.desktop.session.project_session import ProjectSession

    session = ProjectSession.open_folder(demo_folder)
    session.project.truth.load(demo_folder / "truth.csv")
    yield session
    session.close()


scored_session = trained_session  # every score of stage 1 is there, and those of 2 and 3


@pytest.fixture
def german() -> Iterator[None]:
    """For what is told or made in the test: the window's tables of titles are made before it."""
    folder = resources_dir() / "languages"
    use_language("de", folder)
    yield
    use_language(ENGLISH, folder)
