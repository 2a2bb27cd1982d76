"""Truth from a COCO instances JSON."""

from pathlib import Path
from typing import Any

from cdul_app.errors import TruthError, in_words
from cdul_app.formats.truth_table import Truth, truth_of
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_json


def read_truth_coco(file: Path) -> Truth:
    """Read the annotations of COCO's object detection, as instances_val2017.json.

    A photo has a class where an annotation of its category is there, crowds included; all
    categories of the file are compared.
    Raises TruthError where the file is not of that form.
    """
    try:
        content = read_input_json(file, most_bytes=MOST_TABLE_BYTES)
    except FileNotFoundError as error:
        raise TruthError(f"There is no truth file {file}: check its name.") from error
    except (OSError, ValueError) as error:
        raise TruthError(
            f"The truth file {file} cannot be read ({in_words(error)}): it must be COCO's "
            "instances JSON."
        ) from error
    try:
        return _coco_truth(content, file)
    except (KeyError, TypeError, AttributeError) as error:
        amiss = repr(error)[:80]
        raise TruthError(
            f"The truth file {file} is not in COCO's form ({amiss} is amiss): it needs the lists "
            "“images” (id, file_name), “annotations” (image_id, category_id) and “categories” "
            "(id, name)."
        ) from error


def _coco_truth(content: dict[str, Any], file: Path) -> Truth:
    names = {item["id"]: str(item["name"]).strip() for item in content["categories"]}
    present: dict[Any, list[str]] = {item["id"]: [] for item in content["images"]}
    for item in content["annotations"]:
        present[item["image_id"]].append(names[item["category_id"]])
    images = [(str(item["file_name"]), present[item["id"]]) for item in content["images"]]
    return truth_of(images, names.values(), file)
