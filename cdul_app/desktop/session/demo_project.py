"""Opening the bundled demo in a window."""

from pathlib import Path

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.project.project import Project
from cdul_app.tasks import demo


def prepare_demo(into: Path | None = None) -> ProjectSession:
    """Copy the demo where it is not there yet and open it.  Raises ProjectError."""
    return ProjectSession(Project(demo.prepare_demo(into)))
