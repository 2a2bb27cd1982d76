from collections.abc import Iterator
from pathlib import Path

import pytest

from cdul_app.storage.project_store import ProjectStore


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "project.sqlite"


@pytest.fixture
def store(database_file: Path) -> Iterator[ProjectStore]:
    with ProjectStore(database_file, create=True) as store:
        yield store
