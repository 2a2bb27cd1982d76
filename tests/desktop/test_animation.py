"""The short film of the README: the real window, one picture a step."""

import io

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtTest import QTest

from cdul_app.desktop.photo.snippet_view import Overlay
from tests.desktop.conftest import choose_class, settle

WIDTH = 880  # pixels
STEP_MS = 1700


def picture(window) -> Image.Image:
    """What the window shows now, at the width of the film."""
    settle(window)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert window.grab().save(buffer, "PNG")
    image = Image.open(io.BytesIO(buffer.data().data())).convert("RGB")
    height = round(image.height * WIDTH / image.width)
    return image.resize((WIDTH, height), Image.Resampling.LANCZOS)


def test_a_walk_through_the_window(qtbot, demo_window, request):
    view, frames = demo_window.view, []
    library = view.library
    demo_window.activateWindow()
    qtbot.waitUntil(demo_window.isActiveWindow)
    library.side_panel.show_panel("Classes")
    frames.append(picture(demo_window))

    # One class, page by page: what is wrong is clicked, Enter accepts the rest.
    choose_class(library.filter_bar, 8)
    library.grid.setFocus()
    QTest.keyClick(library.grid, Qt.Key.Key_R)
    library.toggle_exception(library.model.index(4))
    library.toggle_exception(library.model.index(5))
    frames.append(picture(demo_window))
    QTest.keyClick(library.grid, Qt.Key.Key_Return)
    frames.append(picture(demo_window))
    QTest.keyClick(library.grid, Qt.Key.Key_Escape)

    # Why: the snippets of a photo, a heat map, classes side by side.
    view.open_photo(int(library.model.rows[1]))
    qtbot.waitUntil(lambda: not view.photo.view.is_loading)
    frames.append(picture(demo_window))
    view.photo.toggle_overlay(Overlay.HEAT)
    frames.append(picture(demo_window))
    view.photo.toggle_overlay(Overlay.SNIPPETS)
    view.photo.stage.toggle_comparison()
    frames.append(picture(demo_window))
    view.photo.stage.toggle_comparison()

    # What the encoder takes for a class, and the collection at a glance.
    view.show_wall()
    qtbot.waitUntil(lambda: view.wall.model.rowCount() > 0)
    frames.append(picture(demo_window))
    view.show_collection()
    frames.append(picture(demo_window))
    view.show_library()

    assert len({frame.tobytes() for frame in frames}) == len(frames)
    folder = request.config.getoption("--screenshots")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        small = [frame.quantize(128, method=Image.Quantize.MEDIANCUT) for frame in frames]
        small[0].save(
            folder / "walk.gif",
            save_all=True, append_images=small[1:], duration=STEP_MS, loop=0, optimize=True,
        )  # fmt: skip
