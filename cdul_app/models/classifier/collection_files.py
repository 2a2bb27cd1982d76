"""What a collection has taught as the tensors and the card of a classifier's files."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cdul_app.method.collection_refinement import CollectionClassifier, VoiceWeights
from cdul_app.method.neighbours import MOST_REFERENCE_VIEWS, ReferencePhotos
from cdul_app.method.student import Student


def collection_tensors(classifier: CollectionClassifier) -> dict[str, torch.Tensor]:
    """The reference photos' views stay in half precision: 10 MB of 512 dimensions."""
    arrays = {
        "class_embeddings": classifier.class_embeddings,
        "student.weights": classifier.student.weights,
        "student.bias": classifier.student.bias,
        "reference.views": classifier.reference.views,
        "reference.labels": classifier.reference.labels,
        "knots": classifier.knots,
    }
    return {name: torch.from_numpy(np.ascontiguousarray(each)) for name, each in arrays.items()}


def collection_card(classifier: CollectionClassifier) -> dict[str, float]:
    return {
        "temperature": classifier.temperature,
        "label_temperature": classifier.label_temperature,
        "zeta": classifier.zeta,
        "neighbours_weight": classifier.weights.neighbours,
        "student_weight": classifier.weights.student,
    }


def read_collection(
    card: Mapping[str, Any], tensors: Mapping[str, torch.Tensor], class_count: int
) -> CollectionClassifier:
    """Read both back.  Raises ValueError or LookupError where they do not fit together."""
    texts, views = _array(tensors, "class_embeddings", 2), _array(tensors, "reference.views", 3)
    dim, photos = texts.shape[1], len(views)
    shapes = {
        "class_embeddings": (class_count, dim),
        "student.weights": (class_count, 2 * dim),
        "student.bias": (class_count,),
        "reference.views": (photos, views.shape[1], dim),
        "reference.labels": (photos, class_count),
        "knots": (len(tensors["knots"]), 2, class_count),
    }
    for name, shape in shapes.items():
        array = _array(tensors, name, len(shape))
        if array.shape != shape or not array.size or not np.isfinite(array).all():
            raise ValueError(f"{name} has shape {array.shape}, expected {shape} of finite numbers")
    if photos * views.shape[1] > max(MOST_REFERENCE_VIEWS, views.shape[1]):
        raise ValueError("more reference photos than any training keeps")
    weights = VoiceWeights(float(card["neighbours_weight"]), float(card["student_weight"]))
    temperature, of_labels = float(card["temperature"]), float(card["label_temperature"])
    zeta = float(card["zeta"])
    shares = (weights.neighbours, weights.student)
    if not (
        0 < temperature < np.inf and 0 <= zeta <= 1 and all(0 <= each <= 0.5 for each in shares)
    ):
        raise ValueError("the card holds numbers that no training gives")
    return CollectionClassifier(
        texts,
        temperature,
        of_labels,
        zeta,
        Student(_array(tensors, "student.weights", 2), _array(tensors, "student.bias", 1)),
        ReferencePhotos(views, _array(tensors, "reference.labels", 2)),
        weights,
        _array(tensors, "knots", 3),
    )


def _array(tensors: Mapping[str, torch.Tensor], name: str, axes: int) -> NDArray[Any]:
    array = tensors[name].numpy()
    kept = np.float16 if name == "reference.views" else np.float32
    if array.ndim != axes or array.dtype != kept:
        raise ValueError(f"{name} is no array of {axes} axes of {kept.__name__}")
    return np.asarray(array)
