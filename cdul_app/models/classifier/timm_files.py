"""A classifier that reads photos in timm's layout, which is that of the Hugging Face hub too."""

from typing import Any

from cdul_app.models.classifier.backbones import PhotoClassifier
from cdul_app.models.classifier.classifier_files import Classifier

TIMM_WEIGHTS, TIMM_CONFIG = "model.safetensors", "config.json"


def timm_config(classifier: Classifier) -> dict[str, Any]:
    """What `timm.create_model("local-dir:…", pretrained=True)` reads from config.json.

    timm's own transform of it is the app's: `create_transform(**resolve_data_config({}, model=m))`.
    """
    module = classifier.module
    assert isinstance(module, PhotoClassifier), "it reads stored embeddings"
    own: dict[str, Any] = getattr(module.backbone, "default_cfg", {})
    transform, count = module.transform, len(classifier.class_names)
    kept = {name: own[name] for name in ("pool_size", "first_conv", "classifier") if name in own}
    return {
        "architecture": classifier.name.partition(".")[0],
        "num_classes": count,
        "num_features": getattr(module.backbone, "num_features", None),
        "label_names": list(classifier.class_names),
        "problem_type": "multi_label_classification",
        "pretrained_cfg": {
            "tag": "cdul_app",
            "custom_load": False,
            "input_size": [3, transform.image_size, transform.image_size],
            "fixed_input_size": bool(own.get("fixed_input_size", False)),
            "interpolation": transform.interpolation,
            "crop_pct": 1.0,
            "crop_mode": "squash",
            "mean": list(transform.mean),
            "std": list(transform.std),
            "num_classes": count,
            **kept,
        },
        "cdul_app": {
            "thresholds": dict(
                zip(classifier.class_names, map(_rounded, classifier.thresholds), strict=True)
            )
        },
    }


def _rounded(threshold: float) -> float:
    return round(float(threshold), 4)
