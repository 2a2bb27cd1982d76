"""A trained classifier on disk: weights as safetensors, all else as a JSON card beside them."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import nn

from cdul_app.errors import ClassifierError
from cdul_app.input_files import MOST_CARD_BYTES, open_input, read_input_json
from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
from cdul_app.models.classifier.feature_head import FeatureHead, FeatureHeadSettings
from cdul_app.models.damaged_files import DAMAGE_ERRORS
from cdul_app.models.model_size import weights_of
from cdul_app.paths import write_atomically
from cdul_app.settings.configs import TrainingConfig

WEIGHTS_NAME = "classifier.safetensors"
CARD_NAME = "classifier.json"
_FORMAT_VERSION = 1
_LARGEST_IMAGE = 4096  # pixels a side
_FEATURES, _PHOTOS = "features", "photos"

_LABEL_SEMANTICS = (
    "Multi-label: the sigmoid of each logit is the probability that the class is in the photo, "
    "on the scale of the pseudo labels it was trained on."
)
_DISTRIBUTIONS = {
    "app": "cdul-app",
    "torch": "torch",
    "torchvision": "torchvision",
    "timm": "timm",
    "open_clip": "open_clip_torch",
    "numpy": "numpy",
    "pillow": "pillow",
}


@dataclass(frozen=True)
class Classifier:
    """A classifier ready to predict."""

    name: str  # "features" or a timm name
    class_names: tuple[str, ...]
    module: nn.Module  # in evaluation mode on `device`
    device: torch.device
    card: dict[str, Any]

    @property
    def reads_features(self) -> bool:
        """Whether it takes stored embeddings, not photos."""
        return isinstance(self.module, FeatureHead)

    @property
    def provenance(self) -> dict[str, Any]:
        """What the pipeline said about the data: encoder, its key, grid and so on."""
        return dict(self.card["provenance"])


def versions() -> dict[str, str]:
    """Versions of what a result depends on; "not installed" where a package has no record, as the
    app in a bare checkout."""
    found = {"python": platform.python_version()}
    for name, distribution in _DISTRIBUTIONS.items():
        try:
            found[name] = metadata.version(distribution)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def save_classifier(
    folder: Path,
    module: nn.Module,
    *,
    config: TrainingConfig,
    class_names: tuple[str, ...],
    provenance: dict[str, object],
) -> Path:
    """Write weights and, beside them, the card into `folder`.  Returns the weights' file."""
    weighted = module.backbone if isinstance(module, PhotoClassifier) else module
    state = {key: value.contiguous().cpu() for key, value in weighted.state_dict().items()}
    content = safetensors.torch.save(state, metadata={"format": "pt"})
    card: dict[str, Any] = {
        "format_version": _FORMAT_VERSION,
        "classifier": config.classifier,
        "class_names": list(class_names),
        "weights": {"file": WEIGHTS_NAME, "sha256": hashlib.sha256(content).hexdigest()},
        "labels": _LABEL_SEMANTICS,
        "training": config.to_dict(),
        "provenance": provenance,
        "versions": versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if isinstance(module, FeatureHead):
        card |= {"input": _FEATURES, "head": asdict(module.settings)}
    elif isinstance(module, PhotoClassifier):
        preprocessing = {**asdict(module.transform), "resize": "squash"}
        card |= {"input": _PHOTOS, "preprocessing": preprocessing}
    else:
        raise TypeError(f"not a classifier: {type(module).__name__}")
    write_atomically(folder / WEIGHTS_NAME, content)
    text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    write_atomically(folder / CARD_NAME, text.encode("utf-8"))
    return folder / WEIGHTS_NAME


def load_classifier(folder_or_file: Path, *, device: torch.device) -> Classifier:
    """Read a classifier from its folder, its weights or its card.

    Raises ClassifierError where a file is absent, damaged or does not belong to the other.
    """
    card_file = folder_or_file
    if folder_or_file.is_dir():
        card_file = folder_or_file / CARD_NAME
    elif folder_or_file.suffix != ".json":
        card_file = folder_or_file.with_suffix(".json")
    card = _read_card(card_file)
    try:
        weights_file = card_file.with_name(Path(card["weights"]["file"]).name)
        class_names = tuple(str(name) for name in card["class_names"])
        content = _read_weights(weights_file, card["weights"]["sha256"])
        if weights_of(lambda: _empty_module(card, len(class_names))) > len(content):
            raise ValueError("the card describes a model larger than the file of its weights")
        module = _empty_module(card, len(class_names))
        state = safetensors.torch.load(content)
        weighted = module.backbone if isinstance(module, PhotoClassifier) else module
        weighted.load_state_dict(state)
        name = str(card["classifier"])
        dict(card["provenance"])
    except DAMAGE_ERRORS as error:
        raise ClassifierError(
            f"The classifier in {card_file.parent} cannot be used: its card and its weights do not "
            "fit together. Train it again, or bring both files from the same run."
        ) from error
    module.eval().requires_grad_(False)
    return Classifier(name, class_names, module.to(device), device, card)


def _read_card(file: Path) -> dict[str, Any]:
    try:
        card = read_input_json(file, most_bytes=MOST_CARD_BYTES)
    except FileNotFoundError as error:
        raise ClassifierError(
            f"There is no classifier in {file.parent}: train one first, or choose the folder that "
            f"holds {CARD_NAME} and {WEIGHTS_NAME}."
        ) from error
    except (OSError, ValueError) as error:
        raise ClassifierError(
            f"The classifier's card {file} is damaged: train the classifier again."
        ) from error
    if not isinstance(card, dict) or not isinstance(card.get("format_version"), int):
        raise ClassifierError(f"{file} is not the card of a classifier: choose {CARD_NAME}.")
    if card["format_version"] > _FORMAT_VERSION:
        raise ClassifierError(
            f"The classifier in {file.parent} was written by a later version of the app: update "
            "the app to use it."
        )
    return card


def _empty_module(card: dict[str, Any], class_count: int) -> nn.Module:
    if card["input"] == _FEATURES:
        head = dict(card["head"])
        if head.pop("background_count", 0):  # of an earlier version
            raise ClassifierError(
                "This classifier compares classes with words beside them, which the app no longer "
                "does: label the photos again, then train."
            )
        module = FeatureHead(FeatureHeadSettings(**head))
        if module.settings.class_count != class_count:
            raise ValueError("the card names another number of classes than the head has")
        return module
    preprocessing = card["preprocessing"]
    if not 0 < int(preprocessing["image_size"]) <= _LARGEST_IMAGE:
        raise ValueError("the card names a size of photos that nobody trains with")
    return build_photo_classifier(
        card["classifier"],
        class_count=class_count,
        image_size=int(preprocessing["image_size"]),
        pretrained=False,
    )


def _read_weights(file: Path, sha256: str) -> bytes:
    try:
        with open_input(file) as stream:
            content = stream.read()
    except OSError as error:
        raise ClassifierError(
            f"The weights {file} of the classifier cannot be read: bring the file back, or train "
            "the classifier again."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ClassifierError(
            f"The weights {file} are damaged or belong to another classifier: bring the original "
            "file back, or train the classifier again."
        )
    return content
