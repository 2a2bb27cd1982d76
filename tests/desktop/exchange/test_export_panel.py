import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from cdul_app.desktop.exchange.export_panel import PREVIEWED_PHOTOS, ExportPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome
from cdul_app.formats.label_formats import LABEL_FORMATS
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.labels.label_states import LabelState


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(ExportPanel(trained_session))
    panel.resize(360, 760)
    panel.show()
    return panel


def export(qtbot, panel, session):
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as finished:
        panel.start()
    return finished.args[0]


@pytest.mark.parametrize("label_format", ["csv", "csv-long"])
def test_the_csv_preview_is_the_start_of_the_file(
    qtbot, panel, trained_session, tmp_path, label_format
):
    trained_session.project.decisions.answer([0], 0, YES)
    panel.choose_format(label_format)
    panel.update_preview()
    panel.destination.set_path(tmp_path / "labels.csv")
    result = export(qtbot, panel, trained_session)
    assert result.outcome is Outcome.DONE, result.message
    written = (tmp_path / "labels.csv").read_text(encoding="utf-8")
    assert written.startswith(panel.preview.toPlainText())
    assert panel.file.text == result.message
    assert panel.file.action_button.isVisible()


def test_the_json_preview_shows_photos_of_the_file(qtbot, panel, trained_session, tmp_path):
    panel.choose_format("json")
    panel.destination.set_path(tmp_path / "labels.json")
    shown = json.loads(panel.preview.toPlainText())
    assert export(qtbot, panel, trained_session).outcome is Outcome.DONE
    written = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert shown["classes"] == written["classes"]
    assert written["images"][: len(shown["images"])] == shown["images"]


def test_the_first_photos_are_shown_with_the_looks_of_their_labels(panel, trained_session):
    project = trained_session.project
    labels = project.facts.labels.values()
    row = int(np.flatnonzero(labels.any(axis=1))[0])
    assert row < PREVIEWED_PHOTOS
    pictures = [panel.labels.grab().toImage()]
    column = int(labels[row].argmax())
    for value, state in ((YES, LabelState.CONFIRMED), (NO, LabelState.REJECTED)):
        project.decisions.answer([row], column, value)
        panel.update_preview()
        path, shown = panel.labels.rows[row]
        assert path == project.photos.paths[row]
        assert (shown[0].column, shown[0].state) == (column, state)
        pictures.append(panel.labels.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]
    assert len(panel.labels.rows) == PREVIEWED_PHOTOS


def test_answers_change_the_preview(qtbot, panel, trained_session):
    qtbot.wait(50)
    before = panel.preview.toPlainText()
    column = int((~trained_session.project.facts.labels.values()[0]).argmax())
    trained_session.project.decisions.answer([0], column, YES)
    qtbot.waitUntil(lambda: panel.preview.toPlainText() != before)


def test_the_suggested_name_follows_the_format_but_not_a_chosen_one(qtbot, panel, tmp_path):
    panel.choose_format("json")
    assert panel.destination.path().suffix == ".json"
    panel.destination.line.clear()
    qtbot.keyClicks(panel.destination.line, str(tmp_path / "mine.json"))
    panel.choose_format("csv")
    assert panel.destination.path() == tmp_path / "mine.csv"


def test_a_place_that_cannot_be_written_is_a_sentence(qtbot, panel, trained_session, tmp_path):
    panel.destination.set_path(tmp_path / "absent" / "labels.csv")
    result = export(qtbot, panel, trained_session)
    assert result.outcome is Outcome.FAILED
    assert panel.file.text == result.message
    assert not panel.file.action_button.isVisible()


def test_another_s_file_is_replaced_only_when_a_person_says_so(
    qtbot, panel, trained_session, tmp_path, screenshot
):
    file = tmp_path / "labels.csv"
    file.write_text("a friend's", encoding="utf-8")
    panel.destination.set_path(file)
    panel.start()
    assert not trained_session.jobs.is_busy
    assert panel.question.isVisible()
    screenshot(panel, "export-panel-replace")
    panel.destination.set_path(tmp_path / "other.csv")
    assert not panel.question.isVisible()
    panel.destination.set_path(file)
    panel.start()
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000) as finished:
        qtbot.mouseClick(panel.question.action_button, Qt.MouseButton.LeftButton)
    assert finished.args[0].outcome is Outcome.DONE
    assert file.read_text(encoding="utf-8").startswith("image,")
    assert export(qtbot, panel, trained_session).outcome is Outcome.DONE  # its own now
    assert not panel.question.isVisible()


@pytest.mark.parametrize("label_format", ["txt", "xmp"])
@pytest.mark.parametrize("choice", ["replace", "keep", "cancel"])
def test_of_foreign_files_beside_the_photos_a_person_says_what_becomes(
    qtbot, panel, trained_session, label_format, choice, screenshot
):
    folder = trained_session.project.location.folder
    photo, other = (Path(path).stem for path in trained_session.project.photos.paths[:2])
    theirs = folder / f"{photo}.{label_format}"
    theirs.write_text("of another program", encoding="utf-8")
    panel.choose_format(label_format)
    panel.destination.set_path(folder)
    assert export(qtbot, panel, trained_session).outcome is Outcome.FAILED
    question = panel.question
    assert question.isVisible()
    assert question.text.startswith(f"{folder.name} holds a file that this app did not write")
    assert theirs.name in question.text
    assert not panel.file.isVisible()
    assert theirs.read_text(encoding="utf-8") == "of another program"
    assert not (folder / f"{other}.{label_format}").exists()
    screenshot(panel, f"export-panel-theirs-{label_format}")
    button = {
        "replace": question.action_button,
        "keep": question.keep_button,
        "cancel": question.cancel_button,
    }[choice]
    if choice == "cancel":
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not trained_session.jobs.is_busy
    else:
        with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000) as finished:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert finished.args[0].outcome is Outcome.DONE
        assert panel.file.text == finished.args[0].message
        assert ("Left as found: 1 file of others" in panel.file.text) == (choice == "keep")
    assert not question.isVisible()
    changed = theirs.read_text(encoding="utf-8") != "of another program"
    assert changed == (choice == "replace")
    assert (folder / f"{other}.{label_format}").exists() == (choice != "cancel")


