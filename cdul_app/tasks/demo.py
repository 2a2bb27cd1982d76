"""The bundled demo: a project of drawn scenes, with truth, that needs no network."""

import shutil
from pathlib import Path

from cdul_app.classes.class_list import parse_class_lines
from cdul_app.errors import ProjectError, in_words
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation, demo_dir, locate_project, resources_dir
from cdul_app.project.checking.project_truth import TRUTH_SETTING
from cdul_app.project.labeling.choice import DEMO_SETTING
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER

TRUTH_NAME = "truth.csv"


def prepare_demo(into: Path | None = None) -> ProjectLocation:
    """Copy the demo's scenes to `into` (the user's data directory by default) and set it up.

    What is there already, answers among it, stays as it is.  Raises ProjectError where the folder
    cannot be written.
    """
    source = resources_dir() / "demo"
    folder = (into or demo_dir()).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in [*sorted((source / "scenes").iterdir()), source / TRUTH_NAME]:
            if not (folder / file.name).exists():
                shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise ProjectError(
            tr(
                "The demo cannot be copied to {folder} ({why}): choose another folder with --into.",
                folder=folder,
                why=in_words(error),
            )
        ) from error
    location = locate_project(folder)
    with Project(location, create=True) as project:
        project.store.settings.set(DEMO_SETTING, True)
        if not project.classes:
            text = (source / "classes.txt").read_text(encoding="utf-8")
            project.store.classes.replace(parse_class_lines(text))  # no step of a person
        if project.truth.file is None:
            project.store.settings.set(TRUTH_SETTING, str(folder / TRUTH_NAME))
        if project.settings.is_new:
            project.settings.scoring = ScoringConfig(encoder=DEMO_ENCODER)
    return location
