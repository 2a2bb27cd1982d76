"""`CollectionClassifier.scores` as a part of a graph."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from cdul_app.method.collection_refinement import CollectionClassifier
from cdul_app.method.student import WHOLE_SHARE


class CollectionScores(nn.Module):
    """View embeddings (n, 1 + n_snippets, dim) float32, unit norm, to scores (n, n_classes)."""

    texts: Tensor
    reference_views: Tensor
    reference_labels: Tensor
    centre: Tensor
    student_weights: Tensor
    student_bias: Tensor
    knots: Tensor
    axes: Tensor | None

    def __init__(self, classifier: CollectionClassifier) -> None:
        super().__init__()
        reference, count = classifier.reference, len(classifier.reference.views)
        self.classifier = classifier
        self.asked = min(reference.neighbours, max(1, count - 1))
        for name, values in (
            ("texts", classifier.class_embeddings),
            ("reference_views", reference.views.swapaxes(0, 1)),  # half: a graph half as large
            ("reference_labels", reference.labels),
            ("centre", reference.centre),
            ("student_weights", classifier.student.weights),
            ("student_bias", classifier.student.bias),
            ("knots", classifier.knots),
        ):
            self.register_buffer(name, torch.from_numpy(np.ascontiguousarray(values)))
        axes = reference.axes
        self.register_buffer("axes", None if axes is None else torch.from_numpy(axes))

    def forward(self, views: Tensor) -> Tensor:
        stored = views.half().float()  # as embeddings are stored, and were when it has learnt
        weights = self.classifier.weights
        rest = 1 - weights.neighbours - weights.student
        mixed = (
            rest * self._initial(stored)
            + weights.neighbours * self._neighbours(stored)
            + weights.student * self._student(stored)
        )
        return self._interpolated(mixed)

    def _initial(self, views: Tensor) -> Tensor:
        """CDUL eq. 1-7, as `aggregate_extremes` and `combine_global_local` have it."""
        cosines = normalize(views, dim=2) @ self.texts.T  # (n, 1 + n_snippets, n_classes)
        similarities = (cosines / self.classifier.label_temperature).softmax(dim=2)
        local = similarities[:, 1:]
        seen = (cosines[:, 1:] / self.classifier.temperature).softmax(dim=2).amax(dim=1)
        is_seen = seen >= self.classifier.zeta
        return (similarities[:, 0] + torch.where(is_seen, local.amax(dim=1), local.amin(dim=1))) / 2

    def _neighbours(self, views: Tensor) -> Tensor:
        """As `neighbour_labels`."""
        view_count, count, _ = self.reference_views.shape
        directions = self._directions(views)  # (n, n_views, n_axes)
        known = self._directions(self.reference_views.float()).flatten(0, 1)
        nearness = (directions @ known.T).reshape(*views.shape[:2], view_count, count).amax(dim=2)
        nearest = nearness.topk(self.asked, dim=2).indices  # (n, n_views, asked)
        labels = self.reference_labels[nearest].mean(dim=2)  # (n, n_views, n_classes)
        return (labels[:, 0] + labels[:, 1:].amax(dim=1)) / 2

    def _directions(self, views: Tensor) -> Tensor:
        found = normalize(views - self.centre, dim=-1)
        return found if self.axes is None else found @ self.axes

    def _student(self, views: Tensor) -> Tensor:
        """As `Student.scores`, with `class_attention_pool`."""
        snippets, dim = views[:, 1:], views.shape[2]
        logits = normalize(snippets, dim=2) @ self.texts.T / self.classifier.temperature
        attention = logits.softmax(dim=1)  # its sum falls out, as the pool is of unit length
        pooled = normalize(attention.mT @ snippets, dim=2)  # (n, n_classes, dim)
        of_whole, of_pooled = self.student_weights[:, :dim], self.student_weights[:, dim:]
        whole = WHOLE_SHARE * views[:, 0] @ of_whole.T
        return whole + (pooled * of_pooled).sum(dim=2) + self.student_bias

    def _interpolated(self, mixed: Tensor) -> Tensor:
        """As np.interp of each class's column of the knots."""
        positions, values = self.knots[:, 0], self.knots[:, 1]  # (n_knots, n_classes)
        before = (mixed[:, None] >= positions).sum(dim=1) - 1  # (n, n_classes)
        before = before.clamp(0, len(positions) - 2)
        start, end = positions.gather(0, before), positions.gather(0, before + 1)
        low, high = values.gather(0, before), values.gather(0, before + 1)
        length = end - start
        share = torch.where(length > 0, (mixed - start) / length.clamp(min=1e-12), 0.0)
        return low + share * (high - low)
