"""Training the demo's encoder: the real loop on a tiny network, read back by open_clip."""

import math

import open_clip
import pytest
import torch

from cdul_app.demo.encoder_training import (
    EncoderTrainer,
    Stage,
    TrainingConfig,
    build_open_clip_config,
    contrastive_loss,
)

TINY = TrainingConfig(
    stages=(Stage(30, 2e-3, 0.1), Stage(10, 1e-3, 0.3)),
    batch_size=32,
    warmup_steps=5,
    image_size=32,
    patch_size=8,
    vision_width=64,
    vision_layers=1,
    text_width=32,
    text_layers=1,
    embedding_width=32,
    drawings_per_class=2,
    backgrounds_per_kind=1,
)


def test_a_few_steps_lower_the_loss_and_open_clip_reads_the_result(tmp_path):
    trainer = EncoderTrainer(TINY, seed=0)
    reports = list(trainer.run())
    assert [report.step for report in reports] == list(range(1, TINY.steps + 1))
    early = sum(report.loss for report in reports[:5]) / 5
    late = sum(report.loss for report in reports[-5:]) / 5
    assert late < early - 0.1
    assert all(report.logit_scale <= 100.001 for report in reports)

    trainer.save(tmp_path)
    source = f"local-dir:{tmp_path}"
    model, _, preprocess = open_clip.create_model_and_transforms(source)
    tokens = open_clip.get_tokenizer(source)(["a photo of a cat."])
    assert tokens.shape == (1, TINY.context_length)
    assert "Resize(size=(32, 32)" in str(preprocess)
    pixels = torch.zeros(1, 3, 32, 32)
    with torch.inference_mode():
        ours = trainer.model.encode_image(pixels, normalize=True)
        theirs = model.eval().encode_image(pixels, normalize=True)
    assert torch.allclose(ours, theirs, atol=0.02)


def test_the_loss_is_lowest_where_pictures_meet_their_captions():
    embeddings = torch.eye(3, 4)
    scale = torch.tensor(20.0)
    fits = torch.eye(3)
    met = contrastive_loss(embeddings, embeddings, scale, fits)
    crossed = contrastive_loss(embeddings, embeddings.roll(1, dims=0), scale, fits)
    assert met < 1e-3
    assert crossed > 10


def test_several_true_captions_share_the_target():
    embeddings = torch.ones(2, 1)
    loss = contrastive_loss(embeddings, embeddings, torch.tensor(5.0), torch.ones(2, 2))
    assert loss == pytest.approx(math.log(2))


def test_impossible_settings_are_refused():
    with pytest.raises(ValueError, match="multiple"):
        TrainingConfig(image_size=60, patch_size=8)
    with pytest.raises(ValueError, match="step"):
        Stage(0, 1e-3, 0.1)
    with pytest.raises(ValueError, match="empty_share"):
        Stage(1, 1e-3, 1.0)
    with pytest.raises(ValueError, match="stage"):
        TrainingConfig(stages=())


def test_the_config_asks_for_squashed_pictures():
    config = build_open_clip_config(TINY)
    assert config["preprocess_cfg"]["resize_mode"] == "squash"
    assert config["model_cfg"]["vision_cfg"]["image_size"] == 32
