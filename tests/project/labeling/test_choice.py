from dataclasses import replace
from pathlib import Path

from cdul_app.paths import ProjectLocation, locate_project, user_data_dir
from cdul_app.project.labeling.choice import DEMO_WARNING, prefer_encoder, preferred_encoder
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, QUALITIES
from cdul_app.tasks.demo import prepare_demo
from cdul_app.tasks.score.score import score_project
from tests.tasks.project_helpers import notes

RECOMMENDED = {entry.identifier for entry in QUALITIES}


def test_the_last_choice_is_what_the_next_project_begins_with(
    photo_folder: Path, small_encoder_dir: Path
):
    with Project.open_folder(photo_folder) as project:
        assert project.settings.scoring.encoder in RECOMMENDED
        prefer_encoder(f"local-dir:{small_encoder_dir}")
        assert project.settings.scoring.encoder == f"local-dir:{small_encoder_dir}"
        assert project.settings.is_new  # until a person says something of this project


def test_a_choice_that_is_gone_or_the_demos_is_none(tmp_path: Path):
    for gone in (
        f"local-dir:{tmp_path}",
        f"RN50@{tmp_path / 'none.pt'}",
        DEMO_ENCODER,
        "local-dir:",
    ):
        prefer_encoder(gone)
        assert preferred_encoder() in RECOMMENDED, gone
    prefer_encoder("hf-hub:owner/name")  # can be fetched
    assert preferred_encoder() == "hf-hub:owner/name"
    (user_data_dir() / "preferences.json").write_text("[]")
    assert preferred_encoder() in RECOMMENDED


def test_the_demo_begins_with_its_encoder_and_real_photos_never_do(
    tmp_path: Path, photo_folder: Path
):
    with Project(prepare_demo(tmp_path / "demo")) as demo:
        assert demo.settings.is_demo
        assert demo.settings.scoring.encoder == DEMO_ENCODER
    with Project.open_folder(photo_folder) as project:
        assert not project.settings.is_demo
        assert project.settings.scoring.encoder != DEMO_ENCODER
        # As versions before stored it without being asked.
        project.settings.scoring = ScoringConfig(encoder=DEMO_ENCODER, zeta=0.5)
        assert project.settings.scoring == ScoringConfig(encoder=preferred_encoder(), zeta=0.5)
    assert ScoringConfig().encoder in RECOMMENDED


def test_a_demo_of_before_is_known_by_its_place(tmp_path: Path):
    location = prepare_demo()
    with Project(location) as demo:
        demo.store.settings.set("demo", None)
        assert demo.settings.is_demo


def test_labels_of_the_demos_encoder_are_told_for_what_they_are(
    scored: ProjectLocation, demo_folder: Path
):
    with Project(scored) as project:
        named = replace(project.settings.scoring, encoder=DEMO_ENCODER, device="cpu")
        assert project.scoring.warning == ""
    assert DEMO_WARNING in notes(score_project(scored, named))
    with Project(scored) as project:
        assert project.scoring.warning == DEMO_WARNING
        assert project.scoring.is_stale
    with Project(locate_project(demo_folder)) as demo:
        assert demo.scoring.warning == ""
        assert not demo.scoring.is_stale
    assert DEMO_WARNING not in notes(score_project(locate_project(demo_folder), named))
