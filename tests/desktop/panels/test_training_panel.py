import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from cdul_app.desktop.panels.run_details import moved_text, settings_text
from cdul_app.desktop.panels.training_panel import TrainingPanel
from cdul_app.desktop.panels.training_settings import TrainingSettings
from cdul_app.desktop.session.job import JobKind
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import EpochFinished, Outcome
from cdul_app.settings.configs import TrainingConfig, training_preset


@pytest.fixture
def panel(keep, trained_session):
    panel = keep(TrainingPanel(trained_session))
    panel.resize(360, 900)
    return panel


@pytest.fixture
def settings(qtbot):
    settings = TrainingSettings()
    qtbot.addWidget(settings)
    settings.show()
    return settings


def test_the_form_gives_back_the_settings_it_shows(settings):
    for config in (
        TrainingConfig(),
        TrainingConfig(seed=7, device="cpu"),
        TrainingConfig(classifier="resnet101", eta=None, sigma=0.5, seed=7, device="cpu"),
        training_preset("paper"),
        training_preset("default", classifier="mobilenetv2_100"),
    ):
        settings.show_config(config)
        shown = settings.config()
        assert shown == config


def test_the_paper_preset_switches_to_the_papers_classifier(settings):
    settings.form.preset.setCurrentIndex(settings.form.preset.findData("paper"))
    settings.form.preset.activated.emit(settings.form.preset.currentIndex())
    assert settings.paper_radio.isChecked()
    assert settings.config() == training_preset("paper")
    assert settings.form.rows["weights"].isVisible()


def test_choosing_a_classifier_fills_in_its_defaults(settings):
    settings.paper_radio.click()
    assert settings.config() == training_preset("default", classifier="resnet101")
    settings.features_radio.click()
    assert settings.config() == TrainingConfig()
    assert not settings.form.rows["weights"].isVisible()


def test_an_edited_field_makes_own_settings(settings):
    settings.paper_radio.click()
    settings.form.fields["epochs"].widget.setText("33")
    assert settings.form.preset.currentText() == "Own settings"
    settings.form.fields["epochs"].widget.setText(str(TrainingConfig().epochs))
    assert settings.form.preset.currentText() == "Default"
    settings.form.fields["seed"].widget.setText("5")  # another seed is the same recipe
    assert settings.form.preset.currentText() == "Default"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("epochs", "0", "“Epochs” takes a whole number from 1 to 10,000, not 0."),
        ("epochs", "ten", "not a whole number"),
        ("warm_up_epochs", "50", "Warm-up takes"),
        ("learning_rate", "-1", "above 0 and up to 1, not -1"),
        ("sigma", "", "missing"),
        ("eta", "3", "above 0 and up to 1, not 3"),
    ],
)
def test_a_wrong_setting_is_told_at_its_field(settings, field, text, sentence):
    settings.paper_radio.click()
    settings.form.fields[field].widget.setText(text)
    assert sentence in settings.form.rows[field].error
    assert settings.config() is None
    assert settings.form.advanced.button.isChecked()


def test_every_field_says_whether_it_is_published_or_ours(settings):
    for name, row in settings.form.rows.items():
        if name != "classifier":  # no row but radio buttons, one of which says it
            assert "ublished" in row.toolTip() or "urs" in row.toolTip()


def test_another_classifier_needs_its_name(settings):
    settings.other_radio.click()
    assert settings.config() is None
    assert settings.other_row.error
    settings.other_name.setText("mobilenetv2_100")
    config = settings.config()
    assert config is not None
    assert config.classifier == "mobilenetv2_100"


def test_a_training_of_one_round_has_no_curve(qtbot, panel, trained_session):
    panel.show()
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000):
        panel.start()
    assert not panel.curve_section.isVisible()
    assert not panel.progress.isVisible()
    texts = [label.text() for label in panel.details.findChildren(QLabel)]
    assert "What it found" in texts
    assert any("agree with the labels by" in text for text in texts)


