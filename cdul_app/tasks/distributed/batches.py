"""Work on photos in batches, by processes of a Ray cluster that each hold a model."""

import logging
import platform
import traceback
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from cdul_app.errors import ClusterError, FolderError, UserError
from cdul_app.language import tr
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.elsewhere.tar_members import Member, member, tell_members
from cdul_app.photos.files import PhotoFile, photo_file
from cdul_app.tasks.distributed.cluster_watch import ClusterWatch, watched

_RETRIES = 2  # of a batch whose worker died
_SMALLER = 32  # times are the batches whose photos no worker has outlived
_BATCHES_A_WORKER = 4  # at least, so that all end at about the same time
_MEMORY_BESIDE_MODEL = 2**30

KeyedPath: TypeAlias = tuple[int, str]  # (key, path below the folder)


@dataclass(frozen=True)
class Answer:
    """One row of what a worker says of a batch; each kind of work fills what it has."""

    key: int = -1
    text: str = ""
    data: bytes = b""


# Made in the worker, where it loads what it needs.
Work: TypeAlias = Callable[[Sequence[KeyedPath]], list[Answer]]


@dataclass(frozen=True)
class WorkerNeeds:
    gpus: int  # 0 or 1 a worker; each has one CPU
    model_bytes: int  # of its file
    most_photos: int  # a batch: what a worker that dies has done in vain

    @property
    def memory(self) -> int:
        """Bytes, as Ray counts them when it fills a machine with workers."""
        return 2 * self.model_bytes + _MEMORY_BESIDE_MODEL


def worker_needs(device: str, *, model_bytes: int) -> WorkerNeeds:
    """device : "cpu", or anything else for a GPU where the cluster has one."""
    import ray

    has_gpu = device != "cpu" and ray.cluster_resources().get("GPU", 0) >= 1
    return WorkerNeeds(1, model_bytes, 512) if has_gpu else WorkerNeeds(0, model_bytes, 32)


