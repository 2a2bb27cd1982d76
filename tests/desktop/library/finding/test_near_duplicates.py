"""Copies of photos, by a chip above the grid."""

from PySide6.QtCore import Qt

from cdul_app.project.finding.photo_filter import PhotoFilter


def test_copies_are_shown_side_by_side_and_all_again(qtbot, demo_window, screenshot):
    view = demo_window.view
    session, library = view.session, view.library
    folder = session.project.location.folder
    for name in ("scene_05.jpg", "scene_09.jpg"):
        (folder / f"zz {name}").write_bytes((folder / name).read_bytes())
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scoring()
    everything = library.model.rowCount()
    bar = library.filter_bar
    with qtbot.waitSignal(session.search.found, timeout=60_000):
        qtbot.mouseClick(bar.duplicates, Qt.MouseButton.LeftButton)
    paths = [session.project.photos.paths[row] for row in library.model.rows]
    place = paths.index("scene_05.jpg")
    assert paths[place + 1] == "zz scene_05.jpg"
    assert "zz scene_09.jpg" in paths
    assert len(paths) < 12
    assert [chip.text() for chip in bar.active.chips] == ["Near-duplicates"]
    screenshot(demo_window, "window-near-duplicates")
    bar.active.chips[0].click()
    qtbot.waitUntil(lambda: library.model.rowCount() == everything)
    assert not bar.duplicates.isChecked()
    assert bar.filter == PhotoFilter()
