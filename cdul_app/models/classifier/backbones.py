"""End-to-end classifiers: any timm backbone with pretrained weights, never random ones."""

import difflib
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn

from cdul_app.errors import ClassifierError, in_words
from cdul_app.language import tr
from cdul_app.models.classifier.photo_transform import PhotoTransform
from cdul_app.models.damaged_files import DAMAGE_ERRORS, words_of
from cdul_app.models.encoder.hub_download import transport_errors
from cdul_app.models.no_network import no_network


class PhotoClassifier(nn.Module):
    """A timm backbone that takes 8-bit pixels."""

    mean: Tensor
    std: Tensor

    def __init__(self, backbone: nn.Module, transform: PhotoTransform) -> None:
        super().__init__()
        self.backbone = backbone
        self.transform = transform
        # Not part of the weights file, which stays one that timm itself can load.
        for name, values in (("mean", transform.mean), ("std", transform.std)):
            self.register_buffer(name, torch.tensor(values).view(-1, 1, 1), persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """pixels : (n, 3, size, size) uint8.  Returns logits (n, n_classes)."""
        logits: Tensor = self.backbone((pixels.float() / 255 - self.mean) / self.std)
        return logits

    @torch.no_grad()
    def start_at(self, label_logits: Tensor) -> None:
        """Let the new layer's biases say `label_logits` (n_classes,) of an empty photo.

        Else the first epochs go into learning that most classes are absent from most photos.
        Source: T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017, section 3.3.
        """
        layer = self.backbone.get_classifier()  # type: ignore[operator]
        bias = getattr(layer, "bias", None)
        if isinstance(bias, Tensor) and bias.shape == label_logits.shape:
            bias.copy_(label_logits)


def build_photo_classifier(
    name: str, *, class_count: int, image_size: int, weights: str = "", pretrained: bool = True
) -> PhotoClassifier:
    """A backbone with its pretrained weights and a new classifier layer.

    weights : a local timm checkpoint; empty, timm's own ImageNet weights, from the hub's cache or
    fetched.  pretrained False is for a state dict that is loaded right after.
    A backbone whose input size is fixed keeps its own (`transform.image_size` tells).
    Raises ClassifierError for a name timm does not know or weights that cannot be had.
    """
    check_backbone_name(name)
    try:
        if weights or not pretrained:
            with no_network():
                backbone = timm.create_model(name, pretrained=False, num_classes=class_count)
        else:
            backbone = _with_hub_weights(name, class_count)
        transform = _transform_of(backbone, image_size)
    except (RuntimeError, ValueError, TypeError, KeyError) as error:
        raise ClassifierError(
            tr(
                "timm could not build the classifier “{name}” ({why}): choose another one, such "
                "as resnet101.",
                name=name,
                why=in_words(error),
            )
        ) from error
    if weights:
        _load_local_weights(backbone, name, Path(weights).expanduser())
    return PhotoClassifier(backbone, transform)


def check_backbone_name(name: str) -> None:
    """Raise ClassifierError, with names that come close, where timm has no such backbone."""
    if timm.is_model(name.partition(".")[0]) and not any(sign in name for sign in ":/\\"):
        return
    close = difflib.get_close_matches(name, timm.list_models(), n=3, cutoff=0.6)
    hint = (
        tr("did you mean {names}?", names=tr(" or ").join(close))
        if close
        else tr("choose features or resnet101.")
    )
    raise ClassifierError(tr("There is no classifier “{name}”: {hint}", name=name, hint=hint))


def _with_hub_weights(name: str, class_count: int) -> nn.Module:
    config = timm.get_pretrained_cfg(name)
    if config is None or not config.has_weights:
        raise ClassifierError(
            tr(
                "There are no ImageNet weights for “{name}”: choose another classifier, or bring "
                "a checkpoint of it with --weights FILE.",
                name=name,
            )
        )
    unreachable: tuple[type[BaseException], ...] = (OSError, *transport_errors())
    try:
        backbone: nn.Module = timm.create_model(name, pretrained=True, num_classes=class_count)
    except unreachable as error:
        where = (
            tr("https://huggingface.co/{hf_hub_id}", hf_hub_id=config.hf_hub_id)
            if config.hf_hub_id
            else tr("its page")
        )
        raise ClassifierError(
            tr(
                "The ImageNet weights of “{name}” are not on this machine and cannot be "
                "downloaded now: connect to the network, or fetch model.safetensors from {where} "
                "on another machine and give it with --weights FILE.",
                name=name,
                where=where,
            )
        ) from error
    return backbone


def _load_local_weights(backbone: nn.Module, name: str, file: Path) -> None:
    if not file.is_file():
        raise ClassifierError(tr("There is no weights file {file}: check the path.", file=file))
    try:
        state = timm.models.load_state_dict(str(file), device="cpu", weights_only=True)
        if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
            raise TypeError(tr("it holds no table of tensors"))
    except DAMAGE_ERRORS as error:
        raise ClassifierError(
            tr(
                "The weights file {name} cannot be read ({why}): it is damaged, incomplete or not "
                "a plain checkpoint; fetch it again, best as safetensors.",
                name=file.name,
                why=words_of(error),
            )
        ) from error
    layers = _classifier_layers(backbone)
    kept = {key: value for key, value in state.items() if not key.startswith(layers)}
    own = backbone.state_dict()
    needed = {
        key for key in own if not key.startswith(layers) and not key.endswith("num_batches_tracked")
    }
    absent = sum(key not in kept or kept[key].shape != own[key].shape for key in needed)
    unknown = sum(key not in own for key in kept)
    if absent or unknown:
        raise ClassifierError(
            tr(
                "The weights file {name} is not one of “{classifier}”: {absent} of its {needed} "
                "tensors are absent or of another size, {unknown} belong elsewhere. Choose the "
                "classifier the file was made with.",
                name=file.name,
                classifier=name,
                absent=absent,
                needed=len(needed),
                unknown=unknown,
            )
        )
    backbone.load_state_dict(kept, strict=False)


def _classifier_layers(backbone: nn.Module) -> tuple[str, ...]:
    config: dict[str, Any] = getattr(backbone, "default_cfg", {})
    names = config.get("classifier") or ()
    return tuple(f"{name}." for name in ((names,) if isinstance(names, str) else names))


def _transform_of(backbone: nn.Module, image_size: int) -> PhotoTransform:
    config = timm.data.resolve_model_data_config(backbone)
    own: dict[str, Any] = getattr(backbone, "default_cfg", {})
    if own.get("fixed_input_size"):
        image_size = int(config["input_size"][-1])
    return PhotoTransform(
        image_size=image_size,
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
        interpolation=str(config["interpolation"]),
    )
