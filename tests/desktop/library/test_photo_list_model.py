import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from cdul_app.desktop.library.photo_list_model import PhotoListModel, PhotoRole
from cdul_app.measures.reviews import YES


@pytest.fixture
def model(trained_session):
    model = PhotoListModel(trained_session)
    model.set_rows(np.arange(len(trained_session.project.photos)))
    return model


def test_it_is_a_sound_qt_model(model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(np.array([3, 1]))
    model.repaint_rows()
    model.set_rows(np.array([], dtype=np.int64))
    model.repaint_rows()
    assert tester.model() is model


def test_rows_in_their_order(model, trained_session):
    model.set_rows(np.array([7, 2, 5]))
    assert model.rowCount() == 3
    assert [model.index(place).data(PhotoRole.ROW) for place in range(3)] == [7, 2, 5]
    assert model.index(0).data() == trained_session.project.photos.paths[7]
    assert model.photo_at(1) == trained_session.project.photos.ids[2]
    assert model.place_of(5) == 2
    assert model.place_of(6) is None
    assert model.rowCount(model.index(0)) == 0
    assert model.data(QModelIndex()) is None


def test_a_row_is_what_python_can_use(model):
    assert type(model.index(0).data(PhotoRole.ROW)) is int


def test_screen_readers_hear_name_and_labels(model, trained_session):
    trained_session.project.decisions.answer([0], 0, YES)
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert trained_session.project.photos.paths[0] in spoken
    assert trained_session.project.classes[0].name in spoken


def test_labels_that_changed_repaint_every_row(qtbot, model):
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.repaint_rows()
    assert (changed.args[0].row(), changed.args[1].row()) == (0, model.rowCount() - 1)


def test_a_photo_that_failed_tells_why(qtbot, trained_session, demo_folder):
    (demo_folder / trained_session.project.photos.paths[2]).write_bytes(b"no photo")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        trained_session.jobs.start_scoring()
    model = PhotoListModel(trained_session)
    model.set_rows(np.arange(3))
    error = trained_session.project.photos.errors[2]
    assert error
    assert model.index(2).data(Qt.ItemDataRole.ToolTipRole).endswith(error)
