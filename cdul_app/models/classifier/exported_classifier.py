"""A trained classifier as a folder that needs no project."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.events import Events, Started
from cdul_app.language import tr
from cdul_app.models.classifier.classifier_files import Classifier
from cdul_app.models.classifier.model_card import model_card
from cdul_app.models.classifier.onnx_check import MOST_CHECKED, onnx_difference
from cdul_app.models.classifier.onnx_classifier import CARD_NAME, ONNX_NAME
from cdul_app.models.classifier.onnx_files import write_onnx
from cdul_app.models.classifier.timm_files import TIMM_CONFIG, TIMM_WEIGHTS, timm_config
from cdul_app.models.encoder.encoder import Encoder
from cdul_app.paths import resources_dir
from cdul_app.progress import count_text

_SCRIPT = "predict.py"


def write_exported(
    classifier: Classifier,
    weights: bytes,
    folder: Path,
    *,
    thresholds: NDArray[np.float32],
    photos: Sequence[Path],
    onnx: bool,
    encoder: Encoder | None = None,
) -> Events[None]:
    """Write into an empty folder: card, weights, model card; config.json for timm where it reads
    photos; with `onnx` the graph, checked on the first `photos`, and a script that uses it.

    weights : content of its file; thresholds : (n_classes,); encoder : for ONNX of a classifier of
    embeddings.  Raises ClassifierError, EncoderError, OSError.
    """
    yield Started(tr("Writing the classifier"), unit="")
    name = TIMM_WEIGHTS if not classifier.reads_features else classifier.card["weights"]["file"]
    card = {
        **classifier.card,
        "weights": {"file": Path(name).name, "sha256": hashlib.sha256(weights).hexdigest()},
        "thresholds": [round(float(each), 4) for each in thresholds],
    }
    exported = replace(classifier, card=card)
    (folder / card["weights"]["file"]).write_bytes(weights)
    _write_json(folder / CARD_NAME, card)
    if not classifier.reads_features:
        _write_json(folder / TIMM_CONFIG, timm_config(exported))
    difference = None
    if onnx:
        yield Started(tr("Writing it as ONNX"), unit="")
        write_onnx(exported, encoder, folder / ONNX_NAME)
        yield Started(tr("Comparing what both say of photos"), unit="")
        difference = onnx_difference(exported, encoder, folder / ONNX_NAME, photos)
        script = (resources_dir() / "classifier" / _SCRIPT).read_bytes()
        (folder / _SCRIPT).write_bytes(script)
    checked = count_text(min(len(photos), MOST_CHECKED), "photo")
    text = model_card(exported, photos=checked, difference=difference)
    (folder / "README.md").write_text(text, encoding="utf-8")


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
