"""What is told once, where it is of use."""

import pytest
from PySide6.QtCore import QSettings

from cdul_app.desktop.hints import Hints
from cdul_app.desktop.session.project_session import ProjectSession


@pytest.fixture
def told(qapp):
    """Call with a session: what its hints tell from now on, of which nothing was told before."""
    QSettings().remove("hints_seen")

    def listen(session: ProjectSession) -> tuple[Hints, list[str]]:
        hints, said = Hints(session, lambda: True, session), []
        hints.told.connect(said.append)
        return hints, said

    return listen


def test_why_is_told_at_the_first_photo_that_shows_it_and_never_again(
    qtbot, told, trained_session, demo_folder
):
    (demo_folder / trained_session.project.photos.paths[2]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        trained_session.jobs.start_scoring()
    hints, said = told(trained_session)
    hints.on_photo(2)
    assert said == []
    hints.on_photo(0)
    hints.on_photo(1)
    assert len(said) == 1


def test_a_photo_without_labels_says_nothing_of_why(told, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    hints, said = told(session)
    hints.on_photo(0)
    assert said == []
    session.close()
