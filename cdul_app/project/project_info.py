"""What a project holds, in figures."""

from dataclasses import asdict
from typing import Any

from cdul_app.project.checking.likely_errors import likely_errors
from cdul_app.project.project import Project

LIKELY_ERRORS = 10


def project_info(project: Project) -> dict[str, Any]:
    """What `info --json` prints."""
    store, photos, scored = project.store, project.photos, project.scoring.state
    run_id = store.settings.read("classifier_run", int)
    return {
        "folder": str(project.location.folder),
        "database": str(project.location.database),
        "photos": len(photos),
        "skipped": {photos.paths[row]: error for row, error in photos.errors.items()},
        "classes": list(project.classes.names),
        "thresholds": {record.name: record.threshold for record in project.classes},
        "labels": [kind.value for kind in project.label_kinds],
        "answers": store.answers.count(),
        "scoring": None if scored is None else scored.config.to_dict(),
        "classifier": None if run_id is None else str(project.location.run_folder(run_id)),
        "likely_errors": likely_errors(project, count=LIKELY_ERRORS),
        "runs": [_run(asdict(run)) for run in store.runs.all()],
    }


def _run(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record.pop("identifier"), **record}
