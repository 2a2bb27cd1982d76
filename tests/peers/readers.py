"""The peers' own readers, run by tests.peers in an environment without the app."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

place = Path(sys.argv[2])
expected = json.loads((place / "expected.json").read_text("utf-8"))
LABELS: dict[str, list[str]] = expected["labels"]
CLASSES: list[str] = expected["classes"]
FILES: dict[str, str] = expected["files"]


def check(label_format: str, reader: str, found: Iterable[tuple[str, Iterable[str]]]) -> None:
    """found : (path, labels) of each photo."""
    got = {path: sorted(names) for path, names in found}
    wanted = {path: sorted(names) for path, names in LABELS.items()}
    assert got == wanted, f"{label_format}: {got} instead of {wanted}"
    print(f"read         {label_format}: {reader}")


def check_pairs(label_format: str, reader: str, found: dict[str, list[str]]) -> None:
    """found : labels by the name without suffix, of photos that differ in it only."""
    got = {name: sorted(names) for name, names in found.items()}
    wanted = expected["pairs"]["labels"]
    assert got == wanted, f"{label_format}, pairs: {got} instead of {wanted}"
    print(f"read         {label_format}, a raw photo beside its JPEG: {reader}")


def stems() -> dict[str, str]:
    return {str(PurePosixPath(path).with_suffix("")): path for path in LABELS}


def read_pandas() -> None:
    import pandas

    name = f"pandas {version('pandas')}"
    wide = pandas.read_csv(FILES["csv"], index_col="image")
    check("csv", name, ((path, row.index[row == 1]) for path, row in wide.iterrows()))
    long = pandas.read_csv(FILES["csv-long"])
    found = {path: [] for path in long["image"]}
    for _, row in long[long["label"] == 1].iterrows():
        found[row["image"]].append(row["class"])
    check("csv-long", name, found.items())
    lines = pandas.read_json(FILES["jsonl"], lines=True)
    check("jsonl", name, zip(lines["image"], lines["labels"], strict=True))
    import sqlite3

    with sqlite3.connect(FILES["sqlite"]) as database:
        rows = pandas.read_sql("SELECT * FROM labels", database)
    pivot = rows.pivot(index="image", columns="class", values="label")
    check("sqlite", name, ((path, row.index[row == 1]) for path, row in pivot.iterrows()))
    if "parquet" in FILES:
        rows = pandas.read_parquet(FILES["parquet"])
        pivot = rows.pivot(index="image", columns="class", values="label")
        check("parquet", name, ((path, row.index[row == 1]) for path, row in pivot.iterrows()))


def read_datasets() -> None:
    import os

    from datasets import Image, load_dataset

    os.environ["HF_HUB_OFFLINE"] = "1"
    name = f"datasets {version('datasets')}"
    data = load_dataset(FILES["huggingface"], cache_dir=str(place / "cache"))["train"]
    files = data.cast_column("image", Image(decode=False))
    base = Path(FILES["huggingface"])
    paths = [Path(each["image"]["path"]).relative_to(base).as_posix() for each in files]
    assert data[0]["image"].size == (64, 48)
    check("huggingface", name, zip(paths, data["labels"], strict=True))
    tar = FILES["webdataset"]
    data = load_dataset("webdataset", data_files=tar, cache_dir=str(place / "cache"))["train"]
    check("webdataset", name, ((each["image"], each["labels"]) for each in data["json"]))


def read_fiftyone() -> None:
    import fiftyone.utils.data as data

    importer = data.FiftyOneImageClassificationDatasetImporter(
        data_path=expected["photos"], labels_path=FILES["fiftyone"], include_all_data=True
    )
    with importer:
        found = [
            (
                Path(file).relative_to(expected["photos"]).as_posix(),
                [each.label for each in labels.classifications],
            )
            for file, _, labels in importer
        ]
    check("fiftyone", f"fiftyone {version('fiftyone')}", found)


def read_labelstudio() -> None:
    from label_studio_sdk.label_interface import LabelInterface

    folder = Path(FILES["labelstudio"])
    interface = LabelInterface((folder / "config.xml").read_text("utf-8"))
    found = []
    for task in json.loads((folder / "tasks.json").read_text("utf-8")):
        for prediction in task.get("predictions", []):
            assert interface.validate_prediction(prediction, return_errors=True) == []
        for annotation in task.get("annotations", []):
            assert interface.validate_annotation(annotation)
        last = (task.get("annotations") or task["predictions"])[-1]["result"]
        names = last[0]["value"]["choices"] if last else []
        found.append((task["data"]["cdul_path"], names))
    check("labelstudio", f"label-studio-sdk {version('label-studio-sdk')}", found)


def read_pycocotools() -> None:
    from pycocotools.coco import COCO

    coco = COCO(FILES["coco"])
    found = []
    for image in coco.loadImgs(coco.getImgIds()):
        marks = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]], areaRng=[1, 1e9], iscrowd=False))
        names = [coco.loadCats([mark["category_id"]])[0]["name"] for mark in marks]
        found.append((image["file_name"], names))
    check("coco", f"pycocotools {version('pycocotools')}", found)


def read_datumaro() -> None:
    from datumaro import Dataset, LabelCategories
    from datumaro.components.annotation import AnnotationType

    name = f"datumaro {version('datumaro')}"
    for label_format, called in (
        ("cvat", "cvat"),
        ("datumaro", "datumaro"),
        ("voc", "voc_classification"),
        ("openimages", "open_images"),
    ):
        data = Dataset.import_from(FILES[label_format], called)
        categories: LabelCategories = data.categories()[AnnotationType.label]
        found = []
        verified_no = 0
        codes = {f"/m/cdul{number}": each for number, each in enumerate(CLASSES, start=1)}
        for item in data:
            names = []
            for mark in item.annotations:
                word = categories[mark.label].name
                if label_format == "openimages":
                    word = codes.get(word, word)
                    if float(mark.attributes.get("score", 1)) == 0:
                        verified_no += 1
                        continue
                names.append(word)
            found.append((stems().get(item.id, item.id), names))
        if label_format == "openimages":
            wanted = sum(
                value == 0 for row in expected["answers"].values() for value in row.values()
            )
            assert verified_no == wanted, f"{verified_no} verified no instead of {wanted}"
            # Its reader takes the verified labels of a person alone.
            answered = {p for p, row in expected["answers"].items() if 1 in row.values()}
            wanted_labels = {path: LABELS[path] for path in answered}
            got = {path: sorted(names) for path, names in found if names}
            assert got == {p: sorted(n) for p, n in wanted_labels.items()}, got
            print(f"read         openimages: {name} (a person's labels, {verified_no} of them no)")
            continue
        check(label_format, name, found)
    data = Dataset.import_from(expected["pairs"]["files"]["voc"], "voc_classification")
    categories = data.categories()[AnnotationType.label]
    check_pairs(
        "voc",
        name,
        {item.id: [categories[mark.label].name for mark in item.annotations] for item in data},
    )


def read_labelme() -> None:
    from labelme._label_file import LabelFile

    found = []
    for path in LABELS:
        file = Path(FILES["labelme"], path).with_suffix(".json")
        flags = LabelFile(str(file)).flags
        found.append((path, [word for word, flag in flags.items() if flag]))
    check("labelme", f"labelme {version('labelme')}", found)
    pairs = {}
    for file in Path(expected["pairs"]["files"]["labelme"]).glob("[!.]*.json"):
        flags = LabelFile(str(file)).flags  # raises where its photo is not beside it
        pairs[file.stem] = [word for word, flag in flags.items() if flag]
    check_pairs("labelme", f"labelme {version('labelme')}", pairs)


def read_webdataset() -> None:
    import webdataset

    data = webdataset.WebDataset(FILES["webdataset"], shardshuffle=False).decode("pil")
    found = []
    for image, labels in data.to_tuple("jpg", "json"):
        assert image.size == (64, 48)
        found.append((labels["image"], labels["labels"]))
    check("webdataset", f"webdataset {version('webdataset')}", found)


def read_torchvision() -> None:
    from torchvision.datasets import ImageFolder

    data = ImageFolder(FILES["folders"])
    flat = {path.replace("/", "__"): path for path in LABELS}
    found: dict[str, list[str]] = {path: [] for path in LABELS}
    for file, label in data.samples:
        found[flat[Path(file).name]].append(data.classes[label])
    check("folders", f"torchvision {version('torchvision')}", found.items())


def read_timm() -> None:
    import os

    network = next(Path(folder) for folder in expected["classifiers"] if "network" in folder)
    wanted = expected["classifiers"][str(network)]
    # As a download from the hub lies on the disk.
    stored = place / "hub" / "models--someone--network"
    shutil.copytree(network, stored / "snapshots" / "0")
    (stored / "refs").mkdir()
    (stored / "refs" / "main").write_text("0")
    os.environ |= {"HF_HUB_CACHE": str(place / "hub"), "HF_HUB_OFFLINE": "1"}
    import timm
    import torch
    from huggingface_hub import ModelCard
    from PIL import Image

    for where in (f"local-dir:{network}", "hf-hub:someone/network"):
        model = timm.create_model(where, pretrained=True).eval()
        transform = timm.data.create_transform(**timm.data.resolve_data_config({}, model=model))
        pixels = [transform(Image.open(photo).convert("RGB")) for photo in wanted["photos"]]
        with torch.inference_mode():
            scores = model(torch.stack(pixels)).sigmoid()
        # It squashes by Pillow, the app by torch: up to a grey level apart.
        torch.testing.assert_close(scores, torch.tensor(wanted["scores"]), atol=1e-3, rtol=0)
        print(f"read         classifier: timm {version('timm')}, {where.partition(':')[0]}")
    assert ModelCard.load(network / "README.md").data.library_name == "timm"
    print(f"read         model card: huggingface_hub {version('huggingface_hub')}")


def read_onnxruntime() -> None:
    """By the script that lies beside the graph."""
    for folder, wanted in expected["classifiers"].items():
        ended = subprocess.run(
            [sys.executable, Path(folder, "predict.py"), *wanted["photos"]],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        told = [line.rpartition(": ")[2] for line in ended.stdout.splitlines()]
        found = [
            [each.rpartition(" ")[0] for each in line.split(", ") if each != "no label"]
            for line in told
        ]
        assert found == wanted["labels"], f"{folder}: {found} instead of {wanted['labels']}"
        reader = f"onnxruntime {version('onnxruntime')} in its script"
        print(f"read         {Path(folder).name} as ONNX: {reader}")


def read_exiftool() -> None:
    if shutil.which("exiftool") is None:
        print("no peer      exiftool: it is not on this machine")
        return
    found = []
    for path in LABELS:
        file = str(Path(FILES["xmp"], f"{path}.xmp"))
        told = subprocess.run(
            ["exiftool", "-j", "-XMP-dc:Subject", file], capture_output=True, check=True
        ).stdout
        subject = json.loads(told)[0].get("Subject", [])
        found.append((path, [subject] if isinstance(subject, str) else subject))
    release = subprocess.run(["exiftool", "-ver"], capture_output=True, text=True, check=True)
    check("xmp", f"exiftool {release.stdout.strip()}", found)


READ: dict[str, Callable[[], Any]] = {
    "pandas": read_pandas,
    "datasets": read_datasets,
    "fiftyone": read_fiftyone,
    "labelstudio": read_labelstudio,
    "pycocotools": read_pycocotools,
    "datumaro": read_datumaro,
    "labelme": read_labelme,
    "webdataset": read_webdataset,
    "torchvision": read_torchvision,
    "timm": read_timm,
    "onnxruntime": read_onnxruntime,
    "exiftool": read_exiftool,
}
READ[sys.argv[1]]()
