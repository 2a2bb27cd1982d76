from dataclasses import replace

import pytest
from cdul_app.project.encoder_states import encoders_folder_hint
from PySide6.QtCore import Qt

from cdul_app.desktop.panels.scoring_panel import ScoringPanel
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.settings.configs import scoring_preset


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(ScoringPanel(trained_session))
    panel.resize(360, 900)
    panel.show()
    return panel


@pytest.fixture
def empty_panel(qtbot, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    panel = ScoringPanel(session)
    qtbot.addWidget(panel)
    yield panel
    panel.release()
    session.close()


def test_fields_show_the_stored_settings(panel, trained_session):
    assert panel.config() == trained_session.project.settings.scoring
    assert panel.start_button.text() == "Score again"
    assert panel.form.fields["temperature"].widget.text() == ""


def test_what_the_encoder_reads_is_chosen_and_stored(qtbot, panel, trained_session):
    panel.form.advanced.set_open(True)
    assert not panel.form.rows["prompt"].isVisible()
    panel.form.fields["templates"].show("single")
    assert panel.form.rows["prompt"].isVisible()
    panel.form.fields["prompt"].widget.setText("no place for the name")
    panel.form.fields["templates"].show("photos")
    assert not panel.form.rows["prompt"].isVisible()  # and what is hidden cannot be wrong
    panel.form.fields["names"].show("raw")
    panel.form.fields["background"].widget.setChecked(True)
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.background is True)
    assert trained_session.project.settings.scoring.templates == "photos"
    assert trained_session.project.settings.scoring.names == "raw"
    assert panel.stale_message.isVisible()
    panel.form.fields["templates"].show("single")
    assert "{}" in panel.form.rows["prompt"].error


def test_a_preset_fills_the_fields_and_is_named_by_them(qtbot, panel, trained_session):
    assert panel.form.preset.currentText() == "Recommended"
    panel.form.preset.setCurrentIndex(panel.form.preset.findData("paper"))
    panel.form.preset.activated.emit(panel.form.preset.currentIndex())
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.preset == "paper")
    assert trained_session.project.settings.scoring.templates == "single"
    assert panel.form.preset.currentText() == "As in the paper"
    assert not panel.form.advanced.button.isChecked()
    panel.form.fields["zeta"].widget.setText("0.3")
    assert panel.form.preset.currentText() == "Own settings"
    panel.form.preset.setCurrentIndex(panel.form.preset.findData("default"))
    panel.form.preset.activated.emit(panel.form.preset.currentIndex())
    assert panel.form.fields["zeta"].widget.text() == "0"
    assert panel.config() == scoring_preset("default", of=trained_session.project.settings.scoring)


def test_a_wrong_setting_is_never_hidden(panel):
    assert not panel.form.advanced.button.isChecked()
    panel.form.fields["zeta"].widget.setText("7")
    assert panel.form.advanced.button.isChecked()
    assert panel.form.rows["zeta"].error
    assert panel.form.preset.currentText() == "Own settings"


def test_edited_settings_are_stored_and_make_the_scores_stale(qtbot, panel, trained_session):
    panel.form.fields["grid"].widget.rows.setValue(2)
    panel.form.fields["zeta"].widget.setText("0,5")
    panel.form.fields["temperature"].widget.setText("0.02")
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.zeta == 0.5)
    assert trained_session.project.settings.scoring.grid == SnippetGrid(2, 3)
    assert trained_session.project.settings.scoring.temperature == 0.02
    assert panel.stale_message.isVisible()


def test_views_are_chosen_and_say_what_they_cost(qtbot, panel, trained_session):
    assert panel.form.fields["views"].widget.currentData() == "paper"
    panel.form.fields["views"].show("balanced")
    assert panel.form.rows["views"].help.text() == VIEW_PRESETS["balanced"].meaning
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.views == "balanced")
    assert panel.stale_message.isVisible()
    panel.show_config(replace(trained_session.project.settings.scoring, views="fast"))
    assert panel.form.rows["views"].help.text() == VIEW_PRESETS["fast"].meaning


def test_several_grids_of_the_command_line_stay_until_other_views_are_chosen(
    qtbot, panel, trained_session
):
    config = replace(trained_session.project.settings.scoring, more_grids=(SnippetGrid(2, 2),))
    trained_session.project.settings.scoring = config
    panel.show_config(config)
    panel.form.fields["zeta"].widget.setText("0.25")
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.zeta == 0.25)
    assert trained_session.project.settings.scoring.more_grids == (SnippetGrid(2, 2),)
    panel.form.fields["views"].show("fast")
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.views == "fast")
    assert trained_session.project.settings.scoring.more_grids is None


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("zeta", "2", "from 0 to 1"),
        ("zeta", "", "missing"),
        ("zeta", "nan", "from 0 to 1"),
        ("temperature", "cold", "not a number"),
        ("prompt", "a photo", "{}"),
    ],
)
def test_a_wrong_setting_is_told_at_its_field(panel, field, text, sentence):
    panel.form.fields["templates"].show("single")
    panel.form.fields[field].widget.setText(text)
    assert sentence in panel.form.rows[field].error
    assert panel.config() is None
    assert not panel.start_button.isEnabled()


