"""The same result by two workers of a local Ray, also where one is killed."""

import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ray", reason="Ray is not installed: pip install “.[ray]”")

import ray

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.errors import ClusterError
from cdul_app.events import Event, Events, Progressed, Started, follow
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.method.view_plans import ViewPlan
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labeling.kept_encodings import VARIABLE
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.embedding_records import Encoding
from cdul_app.tasks.distributed.batches import Answer, KeyedPath, WorkerNeeds, run_batches
from cdul_app.tasks.distributed.cluster import LOCAL
from cdul_app.tasks.distributed.encode_shard import ShardEncoder
from cdul_app.tasks.predict import predict_folder, predict_with
from cdul_app.tasks.score.score import ScoringResult, score_project
from cdul_app.tasks.train.train import train_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tar_files import write_tar
from tests.tasks.project_helpers import (
    StopAfter,
    close_at,
    embedding_rows,
    labels,
    make_project,
    of_type,
    skipped,
    titles,
)

# Ray sets its own settings by names that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.*")
NEEDS = WorkerNeeds(gpus=0, model_bytes=0, most_photos=4)
COUNT = 40


@pytest.fixture(scope="module", autouse=True)
def two_workers() -> Iterator[None]:
    ray.init(
        LOCAL,
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=100 * 2**20,
        log_to_driver=False,
        logging_level="ERROR",
    )
    yield
    ray.shutdown()


