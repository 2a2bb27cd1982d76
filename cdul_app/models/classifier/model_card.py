"""The README.md of a classifier that leaves its project: what it knows, and how it is used."""

from cdul_app.models.classifier.classifier_files import Classifier

_HEAD = """\
---
library_name: {library}
tags: [image-classification, multi-label, cdul]
---
# {name}, multi-label

Made with cdul_app {version} on {created}, without labels made by hand but for answers.

| class | threshold |
| --- | --- |
{rows}

{semantics} A score that reaches its class's threshold is a label.

## Use

```python
import cdul_app

cdul_app.Classifier.load("THIS_FOLDER").predict(["a.jpg"]).labels
```
"""
_TIMM = """
```python
import timm

model = timm.create_model("local-dir:THIS_FOLDER", pretrained=True).eval()
transform = timm.data.create_transform(**timm.data.resolve_data_config({}, model=model))
scores = model(transform(photo)[None]).sigmoid()
```
"""
_ENCODER = """
It reads what the encoder `{encoder}` says of a photo, which must be on the computer too.
"""
_ONNX = """
`python predict.py PHOTO…` labels photos with `classifier.onnx`; it needs onnxruntime, numpy and
pillow only. The graph takes the pixels of upright photos in their size, (n, height, width, 3) of
uint8, and gives scores. On {photos} of the project they differ from the app's by at most
{difference:.0e}.
"""


def model_card(classifier: Classifier, *, photos: str = "", difference: float | None = None) -> str:
    """difference : of ONNX on those `photos`, None without ONNX."""
    card, features = classifier.card, classifier.reads_features
    text = _HEAD.format(
        library="cdul_app" if features else "timm",
        name=classifier.name,
        version=card["versions"]["app"],
        created=card["created"],
        rows="\n".join(
            f"| {_cell(name)} | {threshold:.4f} |"
            for name, threshold in zip(classifier.class_names, classifier.thresholds, strict=True)
        ),
        semantics=card["labels"],
    )
    text += _ENCODER.format(encoder=classifier.provenance["encoder"]) if features else _TIMM
    if features and difference is not None:
        text += "With ONNX it is not needed: the graph below holds what reads photos.\n"
    if difference is not None:
        text += _ONNX.format(photos=photos, difference=difference)
    return text


def _cell(name: str) -> str:
    return name.replace("|", "\\|")
