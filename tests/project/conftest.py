from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app.project.project import Project
from cdul_app.tasks.scan.scan import scan_project
from tests.events import run_task


@pytest.fixture
def project(scored_folder: Path) -> Iterator[Project]:
    """Eight photos, scored."""
    with Project.open_folder(scored_folder) as project:
        yield project


@pytest.fixture
def scanned_project(photo_folder: Path) -> Iterator[Project]:
    """Six photos that were found and nothing else: no class, no score."""
    with Project.open_folder(photo_folder) as project:
        run_task(scan_project(project.location))
        project.reload()
        yield project
