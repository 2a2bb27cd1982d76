"""A trained classifier on disk: weights as safetensors, all else as a JSON card beside them."""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import nn

from cdul_app.errors import ClassifierError
from cdul_app.input_files import MOST_CARD_BYTES, open_input, read_input_json
from cdul_app.language import tr
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from cdul_app.method.collection_refinement import CollectionClassifier
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
from cdul_app.models.classifier.collection_files import (
    collection_card,
    collection_tensors,
    read_collection,
)
from cdul_app.models.classifier.onnx_classifier import CARD_NAME
from cdul_app.models.damaged_files import DAMAGE_ERRORS
from cdul_app.models.model_size import weights_of
from cdul_app.paths import write_atomically
from cdul_app.settings.configs import TrainingConfig

WEIGHTS_NAME = "classifier.safetensors"
_FORMAT_VERSION = 1
_LARGEST_IMAGE = 4096  # pixels a side
_COLLECTION, _PHOTOS = "collection", "photos"
_FEATURES = "features"  # of an earlier version

_LABEL_SEMANTICS = (
    "Multi-label: the sigmoid of each logit is the probability that the class is in the photo, "
    "on the scale of the pseudo labels it was trained on."
)
_COLLECTION_SEMANTICS = (
    "Multi-label: each score says how likely the class is in the photo, on the scale of the labels "
    "that the collection was labelled with."
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
    # A network in evaluation mode on `device`, or what a collection taught, for stored embeddings.
    module: nn.Module | CollectionClassifier
    device: torch.device
    card: dict[str, Any]

    @property
    def reads_features(self) -> bool:
        """Whether it takes stored embeddings, not photos."""
        return isinstance(self.module, CollectionClassifier)

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """(n_classes,) in [0, 1]: those of the project when it was trained, or exported; the
        default of a card from before they were kept."""
        stored = self.card.get("thresholds", [DEFAULT_THRESHOLD] * len(self.class_names))
        return np.array(stored, dtype=np.float32)

    @property
    def provenance(self) -> dict[str, Any]:
        """What the pipeline said about the data: encoder, its key, grid and so on."""
        return dict(self.card["provenance"])

    @property
    def plan(self) -> ViewPlan:
        """Of the views whose embeddings it takes."""
        # "grid": of cards from before there were plans
        return ViewPlan.parse(str(self.provenance.get("views", self.provenance.get("grid"))))


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
    module: PhotoClassifier | CollectionClassifier,
    *,
    config: TrainingConfig,
    class_names: tuple[str, ...],
    provenance: dict[str, object],
) -> Path:
    """Write weights and, beside them, the card into `folder`.  Returns the weights' file."""
    if isinstance(module, CollectionClassifier):
        state = collection_tensors(module)
        about: dict[str, Any] = {"input": _COLLECTION, "collection": collection_card(module)}
        semantics = _COLLECTION_SEMANTICS
    else:
        weights = module.backbone.state_dict()
        state = {key: value.contiguous().cpu() for key, value in weights.items()}
        preprocessing = {**asdict(module.transform), "resize": "squash"}
        about = {"input": _PHOTOS, "preprocessing": preprocessing}
        semantics = _LABEL_SEMANTICS
    content = safetensors.torch.save(state, metadata={"format": "pt"})
    card: dict[str, Any] = {
        "format_version": _FORMAT_VERSION,
        "classifier": config.classifier,
        "class_names": list(class_names),
        "weights": {"file": WEIGHTS_NAME, "sha256": hashlib.sha256(content).hexdigest()},
        "labels": semantics,
        "training": config.to_dict(),
        "provenance": provenance,
        "versions": versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
    }
    write_atomically(folder / WEIGHTS_NAME, content)
    _write_card(folder / CARD_NAME, card)
    return folder / WEIGHTS_NAME


def keep_thresholds(folder: Path, thresholds: NDArray[np.float32]) -> None:
    """Write thresholds (n_classes,) into the card of a classifier.  Raises ClassifierError."""
    card = _read_card(folder / CARD_NAME)
    _write_card(
        folder / CARD_NAME, {**card, "thresholds": [round(float(t), 4) for t in thresholds]}
    )


def _write_card(file: Path, card: dict[str, Any]) -> None:
    text = json.dumps(card, ensure_ascii=False, indent=2) + "\n"
    write_atomically(file, text.encode("utf-8"))


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
        module = _read_module(card, content, len(class_names))
        classifier = Classifier(str(card["classifier"]), class_names, module, device, card)
        _ = classifier.provenance
        thresholds = classifier.thresholds
        if (
            thresholds.shape != (len(class_names),)
            or not ((thresholds >= 0) & (thresholds <= 1)).all()
        ):
            raise ValueError("the card's thresholds are not those of its classes")
    except DAMAGE_ERRORS as error:
        raise ClassifierError(
            tr(
                "The classifier in {parent} cannot be used: its card and its weights do not fit "
                "together. Train it again, or bring both files from the same run.",
                parent=card_file.parent,
            )
        ) from error
    if isinstance(module, nn.Module):
        module.eval().requires_grad_(False).to(device)
    return classifier


def _read_card(file: Path) -> dict[str, Any]:
    try:
        card = read_input_json(file, most_bytes=MOST_CARD_BYTES)
    except FileNotFoundError as error:
        raise ClassifierError(
            tr(
                "There is no classifier in {parent}: train one first, or choose the folder that "
                "holds {card_name} and {weights_name}.",
                parent=file.parent,
                card_name=CARD_NAME,
                weights_name=WEIGHTS_NAME,
            )
        ) from error
    except (OSError, ValueError) as error:
        raise ClassifierError(
            tr("The classifier's card {file} is damaged: train the classifier again.", file=file)
        ) from error
    if not isinstance(card, dict) or not isinstance(card.get("format_version"), int):
        raise ClassifierError(
            tr(
                "{file} is not the card of a classifier: choose {card_name}.",
                file=file,
                card_name=CARD_NAME,
            )
        )
    if card["format_version"] > _FORMAT_VERSION:
        raise ClassifierError(
            tr(
                "The classifier in {parent} was written by a later version of the app: update the "
                "app to use it.",
                parent=file.parent,
            )
        )
    return card


def _read_module(
    card: dict[str, Any], content: bytes, class_count: int
) -> PhotoClassifier | CollectionClassifier:
    if card["input"] == _FEATURES:
        raise ClassifierError(
            tr(
                "This classifier was trained by an earlier version of the app: train again, which "
                "takes seconds."
            )
        )
    if card["input"] == _COLLECTION:
        return read_collection(card["collection"], safetensors.torch.load(content), class_count)
    if weights_of(lambda: _empty_module(card, class_count)) > len(content):
        raise ValueError("the card describes a model larger than the file of its weights")
    module = _empty_module(card, class_count)
    module.backbone.load_state_dict(safetensors.torch.load(content))
    return module


def _empty_module(card: dict[str, Any], class_count: int) -> PhotoClassifier:
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
            tr(
                "The weights {file} of the classifier cannot be read: bring the file back, or "
                "train the classifier again.",
                file=file,
            )
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ClassifierError(
            tr(
                "The weights {file} are damaged or belong to another classifier: bring the "
                "original file back, or train the classifier again.",
                file=file,
            )
        )
    return content
