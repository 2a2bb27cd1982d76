from pathlib import Path

import pytest

from cdul_app.paths import ProjectLocation, locate_project


@pytest.fixture
def encoder(photo_clip_dir: Path) -> str:
    return f"local-dir:{photo_clip_dir}"


@pytest.fixture
def voc(voc_folder: Path) -> ProjectLocation:
    """Eight real photos, scored for the VOC classes."""
    return locate_project(voc_folder)
