import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.paths import ProjectLocation, encoders_dir, locate_project
from cdul_app.project.labeling.cost import (
    LabelingAct,
    LabelingCost,
    labeling_cost,
)
from cdul_app.project.labeling.paces import keep_machine_pace, keep_pace
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.tasks.scan.scan import scan_project
from cdul_app.tasks.score.score import score_project
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.tasks.project_helpers import StopAfter, close_at, make_project, scoring_config

QUICK = "ViT-B-32/openai"


def cost_of(location: ProjectLocation, **changes: object) -> LabelingCost:
    with Project(location) as project:
        return labeling_cost(project, replace(project.settings.scoring, **changes))


def test_a_new_folder_with_an_encoder_that_is_not_here(photo_folder: Path):
    location = locate_project(photo_folder)
    config = make_project(photo_folder, QUICK, "cat")
    run_task(scan_project(location))
    cost = cost_of(location)
    assert cost == LabelingCost(LabelingAct.FIRST, 6, 605.0, None)
    assert cost.words == "Download 605 MB and label 6 photos"
    keep_machine_pace(config.device, 0.1)
    seconds = cost_of(location).seconds
    assert seconds is not None
    assert 6 * 10 * 0.1 < seconds < 6 * 10 * 0.1 + 10  # the names are read as well
    folder = encoders_dir() / "ViT-B-32--openai"
    folder.mkdir(parents=True)
    (folder / "open_clip_model.safetensors.abc.incomplete").write_bytes(bytes(5_000_000))
    assert cost_of(location).download_megabytes == pytest.approx(600)
    (folder / "open_clip_model.safetensors").touch()
    assert cost_of(location).words == "Label 6 photos, about 10 s"


def test_only_a_hub_knows_the_size_of_other_encoders(photo_folder: Path):
    make_project(photo_folder, "hf-hub:owner/name", "cat")
    run_task(scan_project(locate_project(photo_folder)))
    cost = cost_of(locate_project(photo_folder))
    assert cost.download_megabytes is None
    assert cost.words == "Download the encoder and label 6 photos"


def test_from_the_first_labels_to_new_photos(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    copy_photos(folder, 12)
    config = make_project(folder, encoder, "tree", "house")
    location = locate_project(folder)
    run_task(scan_project(location))
    keep_pace(config, 30.0)
    assert cost_of(location).words == "Label 12 photos, about 6 min"
    close_at(score_project(location, config), StopAfter(4))
    stopped = cost_of(location)
    assert stopped.act is LabelingAct.CONTINUE
    assert 0 < stopped.photos_left < 12
    assert stopped.words == f"Continue: {stopped.photos_left} photos left"
    assert stopped.seconds == pytest.approx(30 * stopped.photos_left, rel=0.99)
    run_task(score_project(location, config))
    assert cost_of(location) == LabelingCost(LabelingAct.NOTHING, 0, 0.0, 0.0)
    copy_photos(folder, 1, start=12)
    run_task(scan_project(location))
    new = cost_of(location)
    assert (new.act, new.photos_left) == (LabelingAct.NEW, 1)
    assert new.words == "Label 1 new photo"


def test_other_classes_cost_seconds_and_another_encoder_all_photos(scored: ProjectLocation):
    config = scoring_config(scored)
    keep_pace(config, 30.0)
    with Project(scored) as project:
        project.decisions.set_classes([ClassDefinition("lamp"), *project.classes.definitions])
        again = labeling_cost(project)
    assert again == LabelingCost(LabelingAct.AGAIN, 8, 0.0, 0.0)
    assert again.words == "Label 8 photos again, a few seconds"
    other = cost_of(scored, views="fast")
    assert other.act is LabelingAct.AGAIN
    assert other.seconds is None  # nothing is known of these views
    keep_pace(replace(config, views="fast"), 20.0)
    assert cost_of(scored, views="fast").words == "Label 8 photos again, about 3 min"


def test_a_photo_that_cannot_be_read_is_not_left(tmp_path: Path, encoder: str):
    folder = tmp_path / "photos"
    copy_photos(folder, 3)
    (folder / "broken.jpg").write_bytes(b"not a photo")
    location = locate_project(folder)
    run_task(score_project(location, make_project(folder, encoder, "tree")))
    assert cost_of(location).act is LabelingAct.NOTHING


def test_the_words_say_no_time_where_none_is_known():
    known = LabelingCost(LabelingAct.FIRST, 1, 0.0, 130.0)
    assert known.words == "Label 1 photo, about 2 min"
    assert replace(known, seconds=None, photos_left=1200).words == "Label 1,200 photos"
    assert replace(known, download_megabytes=1710).words == "Download 1.7 GB and label 1 photo"


def test_costs_are_asked_for_without_torch(photo_folder: Path):
    make_project(photo_folder, "ViTamin-S/datacomp1b", "cat")
    run_task(scan_project(locate_project(photo_folder)))
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from cdul_app.project.project import Project\n"
        "from cdul_app.project.labeling.cost import labeling_cost\n"
        "project = Project.open_folder(Path(sys.argv[1]))\n"
        "print(labeling_cost(project).needs_download)\n"
        "assert not {'torch', 'open_clip'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, photo_folder], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_what_is_remembered_of_settings_is_not_changed_by_asking(scored: ProjectLocation):
    before = scoring_config(scored)
    cost_of(scored, encoder=QUICK)
    assert scoring_config(scored) == before
    assert isinstance(before, ScoringConfig)
