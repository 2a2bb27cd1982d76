"""Truth from annotation files: a folder of PASCAL VOC XML, or a COCO instances JSON."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from cdul_app.classes.class_list import name_key
from cdul_app.errors import TruthError
from cdul_app.formats.truth import Truth

VOC_SUBFOLDER = "Annotations"


def read_truth_voc(folder: Path) -> Truth:
    """Read a folder of PASCAL VOC annotations, or the VOC folder that holds “Annotations”.

    A photo has a class where an object of that name is annotated and not marked difficult, as in
    the challenge's own lists; a class that no file names is not compared.  The photo is the one of
    the <filename> element, or of the XML file's own name with .jpg.
    Raises TruthError, with the file, where one cannot be used.
    """
    inside = folder / VOC_SUBFOLDER
    place = inside if inside.is_dir() else folder
    try:
        files = sorted(file for file in place.iterdir() if file.suffix.lower() == ".xml")
    except OSError as error:
        raise TruthError(f"The folder {place} cannot be read ({error.strerror}).") from error
    if not files:
        raise TruthError(
            f"The folder {place} holds no XML files: choose the folder “{VOC_SUBFOLDER}” of a "
            "PASCAL VOC data set, or another file of true labels."
        )
    images: list[tuple[str, list[str]]] = []
    names: list[str] = []
    for file in files:
        image, present, mentioned = _read_voc_file(file)
        images.append((image, present))
        names += mentioned
    return _truth(images, names, place)


def _read_voc_file(file: Path) -> tuple[str, list[str], list[str]]:
    """Name of the photo, the classes in it, and those that are only mentioned as difficult too."""
    try:
        root = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise TruthError(f"The annotation {file} cannot be read ({error}): remove it.") from error
    if root.tag != "annotation":
        raise TruthError(
            f"{file} is not a PASCAL VOC annotation (its root is <{root.tag}>): remove it."
        )
    present, mentioned = [], []
    for item in root.iter("object"):
        name = (item.findtext("name") or "").strip()
        if not name:
            raise TruthError(f"An object of the annotation {file} has no name: correct it.")
        mentioned.append(name)
        if (item.findtext("difficult") or "0").strip() != "1":
            present.append(name)
    image = (root.findtext("filename") or "").strip()
    return image or f"{file.stem}.jpg", present, mentioned


def read_truth_coco(file: Path) -> Truth:
    """Read the annotations of COCO's object detection, as instances_val2017.json.

    A photo has a class where an annotation of its category is there, crowds included; all
    categories of the file are compared.
    Raises TruthError where the file is not of that form.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise TruthError(f"There is no truth file {file}: check its name.") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TruthError(f"The truth file {file} cannot be read ({error}).") from error
    try:
        return _coco_truth(content, file)
    except (KeyError, TypeError, AttributeError) as error:
        raise TruthError(
            f"The truth file {file} is not in COCO's form ({error!r} is amiss): it needs the lists "
            "“images” (id, file_name), “annotations” (image_id, category_id) and “categories” "
            "(id, name)."
        ) from error


def _coco_truth(content: dict[str, Any], file: Path) -> Truth:
    names = {item["id"]: str(item["name"]).strip() for item in content["categories"]}
    present: dict[Any, list[str]] = {item["id"]: [] for item in content["images"]}
    for item in content["annotations"]:
        present[item["image_id"]].append(names[item["category_id"]])
    images = [(str(item["file_name"]), present[item["id"]]) for item in content["images"]]
    return _truth(images, names.values(), file)


def _truth(images: list[tuple[str, list[str]]], class_names: Iterable[str], source: Path) -> Truth:
    """images : (name, classes in it); names that differ in case or spacing only are one class."""
    shown: dict[str, str] = {}
    for name in sorted(class_names):
        shown.setdefault(name_key(name), name)
    if not images or not shown:
        raise TruthError(f"{source} names no photos or no classes: choose another file.")
    columns = {key: column for column, key in enumerate(shown)}
    labels = np.zeros((len(images), len(columns)), dtype=np.int8)
    for row, (_, present) in enumerate(images):
        labels[row, [columns[name_key(name)] for name in present]] = 1
    return Truth(tuple(name for name, _ in images), tuple(shown.values()), labels)
