"""Reading labels of any form: which one it is, told by what is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cdul_app.errors import LabelFileError, in_words
from cdul_app.formats.datasets.coco import read_coco
from cdul_app.formats.datasets.cvat import ANNOTATIONS, read_cvat
from cdul_app.formats.datasets.datumaro import read_datumaro_content, read_datumaro_folder
from cdul_app.formats.datasets.fiftyone import read_fiftyone
from cdul_app.formats.datasets.hugging_face import METADATA, read_hugging_face
from cdul_app.formats.datasets.label_studio import TASKS, read_label_studio
from cdul_app.formats.datasets.open_images import HUMAN, MACHINE, read_open_images
from cdul_app.formats.datasets.voc_lists import VOC_LISTS, read_voc_lists
from cdul_app.formats.datasets.voc_xml import VOC_SUBFOLDER, read_voc_xml
from cdul_app.formats.datasets.web_dataset import read_web_dataset
from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.sidecars.labelme import read_labelme
from cdul_app.formats.sidecars.sidecar_files import sidecar_files
from cdul_app.formats.sidecars.text_files import read_text_files
from cdul_app.formats.sidecars.xmp import read_xmp
from cdul_app.formats.tables.csv_lines import csv_lines
from cdul_app.formats.tables.json_labels import FORMAT, read_json_labels
from cdul_app.formats.tables.json_lines import read_json_lines
from cdul_app.formats.tables.long_csv import read_long_csv
from cdul_app.formats.tables.parquet import read_parquet
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.formats.tables.sqlite_table import read_sqlite
from cdul_app.formats.xml_input import read_xml
from cdul_app.input_files import MOST_TABLE_BYTES, read_input_json
from cdul_app.language import tr

# What a reader raises that finds another form than the place promised.
_OTHER_FORM = (KeyError, TypeError, AttributeError, IndexError, RecursionError)


def read_labels(place: Path) -> ReadLabels:
    """Labels of a file or a folder; one file of a folder of them stands for the folder, so that a
    file dialog can choose it.

    Raises LabelFileError where there is nothing, or it cannot be used.
    """
    if not place.exists():
        raise LabelFileError(tr("There is no label file {place}: check its name.", place=place))
    try:
        return _folder(place) if place.is_dir() else _file(place)
    except (OSError, ValueError) as error:
        raise LabelFileError(
            tr(
                "The label file {place} cannot be read ({why}): check it and try again.",
                place=place,
                why=in_words(error),
            )
        ) from error
    except _OTHER_FORM as error:
        raise LabelFileError(
            tr(
                "{place} is in no form that labels are read from ({error} is amiss): choose "
                "another file, or correct it.",
                place=place,
                error=repr(error)[:80],
            )
        ) from error


def _file(file: Path) -> ReadLabels:
    match file.suffix.lower():
        case ".xml":
            return _xml(file)
        case ".json":
            return _json(file)
        case ".jsonl":
            return read_json_lines(file)
        case ".parquet":
            return read_parquet(file)
        case ".sqlite" | ".sqlite3" | ".db":
            return read_sqlite(file)
        case ".tar":
            return read_web_dataset(file)
        case ".xmp":
            return read_xmp(file.parent)
    with csv_lines(file) as lines:
        head = next(lines, [])
    if file.suffix.lower() == ".txt" and (not head or head[0].strip() != "image"):
        return read_text_files(file.parent)
    is_long = {"image", "class", "label"} <= set(head)
    return read_long_csv(file) if is_long else read_wide_csv(file)


def _folder(folder: Path) -> ReadLabels:
    def holds(pattern: str) -> bool:
        return next(folder.glob(pattern), None) is not None

    known: tuple[tuple[bool, Callable[[Path], ReadLabels]], ...] = (
        (holds(METADATA) or holds(f"*/{METADATA}"), read_hugging_face),
        (holds(TASKS), lambda place: _json(place / TASKS)),
        (holds(ANNOTATIONS), lambda place: read_cvat(place / ANNOTATIONS)),
        (holds(f"{VOC_LISTS}/*.txt"), read_voc_lists),
        (holds(f"annotations/*{HUMAN}") or holds(f"annotations/*{MACHINE}"), read_open_images),
        (holds("annotations/*.json"), read_datumaro_folder),
        (holds("*.xml") or holds(f"{VOC_SUBFOLDER}/*.xml"), read_voc_xml),
    )
    for is_there, read in known:
        if is_there:
            return read(folder)
    for suffix, read in ((".xmp", read_xmp), (".json", read_labelme), (".txt", read_text_files)):
        if next(sidecar_files(folder, suffix), None) is not None:
            return read(folder)
    return read_voc_xml(folder)  # which says what it lacks


def _xml(file: Path) -> ReadLabels:
    if read_xml(file, most_bytes=MOST_TABLE_BYTES).tag == "annotations":
        return read_cvat(file)
    return read_voc_xml(file.parent)


def _json(file: Path) -> ReadLabels:
    content: Any = read_input_json(file, most_bytes=MOST_TABLE_BYTES)
    if isinstance(content, list):
        return read_label_studio(content, file)
    if content.get("format") == FORMAT:
        return read_json_labels(content, file)
    if "dm_format_version" in content:
        return read_datumaro_content(content, file)
    if "flags" in content and "imagePath" in content:
        return read_labelme(file.parent)
    if "labels" in content and "classes" in content:
        return read_fiftyone(content, file)
    return read_coco(content, file)
