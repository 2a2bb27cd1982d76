from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton

from cdul_app.desktop.panels.scoring_panel import ScoringPanel
from cdul_app.desktop.project_view import ProjectView
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_presets import VIEW_PRESETS
from cdul_app.paths import encoders_dir
from cdul_app.project.labeling import runtimes
from cdul_app.project.labeling.choice import DEMO_WARNING
from cdul_app.project.labeling.paces import keep_machine_pace
from cdul_app.project.labeling.runtimes import TriedRuntimes, keep_tried_runtimes
from cdul_app.project.project import Project
from cdul_app.settings.configs import INT8, ONNX, scoring_preset
from cdul_app.settings.encoder_catalogue import ANY_LANGUAGE, DEMO_ENCODER
from cdul_app.tasks.score.score import score_project
from tests.events import run_task


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
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.names == "raw")
    assert trained_session.project.settings.scoring.templates == "photos"
    assert panel.stale_message.isVisible()
    panel.form.fields["templates"].show("single")
    assert "{}" in panel.form.rows["prompt"].error


def test_automatic_views_say_which_they_are_and_why(qtbot, panel, trained_session):
    panel.form.fields["views"].show("fast")
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.views == "fast")
    panel.form.fields["views"].show("auto")
    qtbot.waitUntil(lambda: trained_session.project.settings.scoring.views == "auto")
    said = "Separate (paper): the photos were looked at so before."
    assert panel.form.rows["views"].help.text() == said
    assert not panel.stale_message.isVisible()


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
    assert panel.form.fields["views"].widget.currentData() == "auto"
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
    assert not panel.can_start


def test_scoring_again_runs_and_tells_the_result(qtbot, panel, trained_session):
    panel.form.fields["zeta"].widget.setText("0.4")
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000) as finished:
        panel.start()
        assert trained_session.jobs.kind is JobKind.SCORE
        assert not panel.can_start
    assert finished.args[0].outcome is Outcome.DONE
    assert panel.result.text() == finished.args[0].message
    assert not panel.stale_message.isVisible()
    assert panel.can_start


def test_without_photos_or_classes_the_button_waits_and_says_why(qtbot, empty_panel):
    session = empty_panel._session
    assert "no photos" in empty_panel.hint.text()
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    assert "classes" in empty_panel.hint.text()
    assert not empty_panel.can_start


def test_a_card_says_what_it_costs_and_whether_it_is_here(panel, trained_session):
    card = panel.chooser.cards["ViT-L-14/openai"]
    assert not card.on_disk.isVisible()
    assert card.facts.text().replace("\u00a0", " ") == "1.7 GB to download · MIT licence"
    keep_machine_pace(trained_session.project.settings.scoring.device, 0.1)
    folder = encoders_dir() / "ViT-L-14--openai"
    folder.mkdir(parents=True)
    (folder / "brought.safetensors").touch()
    trained_session.labeling.changed.emit()
    assert card.on_disk.isVisible()
    seconds = trained_session.labeling.cost(replace(panel.config(), encoder=card.entry.identifier))
    assert seconds.seconds == pytest.approx(0.1 * 19 * 10 * seconds.photos_left, rel=0.05)
    assert card.facts.text().replace("\u00a0", " ").startswith("About ")
    card.radio.click()
    assert panel.config().encoder == "ViT-L-14/openai"


def test_three_qualities_are_offered_and_the_demos_encoder_in_the_demo_alone(
    panel, empty_panel, qtbot
):
    titles = [card.radio.text() for card in panel.chooser.cards.values()]
    assert titles == ["Quick", "Good", "Best", "Any language", "Demo"]
    assert panel.chooser.encoder == DEMO_ENCODER
    assert [card.radio.text() for card in empty_panel.chooser.cards.values()] == titles[:4]
    assert empty_panel.chooser.encoder in empty_panel.chooser.cards


def test_what_reads_other_languages_is_offered_whatever_the_letters_of_the_names(panel):
    card = panel.chooser.cards[ANY_LANGUAGE.identifier]
    assert card.isVisible()  # “Hund” has English letters
    card.radio.click()
    assert panel.config().encoder == ANY_LANGUAGE.identifier


def _other(panel):
    panel.chooser.other.radio.click()
    return panel.chooser.other


def test_another_encoder_is_looked_at_while_it_is_given(
    qtbot, panel, trained_session, small_encoder_dir, tmp_path
):
    other = _other(panel)
    assert panel.config().encoder == DEMO_ENCODER  # until another one is given
    assert "Until then photos are labelled with Demo encoder" in other.state.text()
    assert not other.row.error
    other.field.set_path(tmp_path / "absent")
    assert "Looking" in other.state.text()
    qtbot.waitUntil(lambda: other.row.error != "", timeout=30_000)
    assert other.row.error == f"There is no folder or file {tmp_path / 'absent'}: check the path."
    assert panel.config().encoder == DEMO_ENCODER
    assert trained_session.project.settings.scoring.encoder == DEMO_ENCODER
    other.field.set_path(small_encoder_dir)
    assert not other.row.error
    qtbot.waitUntil(lambda: "on this computer" in other.state.text(), timeout=30_000)
    stored = trained_session.project.settings
    qtbot.waitUntil(lambda: stored.scoring.encoder == f"local-dir:{small_encoder_dir}")


