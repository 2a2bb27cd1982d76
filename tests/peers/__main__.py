"""Each format that is written, read back by the peer's own reader in an environment of its own.

`python -m tests.peers [FOLDER]` makes the environment in FOLDER (default: a folder of the system's
temporary ones, kept for the next time), writes four photos in every format and two classifiers,
and prints a line for each that was read.  A peer that cannot be installed is named.  Ends with 1
where a reader found other labels or scores.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import cdul_app
from cdul_app.formats.export_options import ExportOptions, Several
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from tests.formats.label_tables import label_table, write_labels
from tests.tasks.exported_classifiers import export_classifiers

# By the name that the readers below are asked by: what pip installs for it.
PEERS = {
    "pandas": ["pandas", "pyarrow"],
    "datasets": ["datasets", "pillow"],
    "fiftyone": ["fiftyone"],
    "labelstudio": ["label-studio-sdk"],
    "pycocotools": ["pycocotools"],
    "datumaro": ["datumaro"],
    "labelme": ["labelme"],
    "webdataset": ["webdataset"],
    "torchvision": ["torchvision"],
    "timm": ["timm", "huggingface_hub"],
    "onnxruntime": ["onnxruntime", "numpy", "pillow"],
}
PAIRS = {"IMG_1.CR2": "IMG_1.CR2", "IMG_1": "IMG_1.JPG", "e.jpg": "e.jpg", "e.png": "e.png"}
PATHS = ("a.jpg", "b.jpg", "train/c.jpg", 'sub/c,1 é "q".jpg')
CLASSES = ("cat", 'dog & "puppy"', "Hündin")
READERS = Path(__file__).with_name("readers.py")


def write_all(place: Path) -> None:
    """Every format, below `place`, with what is to come back as expected.json."""
    photos = place / "photos"
    for number, path in enumerate(PATHS):
        (photos / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48), (60 * number, 90, 120)).save(photos / path)
    answers = np.full((len(PATHS), len(CLASSES)), UNOBSERVED, dtype=np.int8)
    answers[0], answers[1] = (YES, NO, YES), (NO, NO, NO)
    table = label_table(photos, PATHS, CLASSES, answers, seed=3)
    options = ExportOptions(several=Several.EACH)
    files = {}
    for key in (
        "csv", "csv-long", "jsonl", "json", "parquet", "sqlite", "huggingface", "labelstudio",
        "fiftyone", "coco", "voc", "openimages", "cvat", "datumaro", "labelme", "webdataset",
        "xmp", "folders",
    ):  # fmt: skip
        files[key] = str(write_labels(table, place / key, key, options))
    labels = {path: table.names(row) for row, path in enumerate(PATHS)}
    expected = {"classes": CLASSES, "labels": labels, "files": files, "photos": str(photos)}
    answered = {
        path: dict(zip(CLASSES, answers[row].tolist(), strict=True))
        for row, path in enumerate(PATHS)
    }
    expected["answers"] = answered
    expected["pairs"] = write_pairs(place / "pairs")
    expected["classifiers"] = write_classifiers(place / "classifiers")
    (place / "expected.json").write_text(json.dumps(expected, ensure_ascii=False), "utf-8")


def write_pairs(place: Path) -> dict[str, Any]:
    """Photos that differ in their suffix only, for readers that know them by the name before it."""
    photos = place / "photos"
    photos.mkdir(parents=True)
    for path in PAIRS.values():
        kind = "PNG" if path.endswith(".png") else "JPEG"  # no camera's own file can be written
        Image.new("RGB", (64, 48)).save(photos / path, format=kind)
    table = label_table(photos, tuple(PAIRS.values()), CLASSES, seed=5)
    files = {
        key: str(write_labels(table, place / key, key, ExportOptions()))
        for key in ("voc", "labelme")
    }
    labels = {name: sorted(table.names(row)) for row, name in enumerate(PAIRS)}
    return {"files": files, "labels": labels}


def write_classifiers(place: Path) -> dict[str, Any]:
    """By the folder of each: photos, and their scores and labels by the app."""
    place.mkdir()
    photos = sorted(file for file in export_classifiers(place, "demo").iterdir() if file.is_file())
    written = {}
    for name in ("features", "network"):
        found = cdul_app.Classifier.load(place / name, device="cpu").predict(
            [Image.open(photo) for photo in photos]  # all pixels, as others read them
        )
        written[str(place / name)] = {
            "photos": [str(photo) for photo in photos],
            "scores": found.scores.tolist(),
            "labels": found.labels,
        }
    return written


def main() -> int:
    default = Path(tempfile.gettempdir()) / "cdul-peers"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    environment = folder / "environment"
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
    failed = False
    with tempfile.TemporaryDirectory() as place:
        write_all(Path(place))
        for peer, packages in PEERS.items():
            installed = subprocess.run(
                [python, "-m", "pip", "install", "-q", *packages], capture_output=True, text=True
            )
            if installed.returncode:
                print(f"no peer      {peer}: {installed.stderr.strip().splitlines()[-1:]}")
                continue
            failed |= read_with(python, peer, place)
        failed |= read_with(python, "exiftool", place)
    return int(failed)


def read_with(python: Path, peer: str, place: str) -> bool:
    """Whether a reader found other labels."""
    ended = subprocess.run(
        [python, READERS, peer, place], capture_output=True, text=True, check=False
    )
    print(ended.stdout, end="")
    if ended.returncode:
        print(f"FAILED       {peer}\n{ended.stderr[-1500:]}")
    return bool(ended.returncode)


if __name__ == "__main__":
    sys.exit(main())
