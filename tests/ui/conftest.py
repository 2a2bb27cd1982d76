"""Real windows, settings of their own, and pictures of them in both themes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from cdul_app.ui.theme import ThemeChoice, theme_manager

Screenshot = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to tell a window's minimum size to."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, qapp: QApplication) -> Iterator[None]:
    """No test reads or writes what the user's own window remembers."""
    names = QCoreApplication.organizationName(), QCoreApplication.applicationName()
    QCoreApplication.setOrganizationName("cdul_app")
    QCoreApplication.setApplicationName("cdul_app")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(
        QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings")
    )
    theme_manager().choose(ThemeChoice.LIGHT)
    yield
    # What was closed goes now: left alive, each theme change would restyle it too.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.setOrganizationName(names[0])
    QCoreApplication.setApplicationName(names[1])


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Iterator[Screenshot]:
    """Call with a widget and a name: paints it in both themes, and saves that with --screenshots.

    `size` (width, height) resizes the widget first.
    """
    folder = request.config.getoption("--screenshots")

    def take(widget: QWidget, name: str, *, size: tuple[int, int] | None = None) -> None:
        if size is not None:
            widget.resize(*size)
        widget.show()
        for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
            theme_manager().choose(choice)
            QApplication.processEvents()
            picture = widget.grab()
            assert not picture.isNull()
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                assert picture.save(str(folder / f"{name}-{choice.value}.png"))
        theme_manager().choose(ThemeChoice.LIGHT)

    yield take
    theme_manager().choose(ThemeChoice.LIGHT)