def worker_count(needs: WorkerNeeds, photos: int) -> int:
    """How many workers begin: one for each place that the cluster has now, and for each photo."""
    import ray

    there = ray.cluster_resources()
    asked = {"CPU": 1, "GPU": needs.gpus, "memory": needs.memory}
    places = min(there.get(name, 0) // need for name, need in asked.items() if need)
    return max(1, min(int(places), photos))


def cluster_address() -> str:
    """HOST:PORT of what knows the cluster's machines."""
    import ray

    return str(ray.get_runtime_context().gcs_address)


def run_batches(
    make_work: Callable[..., Work],
    settings: Mapping[str, Any],
    photos: Sequence[KeyedPath],
    needs: WorkerNeeds,
    *,
    folder: Path,
) -> Generator[Answer, None, None]:
    """Give `photos`, in batches, to workers that each call `make_work(**settings)` once.

    make_work : a class or function of a module, `settings` what can be pickled.  folder : below
    which the photos are.
    Answers come as batches end.  A worker that dies is replaced and its batch done again, at most
    twice; then its photos in smaller batches, so that of one that kills each worker alone there is
    no answer.  Closing the generator stops all.
    Raises ClusterError: what a worker raised as a UserError, with the name of its machine, or that
    the cluster is gone.
    """
    if not photos:
        return
    watch = ClusterWatch(cluster_address())
    workers = worker_count(needs, len(photos))
    size = max(1, min(needs.most_photos, -(-len(photos) // (workers * _BATCHES_A_WORKER))))
    while photos:
        batches = [photos[start : start + size] for start in range(0, len(photos), size)]
        unanswered = set(range(len(batches)))
        rows = _rows(make_work, settings, batches, needs, workers, folder)
        with closing(watched(rows, watch)) as answered:
            for row in answered:
                if row["problem"]:
                    raise ClusterError(row["problem"])
                if row["bug"]:
                    raise RuntimeError(f"in a worker:\n{row['bug']}")
                unanswered.discard(row["batch"])
                yield Answer(row["key"], row["text"], row["data"])
        photos = [photo for batch in sorted(unanswered) for photo in batches[batch]]
        if size == 1:
            return
        size = max(1, size // _SMALLER)


def _rows(
    make_work: Callable[..., Work],
    settings: Mapping[str, Any],
    batches: Sequence[Sequence[KeyedPath]],
    needs: WorkerNeeds,
    workers: int,
    folder: Path,
) -> Generator[dict[str, Any], None, None]:
    """What the workers say, batch by batch; nothing of one that has killed its workers."""
    import ray.data

    data = ray.data.from_arrow(
        [_block(number, batch, folder) for number, batch in enumerate(batches)]
    )
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # what fails is told by its photos
    data.context.enable_progress_bars = False
    data.context.print_on_execution_start = False
    data.context.max_errored_blocks = -1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name of the last two goes with Ray 2.64
        answers = data.map_batches(
            _Worker,
            fn_constructor_kwargs={
                "make_work": make_work,
                "settings": dict(settings),
                "folder": folder,
            },
            batch_size=None,  # a block
            compute=ray.data.ActorPoolStrategy(
                min_size=1,
                initial_size=min(workers, len(batches)),
                max_size=max(workers, len(batches)),
                # One photo at a time: else what a poisonous one kills takes the next with it.
                max_tasks_in_flight_per_actor=1 if len(batches[0]) == 1 else None,
            ),
            num_cpus=1,
            num_gpus=needs.gpus or None,
            memory=needs.memory,
            max_restarts=-1,
            max_task_retries=_RETRIES,
        )
    yield from answers.iter_rows()


def _block(number: int, batch: Sequence[KeyedPath], folder: Path) -> Any:
    """Of photos in tar files it tells where they lie, which is known here."""
    import pyarrow as pa

    places = [_member(photo_file(folder, path)) for _, path in batch]
    return pa.table(
        {
            "batch": [number] * len(batch),
            "key": [key for key, _ in batch],
            "path": [path for _, path in batch],
            "start": [place.start for place in places],
            "size": [place.size for place in places],
        }
    )


def _member(file: PhotoFile) -> Member:
    """Of size -1 where it is none, or its tar file cannot be read here."""
    found = None
    if isinstance(file, DistantPhoto) and file.member and file.may_be_read:
        with suppress(OSError):
            found = member(file.address, file.member)
    return Member(-1, -1) if found is None else found


def require_folder(folder: Path) -> None:
    """Called in a worker.  Raises FolderError."""
    if not folder.is_dir():
        raise FolderError(
            tr(
                "There is no folder {folder}: photos and project must lie on a disk that all "
                "machines of the cluster see under the same path.",
                folder=folder,
            )
        )


class _Worker:
    """One process of the pool, which Ray makes and calls."""

    def __init__(
        self, make_work: Callable[..., Work], settings: Mapping[str, Any], folder: Path
    ) -> None:
        self._make_work = make_work
        self._folder = folder
        self._settings = settings
        self._work: Work | None = None

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        # Raised, it would be one more block that failed; a row ends the run with its sentence.
        problem = bug = ""
        answers: list[Answer] = []
        try:
            if self._work is None:
                from cdul_app.memory import keep_freed_memory

                keep_freed_memory()
                self._work = self._make_work(**self._settings)
            paths = [str(path) for path in batch["path"]]
            tell_members(self._places(paths, batch))
            answers = self._work(list(zip(map(int, batch["key"]), paths, strict=True)))
        except UserError as error:
            problem = f"A worker on {platform.node()} cannot go on. {error}"
        except Exception:
            bug = traceback.format_exc()
        if problem or bug:
            answers = [Answer()]
        return {
            "batch": [int(batch["batch"][0])] * len(answers),
            "key": [each.key for each in answers],
            "text": [each.text for each in answers],
            "data": [each.data for each in answers],
            "problem": [problem] * len(answers),
            "bug": [bug] * len(answers),
        }

    def _places(
        self, paths: Sequence[str], batch: Mapping[str, Any]
    ) -> dict[tuple[str, str], Member]:
        places = zip(paths, map(int, batch["start"]), map(int, batch["size"]), strict=True)
        found: dict[tuple[str, str], Member] = {}
        for path, start, size in places:
            file = photo_file(self._folder, path) if size >= 0 else None
            if isinstance(file, DistantPhoto):
                found[file.address, file.member] = Member(start, size)
        return found