def test_a_bare_checkpoint_asks_for_its_architecture(qtbot, panel, tmp_path):
    file = tmp_path / "weights.pt"
    file.touch()
    other = _other(panel)
    assert not other.architecture_row.isVisible()
    other.field.set_path(file)
    assert other.architecture_row.isVisible()
    qtbot.waitUntil(lambda: "architecture" in other.row.error, timeout=30_000)
    other.architecture.setText("ViT-B32")
    qtbot.waitUntil(lambda: "Close to it" in other.row.error, timeout=30_000)
    other.architecture.setText("ViT-B-32")
    qtbot.waitUntil(lambda: "computed in 2 ways" in other.row.error, timeout=30_000)
    other.architecture.setText("ViT-B-32/openai")
    qtbot.waitUntil(lambda: other.identifier == f"ViT-B-32/openai@{file}", timeout=30_000)
    assert not other.row.error


def test_what_is_written_is_never_told_in_words_of_the_terminal(qtbot, panel):
    other = _other(panel)
    for text in ("qqqqqq", "ViT-B-16/none", "hf-hub:nothing", "local-dir:", "RN50@", "~nobody/x"):
        other.field.set_path(text)
        qtbot.waitUntil(lambda: other.row.error != "", timeout=30_000)
        assert "cdul-app" not in other.row.error
        assert "--" not in other.row.error


def test_a_name_that_is_not_here_is_for_the_download(qtbot, panel, trained_session):
    other = _other(panel)
    other.listed["RN50x64/openai"].click()
    qtbot.waitUntil(lambda: "2.5\u00a0GB" in other.state.text(), timeout=30_000)
    assert "reproduce its figures" in other.state.text()
    other.field.set_path("hf-hub:owner/name")
    qtbot.waitUntil(lambda: "It is downloaded when" in other.state.text(), timeout=30_000)
    qtbot.waitUntil(lambda: trained_session.labeling.cost().download_megabytes is None)
    assert trained_session.labeling.cost().words.startswith("Download the encoder and label ")


def test_other_encoders_of_a_project_are_shown(panel, tmp_path):
    chooser = panel.chooser
    for identifier in ("RN50@/somewhere/file.pt", "local-dir:/somewhere", "hf-hub:owner/model"):
        chooser.choose(identifier)
        assert chooser.encoder == identifier
    assert chooser.other.field.line.text() == "hf-hub:owner/model"


def test_the_panel_is_the_cards_and_what_is_advanced(panel):
    shown = [button for button in panel.findChildren(QAbstractButton) if button.isVisible()]
    assert {button.text() for button in shown} == {
        "Quick", "Good", "Best", "Any language", "Demo", "Another encoder", "Advanced settings",
    }  # fmt: skip


def test_what_is_unfolded_comes_into_view(qtbot, panel):
    panel.resize(360, 420)
    bar = panel.scroll_area.verticalScrollBar()
    assert bar.value() == 0
    panel.form.advanced.button.click()
    qtbot.waitUntil(lambda: bar.value() > 0)
    top = panel.form.advanced.mapTo(panel.scroll_area.viewport(), QPoint()).y()
    assert top == 0  # it is longer than there is room
    bar.setValue(0)
    panel.chooser.other.radio.click()
    viewport, other = panel.scroll_area.viewport(), panel.chooser.other
    qtbot.waitUntil(
        lambda: 0 <= other.mapTo(viewport, QPoint()).y() <= viewport.height() - other.height()
    )


def test_labels_of_real_photos_from_the_demos_encoder_are_warned_about(qtbot, scored, encoder):
    with Project(scored) as project:
        config = replace(project.settings.scoring, encoder=DEMO_ENCODER)
    run_task(score_project(scored, config))
    session = ProjectSession(Project(scored))
    view = ProjectView(session)
    qtbot.addWidget(view)
    assert view.job_bar.standing.whole_text == DEMO_WARNING
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        session.jobs.start_scoring(replace(config, encoder=encoder))
    assert view.job_bar.standing.whole_text == ""
    view.close_pages()
    session.close()


@pytest.mark.parametrize("width", [321, 400])
def test_pictures(qtbot, panel, screenshot, width):
    keep_machine_pace("auto", 0.11)
    keep_machine_pace("cpu", 0.11)
    panel.refresh()
    screenshot(panel, f"label-panel-{width}", size=(width, 640))
    other = _other(panel)
    other.field.set_path("/nothing/there")
    qtbot.waitUntil(lambda: other.row.error != "", timeout=30_000)
    screenshot(panel, f"label-panel-another-{width}", size=(width, 640))
    panel.form.advanced.set_open(True)
    panel.form.fields["zeta"].widget.setText("2")
    screenshot(panel, f"label-panel-advanced-{width}", size=(width, 1600))


def test_what_a_trial_of_runtimes_found_is_told(panel, trained_session, screenshot, monkeypatch):
    monkeypatch.setattr(runtimes, "can_write_onnx", lambda: True)
    row, config = panel.form.rows["runtime"], trained_session.project.settings.scoring
    assert "here, with this encoder" not in row.help.text()
    gains, seconds = {ONNX: 1.6, INT8: 3.2}, {ONNX: 5.0, INT8: 9.0}
    versions = runtimes.installed_versions()
    keep_tried_runtimes(config, TriedRuntimes("key", versions, gains, seconds, 12.0, 0.05))
    panel.refresh()
    assert "ONNX Runtime 1.6, ONNX Runtime in 8 bits 3.2" in row.help.text()
    panel.form.advanced.set_open(True)
    screenshot(panel, "label-panel-runtime", size=(360, 1700))
