"""What a project holds, in figures."""

from typing import Any

from cdul_app.paths import ProjectLocation
from cdul_app.project.likely_errors import likely_errors
from cdul_app.storage.project_store import ProjectStore

LIKELY_ERRORS = 10


def project_info(location: ProjectLocation) -> dict[str, Any]:
    """What `info --json` prints.  Raises ProjectError where there is no project."""
    with ProjectStore(location.database) as store:
        photos = store.photos.all()
        scored = store.settings.get("scored")
        return {
            "folder": str(location.folder),
            "database": str(location.database),
            "photos": len(photos),
            "skipped": {photo.path: photo.error for photo in photos if photo.error},
            "classes": [record.name for record in store.classes.all()],
            "thresholds": {record.name: record.threshold for record in store.classes.all()},
            "labels": [kind.value for kind in store.labels.kinds()],
            "answers": store.answers.count(),
            "scoring": scored["config"] if scored else None,
            "classifier": _classifier(location, store),
            "likely_errors": likely_errors(store, count=LIKELY_ERRORS),
            "runs": [
                {
                    "id": run.identifier,
                    "kind": run.kind,
                    "started": run.started,
                    "ended": run.ended,
                    "outcome": run.outcome.value if run.outcome else None,
                    "reason": run.reason,
                    "summary": run.summary,
                    "device": run.device,
                    "seed": run.seed,
                    "config": run.config,
                    "versions": run.versions,
                }
                for run in store.runs.all()
            ],
        }


def _classifier(location: ProjectLocation, store: ProjectStore) -> str | None:
    from cdul_app.tasks.train.train import run_folder

    run_id = store.settings.get("classifier_run")
    return None if run_id is None else str(run_folder(location, run_id))