def test_training_draws_each_epoch_and_ends_in_the_history(
    qtbot, panel, trained_session, slow_training
):
    panel.show()
    runs_before = panel.history.count()
    panel.settings.show_config(slow_training(6, warm_up_epochs=2))
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000) as finished:
        panel.start()
        assert trained_session.jobs.kind is JobKind.TRAIN
        assert not panel.can_start
        assert not panel.history.isVisible()
    assert finished.args[0].outcome is Outcome.DONE
    assert panel.history.count() == runs_before + 1
    assert panel.curves is None  # they are for who unfolds them
    qtbot.mouseClick(panel.curve_section.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.curves.is_complete)
    assert [epoch.epoch for epoch in panel.curves.history] == [1, 2, 3, 4, 5, 6]
    assert panel.curves.accessibleDescription().startswith("Loss")
    assert panel.progress.text() == "Round 6 of 6"
    assert panel.result.text().startswith(finished.args[0].message)
    # The truth of the trained session is loaded, so mAP has its plot.
    assert "mAP, %" in panel.curves.accessibleDescription()
    texts = [label.text() for label in panel.details.findChildren(QLabel)]
    assert any("epochs 6" in text for text in texts)
    # An earlier run can be shown again.
    panel.history.setCurrentIndex(1)
    panel.history.activated.emit(1)
    assert not panel.curve_section.isVisible()


def test_the_details_name_the_classes_whose_labels_flipped():
    history = [
        EpochFinished(1, 3, 0.2, 0.1, 3, warm_up=False, flips_by_class={"cat": 1, "dog": 2}),
        EpochFinished(2, 3, 0.2, 0.1, 4, warm_up=False, flips_by_class={"cat": 4}),
        EpochFinished(3, 3, 0.2, 0.1, 0, warm_up=False),
    ]
    assert moved_text(history) == "cat 5, dog 2"
    assert moved_text(history[2:]) == ""


def test_the_details_say_the_settings_in_words_and_name_the_preset_by_their_values():
    paper = training_preset("paper")
    text = settings_text(paper.to_dict())
    assert text.startswith("classifier resnet101, epochs 20, warm-up epochs 4, learning rate 1e-05")
    assert "averaging off" in text
    assert "stop when settled never" in text
    assert "keep statistics off" in text
    assert text.endswith("preset paper")
    assert settings_text(paper.with_changes(epochs=10).to_dict()).endswith("preset own")
    # Of an old run only what it knew is told.
    assert settings_text({"seed": 5, "preset": "paper"}) == "seed 5, preset default"


def test_cancelled_training_says_so(qtbot, panel, trained_session, slow_training):
    panel.show()
    panel.settings.show_config(slow_training(5000))
    with qtbot.waitSignal(trained_session.jobs.finished, timeout=120_000) as finished:
        with qtbot.waitSignal(trained_session.jobs.event_sent, timeout=60_000):
            panel.start()
        trained_session.jobs.cancel()
    assert finished.args[0].outcome is Outcome.CANCELLED
    assert "cancelled" in panel.history.itemText(0)


def test_without_scores_it_says_what_comes_first(qtbot, photo_folder):
    session = ProjectSession.open_folder(photo_folder)
    panel = TrainingPanel(session)
    qtbot.addWidget(panel)
    assert not panel.can_start
    assert "Label the photos first" in panel.hint.text()
    panel.release()
    session.close()


def test_pictures(qtbot, panel, screenshot):
    panel.resize(360, 1000)
    panel.show()
    screenshot(panel, "training-panel")
    panel.settings.form.advanced.set_open(True)
    panel.details_section.set_open(True)
    panel.resize(360, 1700)
    screenshot(panel, "training-panel-advanced")


def test_settings_in_german_keep_their_nouns_and_have_decimal_commas(german):
    text = settings_text({"classifier": "resnet101", "learning_rate": 1e-4, "sigma": 0.2})
    assert "Lernrate 0,0001" in text
    assert "sigma 0,2" in text
    assert "0.2" not in text
