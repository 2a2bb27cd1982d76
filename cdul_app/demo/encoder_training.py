"""Train the demo's small CLIP from nothing but drawings, and write it as an open_clip folder.

Run `python -m cdul_app.demo.encoder_training --seed 0 --output DIR`.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.tokenizer import SimpleTokenizer
from safetensors.torch import save
from torch import Tensor, nn

from cdul_app.demo.objects import CLASS_NAMES
from cdul_app.demo.training_pictures import CaptionedBatch, PictureMaker

PIXEL_MEAN = 0.5
PIXEL_DEVIATION = 0.5
HIGHEST_LOGIT_SCALE = math.log(100.0)
VOCABULARY_SIZE = 49408  # of open_clip's default tokenizer


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training with a learning rate that rises shortly and then falls to zero."""

    steps: int
    learning_rate: float
    empty_share: float  # of pictures that show a background alone

    def __post_init__(self) -> None:
        if self.steps < 1:
            raise ValueError(f"a stage needs at least one step, got {self.steps}")
        if not 0.0 <= self.empty_share < 1.0:
            raise ValueError(f"empty_share must be in [0, 1), got {self.empty_share}")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of one training run; the defaults make the bundled encoder."""

    # First learn the objects; then, with many empty pictures, that most places hold none.
    stages: tuple[Stage, ...] = (Stage(1600, 1.5e-3, 0.08), Stage(600, 8e-4, 0.25))
    batch_size: int = 128
    weight_decay: float = 0.05
    warmup_steps: int = 100  # at the start of each stage
    image_size: int = 64
    patch_size: int = 8
    vision_width: int = 128
    vision_layers: int = 4
    text_width: int = 32
    text_layers: int = 2
    context_length: int = 16
    embedding_width: int = 128
    drawings_per_class: int = 150
    backgrounds_per_kind: int = 24

    def __post_init__(self) -> None:
        if not self.stages or self.batch_size < 2:
            raise ValueError("training needs a stage, and at least two pictures a batch")
        if self.image_size % self.patch_size:
            raise ValueError("image_size must be a multiple of patch_size")

    @property
    def steps(self) -> int:
        return sum(stage.steps for stage in self.stages)


@dataclass(frozen=True, slots=True)
class StepReport:
    """How one training step went."""

    step: int  # from 1
    loss: float
    accuracy: float  # share of captions' classes that the pictures found, within the batch
    logit_scale: float  # the multiplier itself, not its logarithm


def build_open_clip_config(config: TrainingConfig) -> dict[str, Any]:
    """Describe the network the way open_clip's `open_clip_config.json` does."""
    return {
        "model_cfg": {
            "embed_dim": config.embedding_width,
            "vision_cfg": {
                "image_size": config.image_size,
                "patch_size": config.patch_size,
                "width": config.vision_width,
                "layers": config.vision_layers,
                "head_width": 32,
                "mlp_ratio": 3.0,
                "pool_type": "avg",
            },
            "text_cfg": {
                "context_length": config.context_length,
                "vocab_size": VOCABULARY_SIZE,
                "width": config.text_width,
                "heads": 2,
                "layers": config.text_layers,
            },
        },
        "preprocess_cfg": {
            "mean": [PIXEL_MEAN] * 3,
            "std": [PIXEL_DEVIATION] * 3,
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
    }


def contrastive_loss(
    image_embeddings: Tensor, text_embeddings: Tensor, logit_scale: Tensor, fits: Tensor
) -> Tensor:
    """CLIP's symmetric loss, where a picture may have several true captions and vice versa.

    image_embeddings : (n, d) and text_embeddings : (n, d), unit norm.
    fits : (n, n), 1 where caption j is true of picture i; no row or column is all zero.
    """
    logits = logit_scale * image_embeddings @ text_embeddings.T  # (n, n)
    by_image = fits / fits.sum(dim=1, keepdim=True)  # (n, n)
    by_text = fits / fits.sum(dim=0, keepdim=True)  # (n, n)
    image_loss = -(by_image * logits.log_softmax(dim=1)).sum(dim=1).mean()
    text_loss = -(by_text * logits.log_softmax(dim=0)).sum(dim=0).mean()
    return (image_loss + text_loss) / 2


class EncoderTrainer:
    """Holds the network and its optimiser; `run` yields a report after every step."""

    def __init__(self, config: TrainingConfig, *, seed: int) -> None:
        torch.manual_seed(seed)
        self.config = config
        self.model: nn.Module = open_clip.CLIP(**build_open_clip_config(config)["model_cfg"])
        self._tokenizer = SimpleTokenizer(context_length=config.context_length)
        self._maker = PictureMaker(
            np.random.default_rng(seed),
            side=config.image_size,
            drawings_per_class=config.drawings_per_class,
            backgrounds_per_kind=config.backgrounds_per_kind,
        )

    def run(self) -> Iterator[StepReport]:
        """Train through all stages."""
        self.model.train()
        done = 0
        for stage in self.config.stages:
            optimizer = self._build_optimizer()
            for step in range(1, stage.steps + 1):
                for group in optimizer.param_groups:
                    group["lr"] = self._learning_rate(stage, step)
                batch = self._maker.make_batch(
                    self.config.batch_size, empty_share=stage.empty_share
                )
                yield self._train_step(done + step, optimizer, batch)
            done += stage.steps
        self.model.eval()

    def _build_optimizer(self) -> torch.optim.Optimizer:
        matrices = [p for p in self.model.parameters() if p.ndim >= 2]
        others = [p for p in self.model.parameters() if p.ndim < 2]
        return torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": self.config.weight_decay},
                {"params": others, "weight_decay": 0.0},
            ],
            betas=(0.9, 0.98),
            fused=True,
        )

    def _learning_rate(self, stage: Stage, step: int) -> float:
        warmup = self.config.warmup_steps
        if step < warmup:
            return stage.learning_rate * step / warmup
        left = (step - warmup) / max(1, stage.steps - warmup)
        return stage.learning_rate * (0.5 + 0.5 * math.cos(math.pi * left))

    def _train_step(
        self, step: int, optimizer: torch.optim.Optimizer, batch: CaptionedBatch
    ) -> StepReport:
        pixels = torch.from_numpy(batch.pixels).permute(0, 3, 1, 2).float()  # (n, 3, side, side)
        pixels = (pixels / 255.0 - PIXEL_MEAN) / PIXEL_DEVIATION
        tokens = self._tokenizer(batch.captions)  # (n, context_length)
        fits = torch.from_numpy(batch.fits).float()  # (n, n)
        images, texts, scale = self.model(pixels, tokens)  # (n, d), (n, d), ()
        loss = contrastive_loss(images, texts, scale, fits)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        optimizer.step()
        logit_scale = self.model.get_parameter("logit_scale")
        with torch.no_grad():
            logit_scale.clamp_(0.0, HIGHEST_LOGIT_SCALE)
            best = (images @ texts.T).argmax(dim=1).numpy()  # (n,)
        right = batch.fits[np.arange(len(best)), best]
        return StepReport(step, loss.item(), float(right.mean()), logit_scale.exp().item())

    def save(self, folder: Path) -> None:
        """Write what `open_clip.create_model_and_transforms("local-dir:...")` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(build_open_clip_config(self.config), indent=2)
        (folder / "open_clip_config.json").write_text(text + "\n", encoding="utf-8")
        weights = {
            name: value.detach().half().contiguous()
            for name, value in self.model.state_dict().items()
        }
        (folder / "open_clip_model.safetensors").write_bytes(save(weights))


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the demo's encoder on drawings.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    config = TrainingConfig()
    print(f"{len(CLASS_NAMES)} classes, {asdict(config)}", flush=True)
    started = time.monotonic()
    trainer = EncoderTrainer(config, seed=arguments.seed)
    for report in trainer.run():
        if report.step % 50 == 0 or report.step == config.steps:
            print(
                f"step {report.step}: loss {report.loss:.3f}, accuracy {report.accuracy:.3f}, "
                f"scale {report.logit_scale:.1f}, {time.monotonic() - started:.0f} s",
                flush=True,
            )
        if report.step % 200 == 0 or report.step == config.steps:
            trainer.save(arguments.output)


if __name__ == "__main__":
    main()
