"""Heads over stored views that were tried in place of the app's, for bench_training.

Each reads (n, 1 + n_snippets, dim) unit views beside the encoder's own softened answer, as the
app's head does, and differs in how it pools the views.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cdul_app.method.refinement import probabilities_to_logits, refine_pseudo_labels
from cdul_app.models.classifier.feature_head import PRIOR_SHARE, RANKING_SOFTENING, zero_shot_logits

POOLINGS = ("whole", "mean", "max", "text attention", "learnt attention", "hidden layer")


class ViewHead(nn.Module):
    """`pooling` one of POOLINGS: what is learnt of the snippets, each class by itself."""

    def __init__(
        self, views: Tensor, texts: Tensor, temperature: float, targets: Tensor, pooling: str
    ) -> None:
        super().__init__()
        classes, dim = texts.shape
        prior = zero_shot_logits(views, texts, temperature * RANKING_SOFTENING)
        spread = prior - prior.mean(0)
        slope = float((spread * (targets - targets.mean(0))).sum() / (spread**2).sum())
        self.pooling = pooling
        self.prior = PRIOR_SHARE * max(slope, 1.0) * prior  # (n, n_classes)
        flat = views.reshape(-1, dim)
        self.views = (views - flat.mean(0)) / flat.std(0) / dim**0.5
        self.attention = torch.softmax(views[:, 1:] @ texts.T / (3 * temperature), dim=1)
        self.bias = nn.Parameter((targets - self.prior).mean(0))
        self.whole = nn.Parameter(torch.zeros(dim, classes))
        self.snippet = nn.Parameter(torch.zeros(dim, classes))
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.hidden, self.query = nn.Linear(dim, 128), nn.Linear(128, classes)
        if pooling == "hidden layer":
            nn.init.zeros_(self.query.weight)
            nn.init.zeros_(self.query.bias)

    def forward(self, rows: Tensor) -> Tensor:
        whole, snippets = self.views[rows, 0], self.views[rows, 1:]
        logits = whole @ self.whole + self.bias + self.prior[rows]
        each = snippets @ self.snippet  # (n, n_snippets, n_classes)
        match self.pooling:
            case "mean":
                return logits + each.mean(dim=1)
            case "max":
                return logits + each.amax(dim=1)
            case "text attention":
                return logits + (each * self.attention[rows]).sum(dim=1)
            case "learnt attention":  # Ilse et al., "Attention-based deep MIL", 2018
                weights = torch.softmax(self.query(torch.tanh(self.hidden(snippets))), dim=1)
                return logits + (each * weights).sum(dim=1)
            case "hidden layer":
                scale = self.views.shape[2] ** 0.5
                return logits + self.query(functional.gelu(self.hidden(scale * whole)))
        return logits


def train_view_head(
    views: NDArray[np.float16],
    texts: NDArray[np.float32],
    temperature: float,
    initial: NDArray[np.float32],
    pooling: str,
    *,
    epochs: int = 20,
    warm_up: int = 5,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The app's default recipe.  Returns (classifier logits, refined label logits)."""
    unit = functional.normalize(torch.from_numpy(views).float(), dim=-1)
    latent = probabilities_to_logits(initial).astype(np.float32)
    head = ViewHead(unit, torch.from_numpy(texts), temperature, torch.from_numpy(latent), pooling)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    everything, generator = torch.arange(len(views)), torch.Generator().manual_seed(0)
    for epoch in range(1, epochs + 1):
        targets = torch.sigmoid(torch.from_numpy(latent))
        for rows in torch.randperm(len(views), generator=generator).split(32):
            loss = functional.binary_cross_entropy_with_logits(
                head(rows), targets[rows], reduction="sum"
            )
            optimizer.zero_grad()
            (loss / len(rows)).backward()
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            logits = head(everything).numpy()
        if epoch > warm_up:
            latent = refine_pseudo_labels(latent, logits, sigma=0.2, eta=0.2).astype(np.float32)
    return logits, latent
