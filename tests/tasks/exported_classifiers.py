"""A project of eight photos whose classifiers leave it: one of what is stored, one of photos."""

from pathlib import Path

import cdul_app
from tests.drawn_photos import copy_photos
from tests.tasks.training_files import random_weights

NETWORK = "test_resnet"  # timm's own for tests: 0.4 million weights
CLASSES = ["cat", "dog | cow", "bird"]


def export_classifiers(folder: Path, encoder: str) -> Path:
    """Makes `folder`/photos, the project, and `folder`/features and `folder`/network, each with
    ONNX.  Returns the project's folder."""
    photos = folder / "photos"
    copy_photos(photos, 8)
    with cdul_app.open(photos) as project:
        project.set_classes(CLASSES)
        project.score(encoder=encoder, views="paper", device="cpu")
        project.train(device="cpu")
        project.export_classifier(folder / "features", onnx=True)
        project.train(
            classifier=NETWORK, weights=str(random_weights(NETWORK, folder)), image_size=32,
            epochs=2, warm_up_epochs=1, device="cpu",
        )  # fmt: skip
        project.export_classifier(folder / "network", onnx=True)
    return photos
