"""Numbers typed key by key, with a point or a comma, whatever the machine's language."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from cdul_app.desktop.library.finding.score_range import ScoreRangePopup
from cdul_app.desktop.panels.threshold_editor import ThresholdEditor
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.fields.grid_field import GridField
from cdul_app.desktop.widgets.fields.number_field import CountBox, NumberField, ScoreBox

ALL = np.linspace(0, 1, 101, dtype=np.float32)


@pytest.fixture(params=["C", "de_DE", "fr_FR", "ar_EG"])
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield
    QLocale.setDefault(before)


def type_in(field: QWidget, text: str, *, enter: bool = True) -> None:
    """In place of what stands there.  QTest knows no digits but those of ASCII."""
    field.setFocus()
    field.selectAll()
    none = Qt.KeyboardModifier.NoModifier
    for letter in text:
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, none, letter))
    if enter:
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none))


SCORES = {
    "0.35": 0.35, "0,35": 0.35, "0.95": 0.95, "0,05": 0.05, ".45": 0.45, "1": 1.0, "0.5": 0.5,
    "٠٫٣٥": 0.35, "0.352": 0.35,
}  # fmt: skip


@pytest.mark.parametrize(("text", "score"), SCORES.items())
def test_a_lowest_score_is_what_was_typed(qtbot, language, text: str, score: float):
    popup = ScoreRangePopup(None)
    qtbot.addWidget(popup)
    heard: list[object] = []
    popup.range_changed.connect(heard.append)
    popup.show_class("dog", ALL, np.ones(len(ALL), dtype=bool), None, QColor("red"))
    popup.show()
    type_in(popup.low, text)
    assert heard == [(score, 1.0)]
    assert popup.low.text() == f"{score:.2f}"
    type_in(popup.high, "1,0")
    assert heard[-1] == (score, 1.0)


@pytest.mark.parametrize(("text", "score"), SCORES.items())
def test_a_threshold_is_what_was_typed(
    qtbot, language, scored_session: ProjectSession, text: str, score: float
):
    editor = ThresholdEditor(scored_session)
    qtbot.addWidget(editor)
    editor.show()
    editor.show_class(1)
    type_in(editor.spin, text)
    editor.commit()
    assert scored_session.project.classes[1].threshold == pytest.approx(score)
    assert editor.spin.text() == f"{score:.2f}"


@pytest.mark.parametrize("text", [" ", "35", "1.5", "-0.2", "nan", "a third", "0.3.5", "0,3.5"])
def test_what_is_no_score_gives_way_to_the_one_before(qtbot, language, text: str):
    box = ScoreBox()
    qtbot.addWidget(box)
    box.setValue(0.77)
    box.show()
    type_in(box, text, enter=False)
    assert box.lineEdit().text() == text  # nothing is refused under the hands of a person
    type_in(box, text)
    assert (box.value(), box.text()) == (0.77, "0.77")


def test_a_score_counts_when_the_field_is_left(qtbot, language):
    box, other = ScoreBox(), ScoreBox()
    for each in (box, other):
        qtbot.addWidget(each)
        each.show()
    type_in(box, "0,35", enter=False)
    QApplication.sendEvent(box, QEvent(QEvent.Type.Hide))
    box.hide()
    assert box.value() == 0.35


@pytest.mark.parametrize("text", ["12", "١٢"])
def test_counts_of_snippets(qtbot, language, text: str):
    field = GridField()
    qtbot.addWidget(field)
    field.show()
    type_in(field.rows, text)
    assert (field.grid().rows, field.rows.text()) == (12, "12")
    type_in(field.rows, "13")
    assert field.grid().rows == 12


@pytest.mark.parametrize(("text", "number"), [("0.35", 0.35), ("0,35", 0.35), ("٠٫٣٥", 0.35)])
def test_a_setting(qtbot, language, text: str, number: float):
    field = NumberField("Zeta")
    qtbot.addWidget(field)
    type_in(field, text)
    assert field.number() == number


def test_arrows_move_by_a_step(qtbot, language):
    score, count = ScoreBox(), CountBox("Rows", 1, 8)
    for box in (score, count):
        qtbot.addWidget(box)
    type_in(score, "0,35", enter=False)
    score.stepUp()
    assert score.value() == pytest.approx(0.36)
    type_in(count, "3", enter=False)
    count.stepDown()
    assert count.value() == 2


def test_numbers_are_written_as_the_rest_of_the_window(qtbot, german):
    score, setting = ScoreBox(), NumberField("Zeta")
    for field in (score, setting):
        qtbot.addWidget(field)
    score.setValue(0.4)
    setting.set_number(0.0001)
    assert (score.text(), setting.text()) == ("0,40", "0,0001")
    assert setting.number() == 0.0001
    type_in(score, "0.35")
    assert (score.value(), score.text()) == (0.35, "0,35")
