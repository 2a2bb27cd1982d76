"""Print the labels of photos: python predict.py PHOTO…

Needs onnxruntime, numpy and pillow; classifier.onnx lies beside this file.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

SESSION = onnxruntime.InferenceSession(
    Path(__file__).with_name("classifier.onnx"), providers=["CPUExecutionProvider"]
)
CARD = json.loads(SESSION.get_modelmeta().custom_metadata_map["cdul_app"])


def read(photo: str) -> np.ndarray:
    """(size, size, 3) uint8: upright, over white, squashed to a square."""
    image = ImageOps.exif_transpose(Image.open(photo)).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    size, resampling = CARD["image_size"], Image.Resampling[CARD["interpolation"].upper()]
    return np.asarray(image.resize((size, size), resampling))


for path in sys.argv[1:]:
    (scores,) = SESSION.run(["scores"], {"pixels": read(path)[None]})
    labels = [
        f"{name} {score:.3f}"
        for name, score, threshold in zip(
            CARD["class_names"], scores[0], CARD["thresholds"], strict=True
        )
        if score >= threshold
    ]
    print(f"{path}: {', '.join(labels) or 'no label'}")
