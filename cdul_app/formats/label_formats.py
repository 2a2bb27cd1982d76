"""The formats labels leave in: the one list for window, terminal, help and tests.

Who writes them stands in formats.label_writers, so that help need not load numpy.
"""

from dataclasses import dataclass

from cdul_app.language import translatable


@dataclass(frozen=True)
class LabelFormat:
    key: str  # in the terminal
    title: str
    purpose: str  # what it is for, in a sentence or two
    suffix: str = ""  # of the file; empty for a folder
    reads: bool = True  # whether labels come back from it, see formats.reading
    reasons: bool = False  # says where each label comes from
    scores: bool = False  # soft scores on request
    bom: bool = False  # a mark of UTF-8 on request
    photos: bool = False  # holds the photos, unless a person says no
    packs: bool = False  # the photos, always
    sizes: bool = False  # needs the photos' width and height
    split: bool = False  # can be parted into train, val and test
    several: bool = False  # has room for one label a photo
    beside: bool = False  # files that belong beside the photos
    short: bool = False  # photos go by their names without suffix, see short_names.Short.PICTURE

    @property
    def is_folder(self) -> bool:
        return not self.suffix


_ALL = (
    LabelFormat(
        "csv",
        translatable("CSV"),
        translatable("One photo a line, 0 or 1 for each class. Opens in any spreadsheet."),
        ".csv",
        scores=True,
        bom=True,
    ),
    LabelFormat(
        "csv-long",
        translatable("CSV, a label a line"),
        translatable(
            "Score, threshold, encoder, run and part of the photo of each label, or your answer "
            "and when."
        ),
        ".csv",
        reasons=True,
        bom=True,
    ),
    LabelFormat(
        "json",
        translatable("JSON"),
        translatable("Labels with scores, your answers, thresholds, and how they were made."),
        ".json",
        reasons=True,
    ),
    LabelFormat(
        "jsonl",
        translatable("JSON Lines"),
        translatable("One photo a line with its list of labels, for scripts."),
        ".jsonl",
        scores=True,
        split=True,
    ),
    LabelFormat(
        "parquet",
        translatable("Parquet"),
        translatable("A row for each photo and class, for pandas. Needs the package pyarrow."),
        ".parquet",
    ),
    LabelFormat(
        "sqlite",
        translatable("SQLite"),
        translatable("One flat table “labels” with a row for each photo and class, for SQL."),
        ".sqlite",
    ),
    LabelFormat(
        "huggingface",
        translatable("Hugging Face"),
        translatable("A folder with the photos for load_dataset, ready to push."),
        scores=True,
        photos=True,
        split=True,
    ),
    LabelFormat(
        "labelstudio",
        translatable("Label Studio"),
        translatable("Tasks with the app's labels as predictions and your answers as annotations."),
    ),
    LabelFormat(
        "fiftyone",
        translatable("FiftyOne"),
        translatable("For its image classification data set; the photos stay where they are."),
        ".json",
        scores=True,
    ),
    LabelFormat(
        "coco",
        translatable("COCO"),
        translatable(
            "Each label as a box around the whole photo: there are no boxes of things in it."
        ),
        ".json",
        sizes=True,
        scores=True,
    ),
    LabelFormat(
        "voc",
        translatable("PASCAL VOC lists"),
        translatable("A list a class of the photos that have it and those that lack it."),
        photos=True,
        split=True,
        short=True,
    ),
    LabelFormat(
        "openimages",
        translatable("Open Images"),
        translatable("Your yes and no as verified labels, the app's as those of a machine."),
        photos=True,
        split=True,
        short=True,
    ),
    LabelFormat(
        "cvat",
        translatable("CVAT"),
        translatable("Tags for the annotation tool CVAT (“for images 1.1”)."),
        photos=True,
        sizes=True,
    ),
    LabelFormat(
        "datumaro",
        translatable("Datumaro"),
        translatable("For converting into other formats, with scores and where labels come from."),
        photos=True,
        sizes=True,
        split=True,
    ),
    LabelFormat(
        "labelme",
        translatable("labelme"),
        translatable("A JSON file beside each photo with a flag for each class."),
        photos=True,
        sizes=True,
        beside=True,
        short=True,
    ),
    LabelFormat(
        "webdataset",
        translatable("WebDataset"),
        translatable("One tar with the photos and their labels, read from end to end in training."),
        ".tar",
        packs=True,
        scores=True,
    ),
    LabelFormat(
        "txt",
        translatable("Text files"),
        translatable("A .txt beside each photo with its labels and commas between, for trainers."),
        photos=True,
        beside=True,
        short=True,
    ),
    LabelFormat(
        "xmp",
        translatable("Keywords (XMP)"),
        translatable(
            "A file beside each photo with its labels as keywords, for digiKam, darktable and "
            "Lightroom. The photo stays as it is."
        ),
        photos=True,
        beside=True,
    ),
    LabelFormat(
        "folders",
        translatable("Folders of classes"),
        translatable("Each photo in the folder of its class, as ImageFolder reads them."),
        reads=False,
        photos=True,
        split=True,
        several=True,
    ),
    LabelFormat(
        "ultralytics",
        translatable("Ultralytics"),
        translatable("Folders of classes in train and val, for its classifiers."),
        reads=False,
        photos=True,
        split=True,
        several=True,
    ),
)
LABEL_FORMATS: dict[str, LabelFormat] = {each.key: each for each in _ALL}
