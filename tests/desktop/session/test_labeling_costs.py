from pathlib import Path

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import Outcome, Progressed, Started
from cdul_app.paths import encoders_dir
from cdul_app.project.labeling.choice import preferred_encoder
from cdul_app.settings.configs import ScoringConfig


@pytest.fixture(autouse=True)
def short_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cdul_app.models.encoder.trial.SECONDS", 0.05)
    monkeypatch.setattr("cdul_app.desktop.session.labeling_costs.DELAY_MS", 1)


def test_the_time_becomes_known_once_there_is_something_to_label(qtbot, photo_folder: Path):
    session = ProjectSession.open_folder(photo_folder)
    with qtbot.waitSignal(session.jobs.finished):
        session.jobs.start_scan()
    folder = encoders_dir() / session.project.settings.scoring.encoder.replace("/", "--")
    folder.mkdir(parents=True)
    (folder / "model.safetensors").touch()
    session.labeling.look()
    qtbot.wait(50)
    assert not session.labeling.is_running  # without classes there is nothing to label
    session.project.decisions.set_classes([ClassDefinition("cat")])
    assert session.labeling.cost().words == "Label 6 photos"
    qtbot.waitUntil(lambda: session.labeling.cost().seconds is not None, timeout=60_000)
    assert session.labeling.cost().words.startswith("Label 6 photos, a")
    session.close()


def test_a_job_has_the_machine_for_itself_and_a_trial_that_fails_is_not_tried_again(
    qtbot, new_session: ProjectSession, tmp_path: Path
):
    project = new_session.project
    project.settings.scoring = ScoringConfig(encoder=f"local-dir:{tmp_path}")
    with qtbot.waitSignal(new_session.labeling._slot.ended, timeout=60_000) as ended:
        project.decisions.set_classes([ClassDefinition("cat")])
    assert ended.args[0].outcome is Outcome.FAILED
    new_session.labeling.look()
    qtbot.wait(50)
    assert not new_session.labeling.is_running
    with qtbot.waitSignal(new_session.jobs.finished, timeout=60_000):
        new_session.jobs.start_scoring()
        assert not new_session.labeling._timer.isActive()


def test_what_worked_is_what_the_next_project_begins_with(
    qtbot, new_session: ProjectSession, encoder: str
):
    assert preferred_encoder() != encoder
    new_session.project.decisions.set_classes([ClassDefinition("tree")])
    with qtbot.waitSignal(new_session.jobs.finished, timeout=120_000):
        new_session.jobs.start_scoring(ScoringConfig(encoder=encoder, device="cpu"))
    assert preferred_encoder() == encoder


def test_labeling_fetches_its_encoder(qtbot, new_session: ProjectSession):
    """Offline: what would be asked for is told, and nothing else is tried."""
    new_session.project.decisions.set_classes([ClassDefinition("tree")])
    told: list[object] = []
    new_session.jobs.event_sent.connect(told.append)
    with qtbot.waitSignal(new_session.jobs.finished, timeout=60_000) as finished:
        new_session.jobs.start_scoring(ScoringConfig(encoder="ViT-L-14/openai"))
    assert "ViT-L-14/openai cannot be downloaded" in finished.args[0].message
    assert new_session.project.settings.scoring.encoder == "ViT-L-14/openai"
    assert not [each for each in told if isinstance(each, Progressed) and each.total == 0]
    assert any(isinstance(each, Started) for each in told)
