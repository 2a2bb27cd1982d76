from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from cdul_app.desktop.session.project_session import ProjectSession


@pytest.fixture
def session(scored_folder: Path, qapp: QCoreApplication) -> Iterator[ProjectSession]:
    """Eight drawn photos, scored for their classes."""
    session = ProjectSession.open_folder(scored_folder)
    yield session
    session.close()
