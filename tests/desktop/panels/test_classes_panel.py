import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.panels.class_editor import CHECK_DELAY_MS, ClassEditor
from cdul_app.desktop.panels.classes_panel import ClassesPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.reviews import YES


@pytest.fixture
def empty_session(photo_folder, qapp):
    session = ProjectSession.open_folder(photo_folder)
    yield session
    session.close()


@pytest.fixture
def empty_panel(qtbot, empty_session):
    panel = ClassesPanel(empty_session)
    qtbot.addWidget(panel)
    yield panel
    panel.release()


def type_classes(qtbot, editor: ClassEditor, text: str) -> None:
    editor.text.selectAll()
    editor.text.insertPlainText(text)
    qtbot.wait(CHECK_DELAY_MS * 2)


def test_typed_classes_are_applied(qtbot, empty_session, empty_panel):
    panel = empty_panel
    type_classes(qtbot, panel.editor, "cat\ndog: a dog | a puppy")
    assert panel.editor.count.text() == "2 classes"
    with qtbot.waitSignal(panel.applied):
        panel.editor.apply()
    assert list(empty_session.project.classes.names) == ["cat", "dog"]
    assert empty_session.project.classes[1].definition.prompts == ("a dog", "a puppy")
    assert not panel.editor.can_apply


def test_the_signs_of_descriptions_are_explained_to_who_asks(empty_panel):
    empty_panel.show()
    said = [each for each in empty_panel.findChildren(QLabel) if each.isVisible()]
    assert not any("\\" in each.text() or "|" in each.text() for each in said)
    (signs,) = (each for each in empty_panel.findChildren(QLabel) if "|" in each.text())
    empty_panel.editor.help_button.click()
    assert signs.isVisible()
    empty_panel.hide()
    empty_panel.show()
    assert not signs.isVisible()


def test_a_class_given_twice_is_told_inline(qtbot, empty_session, empty_panel):
    panel = empty_panel
    type_classes(qtbot, panel.editor, "cat\nCat")
    assert "twice" in panel.editor.verdict.text
    assert not panel.editor.can_apply


def test_a_single_class_gets_a_warning_but_can_be_applied(qtbot, empty_session, empty_panel):
    panel = empty_panel
    type_classes(qtbot, panel.editor, "cat")
    assert "single class" in panel.editor.verdict.text
    assert panel.editor.can_apply


def test_classes_that_read_the_same_are_told_under_the_editor(qtbot, empty_session, empty_panel):
    panel = empty_panel
    type_classes(qtbot, panel.editor, "dog\nhot_dog\nhot-dog")
    assert "“hot_dog” and “hot-dog” mean nearly the same" in panel.editor.verdict.text
    assert panel.editor.can_apply


def test_what_is_typed_as_the_project_closes_is_judged_no_more(qtbot, empty_session, empty_panel):
    empty_panel.editor.text.setPlainText("cat\ndog")
    assert empty_panel.editor._check_timer.isActive()
    empty_panel.release()
    assert not empty_panel.editor._check_timer.isActive()  # it would read a closed database


def test_presets_fill_the_text_and_can_be_taken_back(qtbot):
    editor = ClassEditor()
    qtbot.addWidget(editor)
    type_classes(qtbot, editor, "cat\ndog")
    qtbot.mouseClick(editor.preset_buttons["coco80"], Qt.MouseButton.LeftButton)
    assert editor.draft is not None
    assert len(editor.draft) == 80
    editor.text.undo()
    assert editor.text.toPlainText() == "cat\ndog"


def test_a_file_is_loaded_and_a_bad_one_is_a_sentence(qtbot, tmp_path):
    editor = ClassEditor()
    qtbot.addWidget(editor)
    good = tmp_path / "my classes.txt"
    good.write_text("\ufeffcat\n# comment\ndog: a dog\n", encoding="utf-8")
    editor.load_file(good)
    assert editor.draft == [ClassDefinition("cat"), ClassDefinition("dog", ("a dog",))]
    bad = tmp_path / "picture.bin"
    bad.write_bytes(b"\xff\xfe\x00\x81")
    editor.load_file(bad)
    assert "picture.bin" in editor.verdict.text
    assert editor.text.toPlainText() == "cat\ndog: a dog"


def test_removing_an_answered_class_tells_that_answers_are_kept(qtbot, keep, trained_session):
    trained_session.project.decisions.answer([0, 1], 0, YES)
    panel = keep(ClassesPanel(trained_session))
    name = trained_session.project.classes[0].name
    type_classes(
        qtbot, panel.editor, "\n".join(item.name for item in trained_session.project.classes[1:])
    )
    assert name in panel.editor.kept_answers.text
    assert "2 answers" in panel.editor.kept_answers.text


def test_revert_returns_to_the_classes_in_use(qtbot, keep, trained_session):
    panel = keep(ClassesPanel(trained_session))
    type_classes(qtbot, panel.editor, "nothing\nelse")
    qtbot.mouseClick(panel.editor.revert_button, Qt.MouseButton.LeftButton)
    assert not panel.editor.is_changed


def test_pictures(qtbot, keep, trained_session, screenshot):
    panel = keep(ClassesPanel(trained_session))
    panel.resize(360, 760)
    screenshot(panel, "classes-panel")
    type_classes(qtbot, panel.editor, "cat\nbird: a bird | a bird in the sky\ncat")
    screenshot(panel, "classes-panel-editing")
