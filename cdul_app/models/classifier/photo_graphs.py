"""Classifiers as one module each, from the pixels of a photo to its scores: what becomes ONNX."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from cdul_app.method.collection_refinement import CollectionClassifier
from cdul_app.method.view_plans import ViewBox, ViewPlan
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.collection_graph import CollectionScores
from cdul_app.models.classifier.view_graph import CutViews
from cdul_app.models.dense.dense import DenseEncoder
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.models.encoder.views import ViewFormat

_WHOLE = (ViewBox.whole(),)


class NetworkScores(nn.Module):
    """Pixels (n, h, w, 3) uint8 of upright photos of one size to scores (n, n_classes)."""

    def __init__(self, classifier: PhotoClassifier) -> None:
        super().__init__()
        transform = classifier.transform
        size = transform.image_size
        self.squash = CutViews(_WHOLE, size, size, transform.interpolation, as_torch=False)
        self.classifier = classifier
        self.smallest_photo = (size, size)

    def forward(self, pixels: Tensor) -> Tensor:
        return torch.sigmoid(self.classifier(self.squash(pixels)[:, 0]))


class EncoderScores(nn.Module):
    """The same of a classifier of embeddings, with the encoder that makes them."""

    def __init__(self, classifier: CollectionClassifier, encoder: Encoder, plan: ViewPlan) -> None:
        """Raises EncoderError for a dense plan that the encoder's kind does not work with."""
        super().__init__()
        self.embed: nn.Module
        if plan.is_dense:
            self.embed = _DenseViews(encoder, plan)
        else:
            self.embed = _SeparateViews(encoder, plan)
        self.scores = CollectionScores(classifier)
        self.smallest_photo: tuple[int, int] = self.embed.smallest_photo

    def forward(self, pixels: Tensor) -> Tensor:
        scores: Tensor = self.scores(self.embed(pixels))
        return scores


class _SeparateViews(nn.Module):
    """Pixels (n, h, w, 3) to unit vectors (n, n_views, dim), as `embed_photos` gives them."""

    def __init__(self, encoder: Encoder, plan: ViewPlan) -> None:
        super().__init__()
        self.smallest_photo = plan.smallest_photo(encoder.image_size[1], encoder.image_size[0])
        self.cut = _cutter((*_WHOLE, *plan.boxes), encoder.view_format)
        self.tower = _Tower(encoder, encoder.model.encode_image)
        self.mirrored = plan.mirrored

    def forward(self, pixels: Tensor) -> Tensor:
        views = self.cut(pixels)  # (n, n_views, 3, height, width)
        if self.mirrored:
            views = torch.cat([views, views[:, :1].flip(4)], dim=1)
        vectors: Tensor = self.tower(views.flatten(0, 1))
        vectors = vectors.reshape(-1, views.shape[1], vectors.shape[1])
        if self.mirrored:
            whole = normalize(vectors[:, :1] + vectors[:, -1:], dim=2)
            vectors = torch.cat([whole, vectors[:, 1:-1]], dim=1)
        return vectors


class _DenseViews(nn.Module):
    """The same from one pass over the photo, as `DenseEncoder` has it."""

    def __init__(self, encoder: Encoder, plan: ViewPlan) -> None:
        super().__init__()
        dense = DenseEncoder(encoder, plan)
        self.smallest_photo = (dense.view_format.width, dense.view_format.height)
        self.squash = _cutter(_WHOLE, dense.view_format)
        self.snippets = _Tower(encoder, dense.tower)
        self.gives_whole = dense.gives_whole
        self.is_larger = not dense.same_size
        self.again = _cutter(_WHOLE, encoder.view_format)
        self.whole = _Tower(encoder, encoder.model.encode_image)

    def forward(self, pixels: Tensor) -> Tensor:
        squashed = self.squash(pixels)[:, 0]  # (n, 3, height, width)
        vectors: Tensor = self.snippets(squashed)
        if self.gives_whole:
            return vectors
        if self.is_larger:
            squashed = self.again(squashed.permute(0, 2, 3, 1))[:, 0]
        else:
            vectors = vectors[:, 1:]
        return torch.cat([self.whole(squashed)[:, None], vectors], dim=1)


class _Tower(nn.Module):
    """An image tower between grey levels (n, 3, height, width) and unit vectors (..., dim)."""

    scale: Tensor
    shift: Tensor

    def __init__(self, encoder: Encoder, tower: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.visual = encoder.model.visual  # so that the tower's weights are this module's
        self.tower = tower
        for name, values in zip(
            ("scale", "shift"), encoder.view_format.scale_and_shift(), strict=True
        ):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1))

    def forward(self, levels: Tensor) -> Tensor:
        return normalize(self.tower(levels * self.scale + self.shift), dim=-1)


def _cutter(boxes: tuple[ViewBox, ...], view_format: ViewFormat) -> CutViews:
    return CutViews(boxes, view_format.height, view_format.width, view_format.interpolation)
