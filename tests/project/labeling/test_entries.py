import shutil
from pathlib import Path

import pytest

from cdul_app.project.labeling.entries import (
    entry_of,
    identifier_of,
    missing_path,
    needs_architecture,
)


def test_folders_and_files_are_given_by_their_paths(tmp_path: Path, small_encoder_dir: Path):
    assert identifier_of(f' "{small_encoder_dir}" ') == f"local-dir:{small_encoder_dir}"
    file = tmp_path / "me@home" / "weights.pt"
    assert identifier_of(str(file), " RN50 ") == f"RN50@{file}"
    assert needs_architecture(str(file))
    assert missing_path(str(file)) == file
    file.parent.mkdir()
    file.touch()
    assert missing_path(str(file)) is None


def test_a_file_that_is_described_beside_it_stands_for_its_folder(
    tmp_path: Path, small_encoder_dir: Path
):
    folder = tmp_path / "clip"
    shutil.copytree(small_encoder_dir, folder)
    file = folder / "open_clip_model.safetensors"
    assert identifier_of(str(file)) == f"local-dir:{folder}"
    assert not needs_architecture(str(file))
    other = folder / "other.safetensors"  # which the folder does not stand for
    other.touch()
    assert needs_architecture(str(other))


@pytest.mark.parametrize(
    "name", ["ViT-B-16/openai", "hf-hub:owner/name", "local-dir:~/clip", "RN50@weights.pt", "demo"]
)
def test_names_stay_as_they_are(name: str):
    assert identifier_of(f" {name} ") == name
    assert not needs_architecture(name)
    assert missing_path(name) is None


@pytest.mark.parametrize("identifier", ["local-dir:/clip", "RN50@/a/b@c.pt", "hf-hub:o/n", "a/b"])
def test_an_identifier_is_shown_as_it_could_be_given(identifier: str):
    entry, architecture = entry_of(identifier)
    assert not entry.startswith("local-dir:")
    assert (f"{architecture}@{entry}" if architecture else entry) == identifier.removeprefix(
        "local-dir:"
    )
