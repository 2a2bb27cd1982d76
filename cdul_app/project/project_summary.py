"""How far a project has come, to be told while it is closed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cdul_app.project.project import Project


@dataclass(frozen=True)
class ProjectSummary:
    photos: int
    labelled: int  # of these, by the machine or by answers
    answers: int
    day: str  # ISO 8601, on which it was closed
    database: str

    def closed(self) -> str:
        """As text, once the project is closed: it holds as long as nothing writes there."""
        return json.dumps(asdict(self) | {"state": _state(Path(self.database))})


def project_summary(project: "Project", day: str) -> ProjectSummary:
    # The start page reads summaries before anything of a project is loaded.
    from cdul_app.measures.reviews import UNOBSERVED
    from cdul_app.project.exchange.export_table import labelled

    answers = int((project.answers != UNOBSERVED).sum())
    count = int(labelled(project).sum())
    database = str(project.location.database)
    return ProjectSummary(len(project.photos), count, answers, day, database)


def read_summary(text: str) -> ProjectSummary | None:
    """None where the project was written to since, or is not there."""
    try:
        values = json.loads(text)
        state = values.pop("state")
        summary = ProjectSummary(**values)
    except (ValueError, TypeError, AttributeError, KeyError):  # none, or of another version
        return None
    return summary if state and state == _state(Path(summary.database)) else None


def _state(database: Path) -> list[int] | None:
    try:
        log = database.with_name(f"{database.name}-wal")
        if log.exists() and log.stat().st_size:
            return None
        stat = database.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]
