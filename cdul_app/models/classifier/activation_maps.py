"""Where in a photo an end-to-end classifier sees each class."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cdul_app.errors import ClassifierError
from cdul_app.method.arrays import IntArray
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.training.input_batches import PhotoBatches, even_batches

FEWEST_PLACES = 2  # a side
MAP_BATCH = 32
_FINER = 4  # a map of 7 x 7 places would give boxes of sevenths


def class_activation_maps(classifier: PhotoClassifier, pixels: Tensor) -> Tensor:
    """The logits that the classifier's last layers give to each place alone.

    For a backbone that averages places before one linear layer these are the class activation maps
    of B. Zhou et al., "Learning deep features for discriminative localization", CVPR 2016, plus
    the layer's bias, and their mean over places is the photo's logit.  Other heads, and the patch
    tokens of a transformer, are treated alike: as if the photo were that place alone.

    pixels : (n, 3, size, size) uint8.  Returns (n, n_classes, height, width).
    Raises ValueError where the backbone keeps no places apart (`check_gives_maps` says so before).
    """
    backbone = classifier.backbone
    features = backbone.forward_features(classifier.normalised(pixels))  # type: ignore[operator]
    places, height, width = _places(backbone, features)
    logits: Tensor = backbone.forward_head(places)  # type: ignore[operator]
    return logits.view(len(pixels), height, width, -1).permute(0, 3, 1, 2)


def map_photos(
    classifier: PhotoClassifier, paths: Sequence[Path], rows: IntArray, *, device: torch.device
) -> Generator[tuple[IntArray, NDArray[np.float32], int], None, None]:
    """Activation maps of the photos `rows` of `paths`, a batch at a time; close it to cancel.

    Yields (rows, maps (n_rows, n_classes, height, width), how many could not be read); maps are
    four times finer than `class_activation_maps` each way, interpolated.
    """
    source = PhotoBatches(paths, classifier.transform)
    with closing(source.batches(even_batches(rows, MAP_BATCH))) as batches:
        for batch in batches:
            # Not around the yield, where the mode would hold in the caller too.
            with torch.inference_mode():
                maps = np.zeros((0, 0, 0, 0), dtype=np.float32)
                if len(batch.rows):
                    coarse = class_activation_maps(classifier, batch.inputs.to(device)).float()
                    finer = functional.interpolate(coarse, scale_factor=_FINER, mode="bilinear")
                    maps = finer.cpu().numpy()
            yield batch.rows, maps, len(batch.failures)


def check_gives_maps(classifier: PhotoClassifier, name: str) -> None:
    """Raise ClassifierError where the classifier cannot say where in a photo it sees a class.

    Leaves it in evaluation mode.
    """
    size = classifier.transform.image_size
    device = next(classifier.parameters()).device
    classifier.eval()
    try:
        with torch.inference_mode():
            empty = torch.zeros(1, 3, size, size, dtype=torch.uint8, device=device)
            height, width = class_activation_maps(classifier, empty).shape[2:]
    except (RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise ClassifierError(
            f"The classifier “{name}” does not tell where in a photo it sees a class: switch CAM "
            "views off, or choose another classifier, such as resnet101."
        ) from error
    if min(height, width) < FEWEST_PLACES:
        raise ClassifierError(
            f"At {size} pixels the classifier “{name}” tells no places of a photo apart: raise the "
            "image size, to 128 or more, or switch CAM views off."
        )


def _places(backbone: nn.Module, features: Tensor) -> tuple[Tensor, int, int]:
    """Features of photos to those of single places, (n * height * width, ...); the two sides."""
    channels = int(backbone.num_features)  # type: ignore[arg-type]
    if features.ndim == 4 and features.shape[1] == channels:
        height, width = features.shape[2:]
        return features.permute(0, 2, 3, 1).reshape(-1, channels, 1, 1), height, width
    if features.ndim == 4 and features.shape[3] == channels:
        height, width = features.shape[1:3]
        return features.reshape(-1, 1, 1, channels), height, width
    if features.ndim != 3 or features.shape[2] != channels:
        raise ValueError(f"features of shape {tuple(features.shape)} have no places")
    prefix = int(getattr(backbone, "num_prefix_tokens", 0))
    patches = features[:, prefix:]
    side = round(patches.shape[1] ** 0.5)
    if side * side != patches.shape[1]:
        raise ValueError(f"{patches.shape[1]} patch tokens are no square")
    single = patches.reshape(-1, 1, channels)
    if prefix and getattr(backbone, "global_pool", "") != "token":
        # The head passes the first tokens over: they are there to be passed over.
        first = features[:, :prefix].repeat_interleave(patches.shape[1], dim=0)
        single = torch.cat([first, single], dim=1)
    return single, side, side