def test_the_answer_is_about_the_export_that_asked(qtbot, panel, trained_session, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    stem = Path(trained_session.project.photos.paths[0]).stem
    (out / f"{stem}.txt").write_text("theirs", encoding="utf-8")
    panel.choose_format("txt")
    panel.destination.set_path(out)
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000):
        panel.start()
        panel.choose_format("xmp")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000):
        qtbot.mouseClick(panel.question.keep_button, Qt.MouseButton.LeftButton)
    assert (out / f"{stem}.txt").read_text(encoding="utf-8") == "theirs"
    assert not list(out.glob("*.xmp"))
    assert len(list(out.glob("*.txt"))) == len(trained_session.project.photos)
    export(qtbot, panel, trained_session)  # of xmp, where nothing is in the way
    assert not panel.question.isVisible()
    assert list(out.glob("*.xmp"))


def test_what_is_left_out_is_said_before_and_after(qtbot, panel, trained_session, tmp_path):
    project = trained_session.project
    assert not panel.left_out.isVisible()
    photo = project.photos.absolute(0)
    (photo.parent / "another.png").write_bytes(photo.read_bytes() + b"another")
    with qtbot.waitSignal(trained_session.jobs.finished):
        trained_session.jobs.start_scan()
    qtbot.waitUntil(panel.left_out.isVisible)
    assert panel.left_out.text() == "Left out: 1 photo not labelled yet."
    panel.destination.set_path(tmp_path / "labels.csv")
    assert export(qtbot, panel, trained_session).message.endswith(panel.left_out.text())


def test_without_labels_it_says_what_comes_first(qtbot, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    panel = ExportPanel(session)
    qtbot.addWidget(panel)
    assert not panel.can_start
    assert "no labels yet" in panel.hint.text()
    panel.release()
    session.close()


def test_pictures(panel, screenshot):
    screenshot(panel, "export-panel")
    panel.choose_format("json")
    screenshot(panel, "export-panel-json")
    panel.choose_format("csv-long")
    screenshot(panel, "export-panel-csv-long")


def test_every_label_format_is_offered_with_its_purpose_and_a_preview(panel):
    keys = [panel.formats.itemData(place) for place in range(panel.formats.count())]
    assert keys == list(LABEL_FORMATS)
    for key, each in LABEL_FORMATS.items():
        panel.choose_format(key)
        assert panel.purpose.help.text() == each.purpose
        assert panel.preview.toPlainText()
        assert panel.destination.path().suffix == each.suffix


def test_what_a_format_has_no_use_for_cannot_be_chosen(panel):
    choices = panel.choices
    panel.choose_format("csv")
    assert choices.scores.isEnabled()
    assert not choices.split.isEnabled()
    choices.scores.setChecked(True)
    assert "cat_score" in panel.preview.toPlainText() or "_score" in panel.preview.toPlainText()
    panel.choose_format("csv-long")
    assert not choices.scores.isEnabled()
    assert not panel.options().scores
    panel.choose_format("folders")
    assert choices.split.isEnabled()
    assert not panel.can_start
    assert panel.hint.text() == "Choose where a photo with several labels goes."
    choices.several.setCurrentIndex(2)
    assert panel.can_start


def test_only_the_photos_that_are_shown(qtbot, panel, trained_session, tmp_path):
    panel.shown_rows = lambda: np.array([4, 2])
    panel.choices.only_shown.setChecked(True)
    assert [path for path, _ in panel.labels.rows] == [
        trained_session.project.photos.paths[row] for row in (2, 4)
    ]
    assert "that the filter hides" in panel.left_out.text()
    panel.destination.set_path(tmp_path / "labels.csv")
    assert export(qtbot, panel, trained_session).outcome is Outcome.DONE
    assert (tmp_path / "labels.csv").read_text(encoding="utf-8").count("\n") == 3


def test_a_folder_is_written_and_shown(qtbot, panel, trained_session, tmp_path):
    panel.choose_format("huggingface")
    panel.destination.set_path(tmp_path / "out")
    result = export(qtbot, panel, trained_session)
    assert result.outcome is Outcome.DONE, result.message
    assert (tmp_path / "out" / "metadata.jsonl").is_file()
    assert panel.file.action_button.isVisible()
    assert export(qtbot, panel, trained_session).outcome is Outcome.DONE  # its own


def test_what_was_written_is_told_until_another_export_is_chosen(
    qtbot, panel, trained_session, tmp_path
):
    def is_another() -> None:
        panel.choose_format("voc")

    def has_another_place() -> None:
        panel.destination.set_path(tmp_path / "other.csv")

    for change in (has_another_place, is_another):
        panel.choose_format("csv")
        panel.destination.set_path(tmp_path / "labels.csv")
        export(qtbot, panel, trained_session)
        assert "Wrote the labels" in panel.file.text
        change()
        assert panel.file.text == ""
        assert not panel.file.action_button.isVisible()
