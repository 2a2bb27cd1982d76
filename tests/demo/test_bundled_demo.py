"""The bundled demo's files agree with each other, and its encoder works offline."""

import csv
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image

from cdul_app.demo.objects import CLASS_NAMES
from cdul_app.demo.scenes import BUNDLED_COUNT, SCENE_SIZE

DEMO = Path(__file__).parents[2] / "resources" / "demo"
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def truth():
    with (DEMO / "truth.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def encoder():
    source = f"local-dir:{DEMO / 'encoder'}"
    model, _, preprocess = open_clip.create_model_and_transforms(source)
    return model.eval(), preprocess, open_clip.get_tokenizer(source)


def test_truth_lists_every_scene_and_class(truth):
    pictures = sorted(path.name for path in (DEMO / "scenes").iterdir())
    assert len(pictures) == BUNDLED_COUNT
    assert [row["image"] for row in truth] == pictures
    assert list(truth[0]) == ["image", *CLASS_NAMES]
    classes = (DEMO / "classes.txt").read_text(encoding="utf-8").splitlines()
    assert tuple(classes) == CLASS_NAMES
    for row in truth:
        assert {row[name] for name in CLASS_NAMES} <= {"0", "1"}
        assert 1 <= sum(row[name] == "1" for name in CLASS_NAMES) <= 5
    assert all(any(row[name] == "1" for row in truth) for name in CLASS_NAMES)


def test_the_demo_is_small_enough_to_ship():
    scenes = list((DEMO / "scenes").iterdir())
    assert sum(path.stat().st_size for path in scenes) < 3 * MEGABYTE
    encoder_files = list((DEMO / "encoder").iterdir())
    assert sum(path.stat().st_size for path in encoder_files) <= 16 * MEGABYTE
    for path in scenes:
        with Image.open(path) as picture:
            assert picture.size == SCENE_SIZE


def test_the_encoder_gives_finite_unit_embeddings_that_tell_classes(encoder, truth):
    model, preprocess, tokenizer = encoder
    prompts = [f"a photo of a {name}." for name in CLASS_NAMES]
    views = []
    for row in truth[:20]:
        with Image.open(DEMO / "scenes" / row["image"]) as picture:
            views.append(preprocess(picture.convert("RGB")))
    with torch.inference_mode():
        images = model.encode_image(torch.stack(views), normalize=True)  # (20, d)
        texts = model.encode_text(tokenizer(prompts), normalize=True)  # (16, d)
        scores = (model.logit_scale.exp() * images @ texts.T).softmax(dim=1).numpy()  # (20, 16)
    assert torch.isfinite(images).all()
    assert torch.allclose(images.norm(dim=1), torch.ones(len(images)), atol=1e-4)
    assert torch.allclose(texts.norm(dim=1), torch.ones(len(texts)), atol=1e-4)
    assert scores.max(axis=1).mean() > 3 / len(CLASS_NAMES)
    found = [truth[i][CLASS_NAMES[best]] == "1" for i, best in enumerate(scores.argmax(axis=1))]
    assert np.mean(found) > 0.6
