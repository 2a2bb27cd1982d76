"""`score --estimate`: what it would take, and nothing is labelled."""

import pytest

from cdul_app.paths import PROJECT_FOLDER
from cdul_app.project.labeling import paces
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import QUALITIES
from tests.drawn_photos import copy_photos


@pytest.fixture(autouse=True)
def short_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cdul_app.models.encoder.trial.SECONDS", 0.05)


def rows(text: str) -> dict[str, str]:
    """By encoder, which is the last word."""
    lines = text.splitlines()[1:-1]
    return {line.split()[-1]: line for line in lines}


def test_a_new_folder_is_estimated_and_left_as_it_was(command, tmp_path):
    folder = tmp_path / "photos"
    copy_photos(folder, 12)
    result = command("score", folder, "--estimate", "--device", "cpu")
    assert result.status == 0
    printed = rows(result.stdout)
    assert list(printed) == [entry.identifier for entry in QUALITIES]
    assert all(" 12 " in row for row in printed.values())
    assert "605 MB" in printed["ViT-B-32/openai"]
    assert not (folder / PROJECT_FOLDER).exists()


def test_its_times_are_those_of_the_buttons(command, tmp_path):
    """The pace that was remembered, by the costs of the catalogue."""
    folder = tmp_path / "photos"
    copy_photos(folder, 12)
    paces.keep_machine_pace("cpu", 10.0)  # seconds a view
    result = command("score", folder, "--estimate", "--device", "cpu", "--views", "paper")
    printed = rows(result.stdout)
    seconds = paces.seconds_a_photo(ScoringConfig(encoder="ViT-L-14/openai", views="paper",
                                                  device="cpu"))  # fmt: skip
    assert seconds == pytest.approx(1900)
    assert "about 6 h" in printed["ViT-L-14/openai"]


def test_a_project_tells_of_what_is_left_and_of_its_own_encoder(command, scored):
    copy_photos(scored.folder, 11)
    result = command("score", scored.folder, "--estimate")
    assert result.status == 0
    printed = result.stdout.splitlines()
    (own,) = (line for line in printed if "local-dir:" in line)
    assert " 3 " in own
    assert " 11 " in printed[1]
    status = command("info", scored.folder, "--json").json
    assert len(status["runs"]) == 1