def test_scoring_again_runs_and_tells_the_result(qtbot, panel, trained_session):
    panel.form.fields["zeta"].widget.setText("0.4")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000) as finished:
        qtbot.mouseClick(panel.start_button, Qt.MouseButton.LeftButton)
        assert trained_session.jobs.kind is JobKind.SCORE
        assert not panel.start_button.isEnabled()
    assert finished.args[0].outcome is Outcome.DONE
    assert panel.result.text() == finished.args[0].message
    assert not panel.stale_message.isVisible()
    assert panel.start_button.isEnabled()


def test_without_photos_or_classes_the_button_waits_and_says_why(qtbot, empty_panel):
    session = empty_panel._session
    assert "no photos" in empty_panel.hint.text()
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    assert "classes" in empty_panel.hint.text()
    assert not empty_panel.start_button.isEnabled()
    assert empty_panel.start_button.text() == "Score photos"


def test_an_encoder_that_is_not_on_disk_wants_a_download_first(panel):
    panel.chooser.set_collapsed(False)
    card = panel.chooser.cards["ViT-L-14/openai"]
    card.radio.click()
    assert panel.chooser.encoder == "ViT-L-14/openai"
    assert card.download_button.isVisible()
    assert "Download CLIP ViT-L/14" in panel.hint.text()


def test_other_encoders_by_id_and_by_file(panel, tmp_path):
    chooser = panel.chooser
    chooser.set_collapsed(False)
    chooser.other_radio.click()
    chooser.other_field.set_path("hf-hub:owner/model")
    assert chooser.encoder == "hf-hub:owner/model"
    assert not chooser.other_model_row.isVisible()
    chooser.other_field.set_path(tmp_path / "weights.safetensors")
    assert chooser.other_model_row.isVisible()
    chooser.other_model.setText("ViT-B-32")
    assert chooser.encoder == f"ViT-B-32@{tmp_path / 'weights.safetensors'}"
    chooser.choose("RN50@/somewhere/file.pt")
    assert chooser.encoder == "RN50@/somewhere/file.pt"
    chooser.choose("local-dir:/somewhere")
    assert chooser.encoder == "local-dir:/somewhere"


def test_other_without_an_id_is_told_at_the_field(panel):
    panel.chooser.set_collapsed(False)
    panel.chooser.other_radio.click()
    panel.chooser.other_field.set_path("")
    assert "encoder" in panel.chooser.other_row.error


def test_a_failed_download_is_a_sentence(qtbot, panel, trained_session):
    panel.chooser.set_collapsed(False)
    card = panel.chooser.cards["ViT-B-32/openai"]
    qtbot.waitUntil(lambda: card.download_button.height() > 0)  # unfolded cards are laid out later
    meanwhile = []  # the job may be over before the click returns
    trained_session.jobs.started.connect(
        lambda _: meanwhile.append(card.download_button.isEnabled())
    )
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=60_000) as finished:
        qtbot.mouseClick(card.download_button, Qt.MouseButton.LeftButton)
    assert meanwhile == [False]
    assert finished.args[0].outcome is Outcome.FAILED
    assert card.download_button.isEnabled()
    assert card.radio.isChecked()
    assert panel.chooser.problem.text == finished.args[0].message


def test_the_folder_for_checkpoints_is_shown(panel):
    assert panel.chooser.folder_path.text() == str(encoders_folder_hint())


def test_skipped_photos_are_listed_with_their_reason(qtbot, photo_folder):
    (photo_folder / "broken\nname.jpg").write_bytes(b"not a photo")
    session = ProjectSession.open_folder(photo_folder)
    panel = ScoringPanel(session)
    qtbot.addWidget(panel)
    panel.skipped.show_items([("broken\nname.jpg", "It is not an image.")])
    assert panel.skipped.items.toPlainText() == "broken name.jpg\nIt is not an image."
    assert "1 photo was skipped" in panel.skipped.button.text()
    panel.release()
    session.close()


def test_pictures(panel, screenshot):
    screenshot(panel, "scoring-panel")
    panel.chooser.set_collapsed(False)
    panel.form.fields["zeta"].widget.setText("2")
    panel.resize(360, 1300)
    screenshot(panel, "scoring-panel-all-encoders")
