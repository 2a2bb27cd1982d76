"""Tables of labels for tests of their formats."""

from pathlib import Path

import numpy as np

from cdul_app.events import follow
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_files import format_of, write_label_file
from cdul_app.formats.label_folders import write_label_folder
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FOLDER_WRITERS
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes


def label_table(
    folder: Path,
    paths: tuple[str, ...],
    class_names: tuple[str, ...],
    answers: np.ndarray | None = None,
    *,
    seed: int = 0,
) -> LabelTable:
    """Photos of a folder, which need not be there, with scores drawn from a seed."""
    shape = len(paths), len(class_names)
    scores = np.random.default_rng(seed).random(shape, dtype=np.float32)
    if answers is None:
        answers = np.full(shape, UNOBSERVED, dtype=np.int8)
    thresholds = np.full(len(class_names), 0.5, dtype=np.float32)
    return LabelTable(
        paths,
        class_names,
        predicted_classes(scores, thresholds, answers),
        scores,
        answers,
        thresholds,
        {"encoder": "demo", "labels": "pseudo", "run": {"id": 2}},
        folder=folder,
        sizes=np.full((len(paths), 2), (64, 48), dtype=np.int32),
        card="# Labels\n",
    )


def write_labels(
    table: LabelTable,
    place: Path,
    label_format: str,
    options: ExportOptions | None = None,
    *,
    overwrite: bool = False,
) -> Path:
    """To a file or a folder, without photos where they may be left out.  Returns what to read."""
    options = options or ExportOptions(photos=PhotoFiles.NONE)
    chosen = format_of(label_format)
    if not chosen.is_folder:
        place = place.with_suffix(chosen.suffix)
        events = write_label_file(table, place, label_format=label_format, options=options)
    else:
        events = write_label_folder(
            FOLDER_WRITERS[label_format](table, options),
            place,
            count=len(table.paths),
            photos=options.photos,
            overwrite=overwrite,
            keep_theirs=options.keep_theirs,
        )
    follow(events, lambda _: None)
    return place
