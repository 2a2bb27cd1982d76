"""The README's example of Python, run as it is written there."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app import Classifier
from tests.conftest import REPOSITORY
from tests.drawn_photos import copy_photos

BLOCK = re.compile(r"```python\n(import cdul_app\n.*?)```", re.DOTALL)
ENCODER = '"ViT-B-32/openai"'  # 0.6 GB, in whose place the small one is read


def test_the_readme_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: str):
    (code,) = BLOCK.findall((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert code.count(ENCODER) == 1
    photos = tmp_path / "photos"
    copy_photos(photos, 6)
    first, second = sorted(photos.iterdir())[:2]
    Image.open(first).convert("RGB").save(tmp_path / "a.jpg")
    (tmp_path / "old.csv").write_text(f"image,cat,dog\n{first.name},1,0\n", encoding="utf-8")
    script = tmp_path / "example.py"
    script.write_text(code.replace(ENCODER, repr(encoder)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = {"image_bytes": second.read_bytes(), "pil_image": Image.open(second).copy()}
    made = runpy.run_path(str(script), init_globals=given)

    table = made["table"]
    assert len(table) == 6
    labels = table["cat"] if isinstance(table, np.ndarray) else table["cat"].to_numpy()
    assert labels.dtype == bool
    assert labels[0]  # as it was answered
    assert (tmp_path / "out" / "README.md").is_file()
    found = Classifier.load(photos / ".cdul/classifiers/run-0002", device="cpu").predict(
        ["a.jpg", given["image_bytes"], given["pil_image"]]
    )
    assert found.photos == ("a.jpg", "#1", "#2")
    assert not found.unreadable
    np.testing.assert_array_equal(found.scores[1], found.scores[2])  # the same photo
    made["project"].close()
