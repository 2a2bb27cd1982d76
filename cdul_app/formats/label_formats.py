"""The formats labels leave in: the one list for window, terminal, help and tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from cdul_app.formats.datasets.class_folders import write_class_folders, write_ultralytics
from cdul_app.formats.datasets.coco import write_coco
from cdul_app.formats.datasets.cvat import write_cvat
from cdul_app.formats.datasets.datumaro import write_datumaro
from cdul_app.formats.datasets.fiftyone import write_fiftyone
from cdul_app.formats.datasets.hugging_face import write_hugging_face
from cdul_app.formats.datasets.label_studio import write_label_studio
from cdul_app.formats.datasets.open_images import write_open_images
from cdul_app.formats.datasets.voc_lists import write_voc_lists
from cdul_app.formats.datasets.web_dataset import write_web_dataset
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.sidecars.labelme import write_labelme
from cdul_app.formats.sidecars.text_files import write_text_files
from cdul_app.formats.sidecars.xmp import write_xmp
from cdul_app.formats.tables.json_labels import write_json_labels, write_json_lines
from cdul_app.formats.tables.long_csv import write_long_csv
from cdul_app.formats.tables.parquet import write_parquet
from cdul_app.formats.tables.wide_csv import write_wide_csv
from cdul_app.formats.written_items import Item

FileWriter: TypeAlias = Callable[[LabelTable, ExportOptions], Iterator[str] | Iterator[bytes]]
FolderWriter: TypeAlias = Callable[[LabelTable, ExportOptions], Iterator[Item]]


@dataclass(frozen=True)
class LabelFormat:
    key: str  # in the terminal
    title: str
    purpose: str  # what it is for, in a sentence or two
    suffix: str = ""  # of the file; empty for a folder
    write_file: FileWriter | None = None
    write_folder: FolderWriter | None = None
    reads: bool = True  # whether labels come back from it, see formats.reading
    reasons: bool = False  # says where each label comes from
    scores: bool = False  # soft scores on request
    bom: bool = False  # a mark of UTF-8 on request
    photos: bool = False  # holds the photos, unless a person says no
    sizes: bool = False  # needs the photos' width and height
    split: bool = False  # can be parted into train, val and test
    several: bool = False  # has room for one label a photo
    beside: bool = False  # files that belong beside the photos

    @property
    def is_folder(self) -> bool:
        return self.write_folder is not None


_ALL = (
    LabelFormat(
        "csv",
        "CSV",
        "One photo a line, 0 or 1 for each class. Opens in any spreadsheet.",
        ".csv",
        write_wide_csv,
        scores=True,
        bom=True,
    ),
    LabelFormat(
        "csv-long",
        "CSV, a label a line",
        "Score, threshold, encoder, run and part of the photo of each label, or your answer and "
        "when.",
        ".csv",
        write_long_csv,
        reasons=True,
        bom=True,
    ),
    LabelFormat(
        "json",
        "JSON",
        "Labels with scores, your answers, thresholds, and how they were made.",
        ".json",
        write_json_labels,
        reasons=True,
    ),
    LabelFormat(
        "jsonl",
        "JSON Lines",
        "One photo a line with its list of labels, for scripts.",
        ".jsonl",
        write_json_lines,
        scores=True,
        split=True,
    ),
    LabelFormat(
        "parquet",
        "Parquet",
        "A row for each photo and class, for pandas. Needs the package pyarrow.",
        ".parquet",
        write_parquet,
    ),
    LabelFormat(
        "huggingface",
        "Hugging Face",
        "A folder with the photos for load_dataset, ready to push.",
        write_folder=write_hugging_face,
        scores=True,
        photos=True,
        split=True,
    ),
    LabelFormat(
        "labelstudio",
        "Label Studio",
        "Tasks with the app's labels as predictions and your answers as annotations.",
        write_folder=write_label_studio,
    ),
    LabelFormat(
        "fiftyone",
        "FiftyOne",
        "For its image classification data set; the photos stay where they are.",
        ".json",
        write_fiftyone,
        scores=True,
    ),
    LabelFormat(
        "coco",
        "COCO",
        "Each label as a box around the whole photo: there are no boxes of things in it.",
        ".json",
        write_coco,
        sizes=True,
        scores=True,
    ),
    LabelFormat(
        "voc",
        "PASCAL VOC lists",
        "A list a class of the photos that have it and those that lack it.",
        write_folder=write_voc_lists,
        photos=True,
        split=True,
    ),
    LabelFormat(
        "openimages",
        "Open Images",
        "Your yes and no as verified labels, the app's as those of a machine.",
        write_folder=write_open_images,
        photos=True,
        split=True,
    ),
    LabelFormat(
        "cvat",
        "CVAT",
        "Tags for the annotation tool CVAT (“for images 1.1”).",
        write_folder=write_cvat,
        photos=True,
        sizes=True,
    ),
    LabelFormat(
        "datumaro",
        "Datumaro",
        "For converting into other formats, with scores and where labels come from.",
        write_folder=write_datumaro,
        photos=True,
        sizes=True,
        split=True,
    ),
    LabelFormat(
        "labelme",
        "labelme",
        "A JSON file beside each photo with a flag for each class.",
        write_folder=write_labelme,
        photos=True,
        sizes=True,
        beside=True,
    ),
    LabelFormat(
        "webdataset",
        "WebDataset",
        "One tar with the photos and their labels, read from end to end in training.",
        ".tar",
        write_web_dataset,
        scores=True,
    ),
    LabelFormat(
        "txt",
        "Text files",
        "A .txt beside each photo with its labels and commas between, for trainers.",
        write_folder=write_text_files,
        photos=True,
        beside=True,
    ),
    LabelFormat(
        "xmp",
        "Keywords (XMP)",
        "A file beside each photo with its labels as keywords, for digiKam, darktable and "
        "Lightroom. The photo stays as it is.",
        write_folder=write_xmp,
        photos=True,
        beside=True,
    ),
    LabelFormat(
        "folders",
        "Folders of classes",
        "Each photo in the folder of its class, as ImageFolder reads them.",
        write_folder=write_class_folders,
        reads=False,
        photos=True,
        split=True,
        several=True,
    ),
    LabelFormat(
        "ultralytics",
        "Ultralytics",
        "Folders of classes in train and val, for its classifiers.",
        write_folder=write_ultralytics,
        reads=False,
        photos=True,
        split=True,
        several=True,
    ),
)
LABEL_FORMATS: dict[str, LabelFormat] = {each.key: each for each in _ALL}
