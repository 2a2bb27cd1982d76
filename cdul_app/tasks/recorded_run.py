"""Keeping the record of a run, however it ends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from cdul_app.errors import ProjectError, UserError
from cdul_app.events import Outcome
from cdul_app.project.run_words import CANCELLED, FINISHED
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.transactions import sentences_for_failures


class RecordedRun:
    """A row of the runs table; `finish` says how it went well, leaving the block does the rest."""

    def __init__(self, store: ProjectStore, identifier: int) -> None:
        self.store = store
        self.identifier = identifier
        self.finished = False

    def set_device(self, device: str) -> None:
        self.store.runs.set_device(self.identifier, device)

    def finish(self, summary: str, *, reason: str = FINISHED) -> None:
        self.store.runs.finish(self.identifier, Outcome.DONE, reason=reason, summary=summary)
        self.finished = True

    def stop(self, summary: str) -> None:
        """It is being cancelled, and this is what it kept."""
        self.store.runs.finish(
            self.identifier, Outcome.CANCELLED, reason=CANCELLED, summary=summary
        )
        self.finished = True


@contextmanager
def recorded_run(
    store: ProjectStore,
    kind: str,
    config: Mapping[str, Any],
    *,
    seed: int | None = None,
    versions: Mapping[str, str] | None = None,
    resume: int | None = None,
) -> Iterator[RecordedRun]:
    """Record a run of a generator: closing the generator is a cancelled run, an error a failed one.

    Raises ProjectError in place of an error of SQLite (disk full, folder unplugged).
    """
    if resume is None:
        run_id = store.runs.start(kind, config, seed=seed, versions=versions)
    else:
        run_id = resume
        store.runs.resume(run_id)
    run = RecordedRun(store, run_id)
    try:
        with sentences_for_failures():
            yield run
    except (GeneratorExit, KeyboardInterrupt):
        if not run.finished:
            store.runs.finish(run_id, Outcome.CANCELLED, reason=CANCELLED)
        raise
    except BaseException as error:
        reason = str(error) if isinstance(error, UserError) else f"A bug: {error!r}"
        if not run.finished:
            with suppress(ProjectError):  # the database itself may be what failed
                store.runs.finish(run_id, Outcome.FAILED, reason=reason)
        raise
