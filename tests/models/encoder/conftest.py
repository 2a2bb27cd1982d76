import json
from pathlib import Path

import open_clip
import pytest


@pytest.fixture
def tiny_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A real but very small ViT that open_clip knows by name."""
    config = {
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
        "text_cfg": {
            "context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1,
        },
    }  # fmt: skip
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "Tiny-ViT.json").write_text(json.dumps(config))
    known = dict(open_clip.factory._MODEL_CONFIGS)
    monkeypatch.setattr(open_clip.factory, "_MODEL_CONFIG_PATHS", [folder])
    open_clip.factory._rescan_model_configs()
    monkeypatch.setattr(
        open_clip.factory, "_MODEL_CONFIGS", {**known, **open_clip.factory._MODEL_CONFIGS}
    )
    return "Tiny-ViT"