@pytest.fixture
def project(
    tmp_path: Path, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[ProjectLocation, ScoringConfig]:
    """Photos of which one cannot be read and one is there twice; nothing is kept elsewhere."""
    monkeypatch.setenv(VARIABLE, "0")
    folder = tmp_path / "photos"
    first, *_ = copy_photos(folder, COUNT - 1)
    shutil.copyfile(first, folder / "again.jpg")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return locate_project(folder), make_project(folder, encoder, "house", "dog", "tree")


@dataclass(frozen=True)
class Scoring:
    location: ProjectLocation
    config: ScoringConfig
    manifest: str | None = None

    def task(self, **config) -> Events[ScoringResult]:
        changed = replace(self.config, **config)
        return score_project(self.location, changed, ray=LOCAL, manifest=self.manifest)

    def plain(self) -> ProjectLocation:
        """The same photos, scored without Ray."""
        folder = self.location.folder
        other = locate_project(folder, folder.parent / "plain.sqlite")
        with ProjectStore(other.database, create=True) as store:
            store.classes.replace([ClassDefinition(name) for name in ("house", "dog", "tree")])
        run_task(score_project(other, self.config, manifest=self.manifest))
        return other


@pytest.fixture(params=["files", "tar files elsewhere"])
def scoring(project, request, tmp_path: Path) -> Scoring:
    """The same photos, also as members of tar files that lie outside the project's folder."""
    location, config = project
    if request.param == "files":
        return Scoring(location, config)
    packed = sorted(file for file in location.folder.iterdir() if file.is_file())
    for number in range(2):
        half = {file.name: file for file in packed[number::2]}
        write_tar(tmp_path / f"shard-{number}.tar", half)
    for file in packed:
        file.unlink()
    return Scoring(location, config, str(tmp_path / "shard-{0..1}.tar"))


def assert_same_labels(one: ProjectLocation, other: ProjectLocation) -> None:
    for kind in (LabelKind.GLOBAL, LabelKind.INITIAL):
        ours, theirs = labels(one, kind), labels(other, kind)
        assert list(ours) == list(theirs)
        # Batches are cut elsewhere, which moves the last digits.
        np.testing.assert_allclose(list(ours.values()), list(theirs.values()), atol=2e-3)


def test_two_workers_give_what_one_machine_does(scoring: Scoring):
    location = scoring.location
    events, result = run_task(scoring.task())
    assert result.photos == COUNT
    (reason,) = skipped(events).values()
    assert [event.device for event in of_type(events, Started) if "Encoding ph" in event.title] == [
        "2 Ray workers"
    ]
    assert not (location.database.parent / "shards").exists()
    other = scoring.plain()
    assert_same_labels(location, other)
    events, _ = run_task(score_project(other, scoring.config))
    assert list(skipped(events).values()) == [reason]
    assert set(embedding_rows(location)) == set(embedding_rows(other))


def workers() -> list[int]:
    """Processes of this test's Ray that hold an encoder."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_bytes()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found[int(folder.name)] = (title, parent)
    return [
        process
        for process, (title, parent) in found.items()
        if title.startswith(b"ray::MapWorker") and found[parent][1] == os.getpid()
    ]


def test_a_killed_worker_costs_its_batch_and_nothing_is_lost(scoring: Scoring):
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are found in /proc, which this system has not")
    killed: list[int] = []
    is_encoding = StopAfter(1)

    def kill_once(event: Event) -> None:
        if is_encoding(event) and isinstance(event, Progressed) and not killed:
            killed.extend(workers())
            for process in killed:
                os.kill(process, signal.SIGKILL)

    result = follow(scoring.task(batch_size=4), kill_once)
    assert killed
    assert result.photos == COUNT
    assert_same_labels(scoring.location, scoring.plain())


def test_a_cancelled_run_goes_on_where_it_was(scoring: Scoring):
    location = scoring.location
    close_at(scoring.task(), StopAfter(COUNT // 4))
    kept = embedding_rows(location)
    assert 0 < len(kept) < COUNT - 1
    _, result = run_task(scoring.task())
    assert result.photos == COUNT
    rows = embedding_rows(location)
    assert {fingerprint: rows[fingerprint] for fingerprint in kept} == kept  # not written again


def test_other_photos_are_labelled_as_on_one_machine(project, tmp_path):
    location, config = project
    run_task(score_project(location, config))
    run_task(train_project(location, TrainingConfig(device="cpu")))
    others = tmp_path / "others"
    copy_photos(others, 6, start=60)
    (others / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    classifier = location.run_folder(2)
    for task in (
        lambda **ray: predict_folder(location, on=others, device="cpu", **ray),
        lambda **ray: predict_with(classifier, others, device="cpu", **ray),
    ):
        _, expected = run_task(task())
        events, found = run_task(task(ray=LOCAL))
        assert found.labels.paths == expected.labels.paths
        assert list(skipped(events)) == ["broken.png"]
        np.testing.assert_allclose(found.labels.scores, expected.labels.scores, atol=2e-3)


def test_the_own_photos_that_are_new_are_encoded_by_workers(project):
    location, config = project
    run_task(score_project(location, config))
    run_task(train_project(location, TrainingConfig(device="cpu")))
    copy_photos(location.folder, 6, start=60)
    events, result = run_task(predict_folder(location, device="cpu", ray=LOCAL))
    assert len(result.labels.paths) == COUNT + 6
    assert "2 Ray workers" in [event.device for event in of_type(events, Started)]


def test_what_this_machine_has_encoded_before_is_given_to_no_worker(
    project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    location, config = project
    monkeypatch.setenv(VARIABLE, "1")
    before = tmp_path / "before"
    copy_photos(before, 10, start=10)
    run_task(score_project(locate_project(before), make_project(before, config.encoder, "dog")))
    events, result = run_task(score_project(location, config, ray=LOCAL))
    (encoding,) = [each for each in of_type(events, Started) if each.title == "Encoding photos"]
    assert encoding.already_done == 10
    assert result.photos == COUNT
    assert_same_labels(location, Scoring(location, config).plain())
    shutil.copyfile(next(before.glob("*.jpg")), location.folder / "named otherwise.jpg")
    monkeypatch.setenv(VARIABLE, "0")
    events, result = run_task(score_project(location, config, ray=LOCAL))
    assert result.photos == COUNT + 1
    assert "Encoding photos" not in titles(events)


class DiesOf:
    """Ends its process at some photos."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths

    def __call__(self, photos: Sequence[KeyedPath]) -> list[Answer]:
        if any(path in self.paths for _, path in photos):
            os._exit(1)
        return [Answer(key) for key, _ in photos]


def test_only_of_a_photo_that_kills_each_worker_there_is_no_answer(tmp_path: Path):
    photos = [(key, str(key)) for key in range(12)]
    answers = list(run_batches(DiesOf, {"paths": ["9"]}, photos, NEEDS, folder=tmp_path))
    assert sorted(answer.key for answer in answers) == [*range(9), 10, 11]


def test_what_a_machine_lacks_is_told_with_its_name(project, tmp_path):
    _, config = project
    encoding = Encoding(1, "another key", config.encoder, ViewPlan.parse("1x1"), 4, 0.01)
    settings = {
        "folder": tmp_path / "elsewhere", "encoding": encoding, "device": "cpu",
        "batch_size": None, "shards": tmp_path / "shards", "run": "1",
    }  # fmt: skip
    with pytest.raises(ClusterError, match=r"A worker on .+ There is no folder .+elsewhere"):
        list(run_batches(ShardEncoder, settings, [(1, "a.jpg")], NEEDS, folder=tmp_path))
    with pytest.raises(ClusterError, match="is not the one the run began with"):
        list(
            run_batches(
                ShardEncoder,
                settings | {"folder": tmp_path},
                [(1, "a.jpg")],
                NEEDS,
                folder=tmp_path,
            )
        )


def test_a_bug_in_a_worker_is_none_of_the_cluster(tmp_path: Path):
    with pytest.raises(RuntimeError, match="unexpected keyword"):
        list(run_batches(DiesOf, {"no": "such"}, [(1, "a.jpg")], NEEDS, folder=tmp_path))
