"""How far scores of ONNX are from the app's, and pixels by another way to decode a photo.

python -m tests.benchmarks.bench_classifier_export [--photos 8] [--network mobilenetv2_100]
    [--image-size 224]
The network is timm's with a new layer that was not trained, of eight classes; photos are those of
VOC.  Needs the extra cdul-app[onnx].
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from cdul_app.models.classifier.backbones import build_photo_classifier
from cdul_app.models.classifier.classifier_files import load_classifier, save_classifier
from cdul_app.models.classifier.onnx_files import ONNX_NAME, onnx_difference, write_onnx
from cdul_app.settings.configs import TrainingConfig
from tests.benchmarks.quality.sources import SHARED

CLASSES = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--network", default="mobilenetv2_100")
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument(
        "--weights", default=str(SHARED / "models" / "mobilenetv2_100.in1k.safetensors")
    )
    arguments = parser.parse_args()
    photos = sorted((SHARED / "data" / "photos-voc" / "images").iterdir())[: arguments.photos]
    torch.manual_seed(0)
    module = build_photo_classifier(
        arguments.network,
        class_count=CLASSES,
        image_size=arguments.image_size,
        weights=arguments.weights,
    )
    with tempfile.TemporaryDirectory() as work:
        save_classifier(
            Path(work),
            module,
            config=TrainingConfig(classifier=arguments.network),
            class_names=tuple(f"class {number}" for number in range(CLASSES)),
            provenance={},
        )
        classifier = load_classifier(Path(work), device=torch.device("cpu"))
        file = Path(work) / ONNX_NAME
        write_onnx(classifier, file)
        print(f"ONNX and torch, same pixels: {onnx_difference(classifier, file, photos):.1e}")
    squash = module.transform.for_prediction
    differences = [
        float((squash(photo).float() - squash(Image.open(photo)).float()).abs().mean())
        for photo in photos
    ]
    median, most = np.median(differences), max(differences)
    print(f"every pixel decoded, and what the app needs: {median:.1f}, at most {most:.1f} of 255")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
