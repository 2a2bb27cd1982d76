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
    """(height, width, 3) uint8: upright, over white; of a large JPEG no more than is needed."""
    image, size = Image.open(photo), CARD["smallest_photo"]
    is_turned = image.getexif().get(0x0112, 1) >= 5  # EXIF's orientation
    image.draft(None, size[::-1] if is_turned else size)
    image = ImageOps.exif_transpose(image).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.asarray(image.convert("RGB"))


for path in sys.argv[1:]:
    (scores,) = SESSION.run(["scores"], {"pixels": read(path)[None]})
    found = zip(CARD["class_names"], scores[0], CARD["thresholds"], strict=True)
    labels = [f"{name} {score:.3f}" for name, score, threshold in found if score >= threshold]
    print(f"{path}: {', '.join(labels) or 'no label'}")
