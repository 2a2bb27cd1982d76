"""A classifier as one ONNX graph, from the pixels of a photo of any size to its scores."""

import json
import logging
import warnings
from pathlib import Path

import torch

from cdul_app.errors import ClassifierError
from cdul_app.language import tr
from cdul_app.method.collection_refinement import CollectionClassifier
from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.onnx_classifier import CARD_KEY, INPUT, OUTPUT, can_write_onnx
from cdul_app.models.classifier.photo_graphs import EncoderScores, NetworkScores
from cdul_app.models.encoder.encoder import Encoder

_EXAMPLE = (2, 96, 128, 3)  # of sizes that are not 1 and not the same
_AXES = ("photos", "height", "width")
_MOST_IN_ONE_FILE = 1_900_000_000  # bytes: an ONNX file ends at 2 GiB


def write_onnx(classifier: Classifier, encoder: Encoder | None, file: Path) -> None:
    """Write the graph, with classes and thresholds in its metadata; what does not fit into a file
    stands in `file`.data.

    encoder : of a classifier of embeddings, on the CPU as the classifier is.
    Raises ClassifierError where what writes ONNX is not installed or cannot write this network,
    EncoderError as `EncoderScores`.
    """
    require_onnx_writer()
    graph = _graph(classifier, encoder)
    try:
        logging.getLogger("onnxscript").setLevel(logging.ERROR)  # tells what it does not simplify
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, of its exporter
            program = torch.onnx.export(
                graph.eval().requires_grad_(False),
                (torch.zeros(_EXAMPLE, dtype=torch.uint8),),
                dynamo=True,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes=({axis: torch.export.Dim(name) for axis, name in enumerate(_AXES)},),
                verbose=False,
            )
    except Exception as error:  # whatever an exporter meets in one of 1,000 networks
        raise ClassifierError(
            tr(
                "torch cannot write “{network_name}” as ONNX: export the classifier without it, "
                "or train with another one, such as resnet101.",
                network_name=_network_name(classifier),
            )
        ) from error
    assert program is not None
    card = {
        "class_names": list(classifier.class_names),
        "thresholds": [round(float(each), 4) for each in classifier.thresholds],
        "smallest_photo": list(graph.smallest_photo),
    }
    program.model.metadata_props[CARD_KEY] = json.dumps(card, ensure_ascii=False)
    program.save(file, external_data=_bytes_of(graph) > _MOST_IN_ONE_FILE)


def require_onnx_writer() -> None:
    """Raises ClassifierError where the packages are not installed."""
    if not can_write_onnx():
        raise ClassifierError(
            tr(
                "ONNX needs packages that are not installed: run “pip install cdul-app[onnx]”, "
                "then export again."
            )
        )


def _graph(classifier: Classifier, encoder: Encoder | None) -> NetworkScores | EncoderScores:
    module = classifier.module
    if isinstance(module, PhotoClassifier):
        return NetworkScores(module)
    assert isinstance(module, CollectionClassifier)
    assert encoder is not None, "its embeddings come from one"
    return EncoderScores(module, encoder, classifier.plan)


def _network_name(classifier: Classifier) -> str:
    return (
        str(classifier.provenance.get("encoder")) if classifier.reads_features else classifier.name
    )


def _bytes_of(module: torch.nn.Module) -> int:
    return sum(each.nbytes for each in (*module.parameters(), *module.buffers()))
