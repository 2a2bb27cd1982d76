from pathlib import Path

import pytest
import torch

from cdul_app.errors import EncoderError
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.tasks.check_encoder import check_entry
from tests.events import run_task


def check(entry: str, architecture: str = "", *, with_demo: bool = False) -> str:
    _, checked = run_task(check_entry(str(entry), architecture, with_demo=with_demo))
    return f"{checked.identifier} {checked.on_disk}"


def test_what_can_be_used_is_said_to_be_here_or_to_be_fetched(small_encoder_dir: Path):
    assert check(str(small_encoder_dir)) == f"local-dir:{small_encoder_dir} True"
    assert check("ViT-B-32/openai") == "ViT-B-32/openai False"
    assert check("ViTamin-S/datacomp1b") == "ViTamin-S/datacomp1b False"
    assert check("ViT-B-16-SigLIP/webli") == "ViT-B-16-SigLIP/webli False"
    assert check("hf-hub:owner/name") == "hf-hub:owner/name False"
    assert check("demo", with_demo=True) == "demo True"


def test_what_cannot_be_used_is_told_as_loading_would(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    for entry, architecture, told in (
        (str(tmp_path / "none"), "", "There is no folder or file"),
        (str(tmp_path / "folder"), "", "holds no checkpoint"),
        (str(cut), "", "architecture's name"),
        (str(cut), "ViT-B32", "Close to it: .*ViT-B-32"),
        (str(cut), "ViT-B-32", "cannot be read"),
        ("ViT-B-32/none", "", "choose one of openai"),
        ("demo", "", "drawn scenes only"),
    ):
        with pytest.raises(EncoderError, match=told) as error:
            check(entry, architecture)
        assert "cdul-app" not in str(error.value)


def test_a_file_that_the_check_refuses_is_refused_by_loading_in_the_same_words(tmp_path: Path):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(bytes(100))
    with pytest.raises(EncoderError) as checked:
        check(str(cut), "ViT-B-32")
    with pytest.raises(EncoderError) as loaded:
        load_encoder(f"ViT-B-32@{cut}", device=torch.device("cpu"))
    assert str(checked.value) == str(loaded.value)
