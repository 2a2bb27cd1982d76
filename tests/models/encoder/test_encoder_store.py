import subprocess
import sys
from pathlib import Path

import pytest

from cdul_app import paths
from cdul_app.models.encoder.encoder_store import encoder_on_disk
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, ENCODER_CATALOGUE

IDENTIFIER = "ViT-B-32/openai"
REPO = "timm/vit_base_patch32_clip_224.openai"


@pytest.fixture(autouse=True)
def own_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "hub-cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


@pytest.mark.parametrize("name", ["open_clip_model.safetensors", "mine.pt", "anything.bin"])
def test_a_file_brought_by_hand_is_found(name: str):
    folder = paths.encoders_dir() / "ViT-B-32--openai"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("from the other computer")
    (folder / name).write_bytes(b"x")
    assert encoder_on_disk(IDENTIFIER) == folder / name


def cached_checkpoint(cache: Path, repo_name: str) -> Path:
    repo = cache / f"models--{repo_name.replace('/', '--')}"
    snapshot = repo / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("a" * 40)
    (snapshot / "open_clip_model.safetensors").write_bytes(b"x")
    return snapshot / "open_clip_model.safetensors"


def test_the_shared_hub_cache_is_used(own_hub_cache: Path):
    checkpoint = cached_checkpoint(own_hub_cache, REPO)
    assert encoder_on_disk(IDENTIFIER) == checkpoint


def test_a_hub_encoder_needs_its_configuration_beside_the_checkpoint(own_hub_cache: Path):
    checkpoint = cached_checkpoint(own_hub_cache, "someone/a-clip")
    assert encoder_on_disk("hf-hub:someone/a-clip") is None
    (checkpoint.parent / "open_clip_config.json").write_text("{}")
    assert encoder_on_disk("hf-hub:someone/a-clip") == checkpoint


def test_the_catalogue_is_looked_up_without_torch():
    identifiers = [entry.identifier for entry in ENCODER_CATALOGUE]
    code = (
        "import sys; from cdul_app.models.encoder.encoder_store import encoder_on_disk\n"
        f"for entry in {identifiers!r}: encoder_on_disk(entry)\n"
        "assert 'torch' not in sys.modules and 'open_clip' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_catalogue_agrees_with_open_clip():
    from open_clip.pretrained import get_pretrained_cfg

    for entry in ENCODER_CATALOGUE:
        if entry.identifier != DEMO_ENCODER:
            known = get_pretrained_cfg(*entry.identifier.split("/"))
            assert known["hf_hub"] == f"{entry.hub_repo}/"
