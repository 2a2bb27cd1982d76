"""A session holds its project for its window."""

from pathlib import Path

import pytest

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.errors import ProjectError


def test_a_session_that_is_closed_lets_the_next_one_in(photo_folder: Path, qapp):
    first = ProjectSession.open_folder(photo_folder)
    first.lock()
    second = ProjectSession.open_folder(photo_folder)
    with pytest.raises(ProjectError, match="close it first"):
        second.lock()
    second.close()  # takes nobody's lock away
    third = ProjectSession.open_folder(photo_folder)
    with pytest.raises(ProjectError):
        third.lock()
    first.close()
    third.lock()
    third.close()
