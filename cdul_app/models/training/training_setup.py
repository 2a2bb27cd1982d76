"""What a training run starts from: its classifier, its batches, its fingerprint."""

import hashlib
import json
import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cdul_app.language import tr
from cdul_app.measures.metrics import average_precision
from cdul_app.method.arrays import IntArray
from cdul_app.method.refinement import probabilities_to_logits
from cdul_app.models.classifier.backbones import PhotoClassifier, build_photo_classifier
from cdul_app.models.training.input_batches import PhotoBatches
from cdul_app.models.training.pseudo_label_state import PseudoLabelState
from cdul_app.models.training.training_data import TrainingData
from cdul_app.settings.configs import TrainingConfig


def build_module(
    data: TrainingData, config: TrainingConfig, labels: PseudoLabelState
) -> tuple[PhotoClassifier, PhotoBatches, list[str]]:
    """The classifier before its first step, what it reads, and notes for the person."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)  # the new classifier layer starts from random weights
        module = build_photo_classifier(
            config.classifier,
            class_count=len(data.class_names),
            image_size=config.image_size,
            weights=config.weights,
        )
    if config.start_bias:
        # Of the mean label, not the mean logit: the former minimises the loss of a constant answer.
        start = probabilities_to_logits(labels.labels().mean(axis=0)).astype(np.float32)
        module.start_at(torch.from_numpy(start))
    size, notes = module.transform.image_size, []
    if size != config.image_size:
        notes = [
            tr(
                "“{classifier}” reads photos of {size} pixels, and does so here.",
                classifier=config.classifier,
                size=size,
            )
        ]
    return module, PhotoBatches(data.paths, module.transform), notes


def parameter_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay pulls weights, not biases and scales, towards 0."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in trained if parameter.ndim > 1]
    others = [parameter for parameter in trained if parameter.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def step_seed(*parts: int) -> int:
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint32)[0])


def fingerprints_of(data: TrainingData, config: TrainingConfig) -> list[str]:
    """Of all that decides the result; a run may go on on another device.

    The first is that of this version, the others those that earlier versions gave the same.
    """
    of_data, found = data.fingerprint(), []
    for values in (config.to_dict(), *config.dicts_of_before()):
        settings = {name: value for name, value in values.items() if name != "device"}
        text = json.dumps([settings, of_data], sort_keys=True)
        found.append(hashlib.sha256(text.encode()).hexdigest())
    return found


def mean_average_precision_of(
    truth: IntArray | None, rows: IntArray, scores: NDArray[np.float32]
) -> float | None:
    """Over what truth says of `rows`, class by class; None where it says nothing."""
    if truth is None:
        return None
    known = truth[rows] >= 0  # (n_rows, n_classes)
    values = [
        average_precision(truth[rows[said], column], scores[said, column])
        for column, said in enumerate(known.T)
        if said.any()
    ]
    counted = [value for value in values if not math.isnan(value)]
    return float(np.mean(counted)) if counted else None
