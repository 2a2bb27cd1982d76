"""From Python: the photos of a manifest, by one machine."""

from pathlib import Path

import cdul_app
from tests.drawn_photos import copy_photos
from tests.tar_files import write_tar


def test_a_project_of_the_photos_in_tar_files(tmp_path: Path, encoder: str):
    folder = tmp_path / "project"
    folder.mkdir()
    photos = copy_photos(tmp_path / "photos", 3)
    write_tar(tmp_path / "s-0.tar", {file.name: file for file in photos})
    with cdul_app.open(folder) as project:
        project.set_classes(["house", "dog"])
        told = project.score(
            encoder=encoder, manifest=tmp_path / "s-{0..0}.tar", views="fast", device="cpu"
        )
        assert told == "Labelled 3 photos for 2 classes."
        wanted = [str(tmp_path / "s-0.tar" / file.name) for file in photos]
        assert list(project.embeddings().photos) == wanted
