"""Who writes each of the formats: those of one file, and those of a folder."""

from collections.abc import Callable, Iterator
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
from cdul_app.formats.tables.sqlite_table import write_sqlite
from cdul_app.formats.tables.wide_csv import write_wide_csv
from cdul_app.formats.written_items import Item

FileWriter: TypeAlias = Callable[[LabelTable, ExportOptions], Iterator[str] | Iterator[bytes]]
FolderWriter: TypeAlias = Callable[[LabelTable, ExportOptions], Iterator[Item]]

FILE_WRITERS: dict[str, FileWriter] = {
    "csv": write_wide_csv,
    "csv-long": write_long_csv,
    "json": write_json_labels,
    "jsonl": write_json_lines,
    "parquet": write_parquet,
    "sqlite": write_sqlite,
    "fiftyone": write_fiftyone,
    "coco": write_coco,
    "webdataset": write_web_dataset,
}
FOLDER_WRITERS: dict[str, FolderWriter] = {
    "huggingface": write_hugging_face,
    "labelstudio": write_label_studio,
    "voc": write_voc_lists,
    "openimages": write_open_images,
    "cvat": write_cvat,
    "datumaro": write_datumaro,
    "labelme": write_labelme,
    "txt": write_text_files,
    "xmp": write_xmp,
    "folders": write_class_folders,
    "ultralytics": write_ultralytics,
}
