"""What it takes to write the labels of a large project, in seconds of processor.

`python -m tests.benchmarks.bench_export` writes 100,000 photos x 80 classes in each format of one
file, beside the same table written by json.dumps of plain lists (what no format can be below by
much).  Read back as well, where it can be.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from cdul_app.errors import ExportError
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.multi_label_split import multi_label_split
from cdul_app.formats.natural_order import natural_order
from cdul_app.formats.reading import read_labels
from cdul_app.measures.reviews import NO, UNOBSERVED, YES, predicted_classes
from tests.formats.label_tables import write_labels

FORMATS = ("csv", "csv-long", "jsonl", "json", "parquet", "fiftyone", "coco")
LABELS_A_PHOTO = 2.5
LIMITS = {"csv": 8.0, "csv-long": 8.0, "jsonl": 8.0, "json": 8.0, "parquet": 2.0}


def large_table(photos: int, classes: int) -> LabelTable:
    """With reasons: a snippet for each label, a time for each answer (one photo in ten)."""
    random = np.random.default_rng(0)
    scores = random.random((photos, classes), dtype=np.float32)
    thresholds = np.full(classes, 1 - LABELS_A_PHOTO / classes, dtype=np.float32)
    answers = np.full((photos, classes), UNOBSERVED, dtype=np.int8)
    rows, columns = np.arange(0, photos, 10), random.integers(0, classes, len(range(0, photos, 10)))
    answers[rows, columns] = random.choice([NO, YES], len(rows))
    return LabelTable(
        tuple(f"folder {row // 1000}/IMG_{row}.jpg" for row in range(photos)),
        tuple(f"class {column}" for column in range(classes)),
        predicted_classes(scores, thresholds, answers),
        scores,
        answers,
        thresholds,
        {"encoder": "ViT-B-32/openai", "labels": "pseudo", "run": {"id": 2, "kind": "score"}},
        ("automatic",) * classes,
        random.integers(0, 9, (photos, classes)).astype(np.int16),
        tuple((0.0, 0.0, 1 / 3, 1 / 3) for _ in range(9)),
        {
            (int(row), int(column)): {"answered": "2026-11-27T08:00:00.000+00:00", "run_shown": 2}
            for row, column in zip(rows, columns, strict=True)
        },
        sizes=np.full((photos, 2), (4000, 3000), dtype=np.int32),
    )


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=80)
    arguments = parser.parse_args()
    table = large_table(arguments.photos, arguments.classes)
    print(f"{arguments.photos:,} photos x {arguments.classes} classes, seconds of processor")
    plain = table.scores.astype(np.float64).round(4).tolist()
    baseline = seconds(lambda: json.dumps(plain))
    print(f"{'json.dumps of the scores':<26}{baseline:7.1f}")
    options = ExportOptions(scores=True, photos=PhotoFiles.NONE)
    with tempfile.TemporaryDirectory() as folder:
        for name in FORMATS:
            place = Path(folder) / name
            written: list[Path] = []
            for title, chosen in (("", ExportOptions()), (" and scores", options)):
                try:
                    began = time.process_time()
                    written.append(write_labels(table, place, name, chosen))
                    took = time.process_time() - began
                except ExportError as error:
                    print(f"{name:<26}{error}")
                    break
                limit = LIMITS.get(name)
                told = "" if limit is None else f"  (at most {limit:.0f})"
                size = written[-1].stat().st_size / 1e6
                print(
                    f"{name + title:<26}{took:7.1f}  {took / baseline:5.1f} x  {size:6.0f} MB{told}"
                )
                if name in ("csv-long", "json", "parquet"):
                    break  # scores are always in it
            if written:
                took = seconds(partial(read_labels, written[0]))
                print(f"{name + ' read back':<26}{took:7.1f}  {took / baseline:5.1f} x")
    print(f"{'natural order':<26}{seconds(lambda: natural_order(table.paths)):7.1f}")
    split = seconds(lambda: multi_label_split(table.labels, (8, 1, 1), seed=0))
    print(f"{'split into three':<26}{split:7.1f}")


if __name__ == "__main__":
    main()
