"""The default classifier: a small head on stored embeddings, trained in seconds on a CPU."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cdul_app.method.arrays import FloatArray, IntArray
from cdul_app.method.refinement import PROBABILITY_FLOOR
from cdul_app.method.similarity import RANKING_SOFTENING

# How much of the encoder's own answer the head keeps; the rest it has to learn from the photos.
# ours: on 500 real photos whose initial labels have mAP 57.4, shares of 0, 0.5, 0.75 and 1 give
# 49.9, 57.4, 57.7 and 57.4; on photos left out of training 46.5, 57.2, 57.6 and 57.3.  With the
# answer softened for ranking 0.75 gives 58.3.
PRIOR_SHARE = 0.75
_STATISTICS_ROWS = 4096  # more photos move mean and deviation by less than rounding does


@dataclass(frozen=True)
class FeatureHeadSettings:
    dim: int
    class_count: int
    prior_scale: float  # of the encoder's logit in the head's; 0 without class embeddings
    temperature: float  # of the encoder's answer, softened for ranking


class FeatureHead(nn.Module):
    """A linear layer on [whole photo, maximum and mean of the snippets], beside the encoder.

    The layer alone ranks photos it was trained on well and others badly, since a few hundred
    photos do not fill 1,500 dimensions; the encoder's zero-shot answer, kept as a fixed share of
    the logit, carries over to new photos.  It is taken softer than the pseudo labels' own, since
    softer scores rank better, and brought to their spread.
    """

    pooled_mean: Tensor
    pooled_scale: Tensor
    class_embeddings: Tensor

    def __init__(self, settings: FeatureHeadSettings) -> None:
        super().__init__()
        self.settings = settings
        width = 3 * settings.dim
        self.register_buffer("pooled_mean", torch.zeros(width))
        self.register_buffer("pooled_scale", torch.ones(width))
        shape = (settings.class_count, settings.dim)
        self.register_buffer("class_embeddings", torch.zeros(shape))
        self.linear = nn.Linear(width, settings.class_count)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, features: Tensor) -> Tensor:
        """features : (n, 3 * dim + n_classes), from `describe`.  Returns logits (n, n_classes)."""
        pooled, zero_shot = torch.split(
            features, [3 * self.settings.dim, self.settings.class_count], dim=1
        )
        learnt: Tensor = self.linear((pooled - self.pooled_mean) / self.pooled_scale)
        return learnt + self.settings.prior_scale * zero_shot

    @torch.no_grad()
    def describe(self, views: Tensor) -> Tensor:
        """What the head reads of each photo; nothing in it is trained, so once is enough.

        views : (n, 1 + n_snippets, dim), any float type.
        Returns (n, 3 * dim + n_classes) float32: pooled views, then the zero-shot logits.
        """
        unit = functional.normalize(views.float(), dim=-1)
        settings = self.settings
        logits = unit.new_zeros(len(unit), settings.class_count)
        if settings.prior_scale:
            logits = zero_shot_logits(unit, self.class_embeddings, settings.temperature)
        return torch.cat([pool_views(unit), logits], dim=1)


def pool_views(unit_views: Tensor) -> Tensor:
    """(n, 1 + n_snippets, dim) to (n, 3 * dim): whole photo, snippets' maximum, their mean."""
    whole = unit_views[:, 0]
    snippets = unit_views[:, 1:] if unit_views.shape[1] > 1 else unit_views[:, :1]
    return torch.cat([whole, snippets.amax(dim=1), snippets.mean(dim=1)], dim=-1)


def zero_shot_logits(unit_views: Tensor, class_embeddings: Tensor, temperature: float) -> Tensor:
    """Logit of the encoder's own mean of whole photo and best snippet.

    unit_views : (n, 1 + n_snippets, dim); class_embeddings : (n_classes, dim).
    Returns (n, n_classes), finite.
    """
    cosines = unit_views @ class_embeddings.T  # (n, n_views, n_classes)
    similarities = torch.softmax(cosines / temperature, dim=-1)
    whole, local = similarities[:, 0], similarities[:, 1:]
    best = local.amax(dim=1) if local.shape[1] else whole
    return torch.logit((whole + best) / 2, eps=PROBABILITY_FLOOR)


def build_feature_head(
    views: NDArray[np.float16],
    rows: IntArray,
    label_logits: FloatArray,
    class_embeddings: FloatArray | None,
    temperature: float | None,
) -> FeatureHead:
    """A head before its first step: standardised for the photos, biased to the labels' mean.

    views : (n_images, 1 + n_snippets, dim); rows : (n_rows,), the photos to train on, at least
    one; label_logits : (n_rows, n_classes); class_embeddings : (n_classes, dim) or None.
    Without class embeddings or temperature the head is the linear layer alone.
    """
    places = np.linspace(0, len(rows) - 1, min(_STATISTICS_ROWS, len(rows))).astype(np.int64)
    targets = torch.from_numpy(np.array(label_logits[places], np.float32))
    settings = FeatureHeadSettings(views.shape[2], targets.shape[1], 0.0, 1.0)
    texts = np.zeros((targets.shape[1], views.shape[2]), np.float32)
    if class_embeddings is not None and temperature is not None:
        texts = np.array(class_embeddings, np.float32)
        settings = replace(
            settings,
            prior_scale=1.0,  # until it is known
            temperature=temperature * RANKING_SOFTENING,
        )
    head = FeatureHead(settings)
    head.class_embeddings.copy_(torch.from_numpy(texts))
    parts = np.array_split(rows[places], -(-len(places) // 256))
    features = torch.cat([head.describe(torch.from_numpy(views[part])) for part in parts])
    pooled, prior = torch.split(features, [3 * settings.dim, settings.class_count], dim=1)
    if settings.prior_scale:
        head.settings = replace(settings, prior_scale=PRIOR_SHARE * _slope(prior, targets))
    deviation = pooled.std(dim=0, correction=0)
    head.pooled_mean.copy_(pooled.mean(dim=0))
    # Adam moves every weight alike: without the square root, the noise of 1,500 of them drowns
    # the encoder's answer where photos are few.
    scale = torch.where(deviation > 1e-6, deviation, 1.0) * pooled.shape[1] ** 0.5
    head.pooled_scale.copy_(scale)
    with torch.no_grad():
        head.linear.bias.copy_((targets - head.settings.prior_scale * prior).mean(dim=0))
    return head


def _slope(prior: Tensor, targets: Tensor) -> float:
    """Of the least-squares line from the encoder's softened logits to the pseudo labels'."""
    spread = prior - prior.mean(dim=0)
    power = float((spread**2).sum())
    slope = float((spread * (targets - targets.mean(dim=0))).sum()) / power if power else 1.0
    return max(slope, 1.0)  # softening never calls for less
