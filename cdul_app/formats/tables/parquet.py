"""Parquet: a line a photo and class, with score, label, source and answer; needs pyarrow."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cdul_app.errors import ExportError, LabelFileError, in_words
from cdul_app.formats.export_options import ExportOptions
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.read_labels import ReadLabels, table_of
from cdul_app.input_files import MOST_TABLE_BYTES, open_input
from cdul_app.language import tr, translatable
from cdul_app.measures.reviews import UNOBSERVED, YES

_NEEDS = translatable(
    "Parquet needs the package pyarrow: install it with pip install pyarrow, and try again."
)


def write_parquet(table: LabelTable, options: ExportOptions) -> Iterator[bytes]:
    """Thresholds and provenance are in the schema's metadata under “cdul_app”.

    Raises ExportError without pyarrow.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ExportError(tr(_NEEDS)) from error
    photos, classes = table.labels.shape
    known, answered = table.known.ravel(), table.answers.ravel() != UNOBSERVED
    rows = np.repeat(np.arange(photos, dtype=np.int32), classes)
    columns = np.tile(np.arange(classes, dtype=np.int32), photos)
    sources = ["answer", str(table.provenance.get("labels", "scores"))]
    scores = table.scores.ravel()

    def named(places: np.ndarray, names: list[str]) -> "pa.DictionaryArray":
        return pa.DictionaryArray.from_arrays(pa.array(places), pa.array(names, pa.string()))

    content = pa.table(
        {
            "image": named(rows, list(table.paths)),
            "class": named(columns, list(table.class_names)),
            "score": pa.array(scores, mask=np.isnan(scores)),
            "label": pa.array(table.labels.ravel(), mask=~known),
            "source": named(np.where(answered, 0, 1).astype(np.int8), sources),
            "answer": pa.array(table.answers.ravel() == YES, mask=~answered),
        }
    )
    told = {
        "thresholds": {
            name: round(float(value), 4)
            for name, value in zip(table.class_names, table.thresholds, strict=True)
        },
        "provenance": dict(table.provenance),
    }
    content = content.replace_schema_metadata({"cdul_app": json.dumps(told, ensure_ascii=False)})
    stream = io.BytesIO()
    pq.write_table(content, stream, compression="snappy", write_statistics=False)
    yield stream.getvalue()


def read_parquet(file: Path) -> ReadLabels:
    """Raises LabelFileError."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise LabelFileError(tr(_NEEDS)) from error
    try:
        with open_input(file, most_bytes=MOST_TABLE_BYTES) as stream:
            content = pq.read_table(stream, columns=["image", "class", "label", "answer"])
        images = content["image"].combine_chunks().dictionary_encode()
        classes = content["class"].combine_chunks().dictionary_encode()
        places = images.indices.to_numpy(), classes.indices.to_numpy()
        cells = [
            content[name].cast(pa.int8()).fill_null(UNOBSERVED).to_numpy()
            for name in ("label", "answer")
        ]
    except (OSError, pa.ArrowException, KeyError, AttributeError, TypeError) as error:
        raise LabelFileError(
            tr(
                "The label file {file} cannot be read ({why}): it must be Parquet with the "
                "columns image, class, label and answer.",
                file=file,
                why=in_words(error),
            )
        ) from error
    names = [str(name) for name in images.dictionary.to_pylist()]
    labels, shown = table_of(
        names, map(str, classes.dictionary.to_pylist()), file, value=UNOBSERVED, order=False
    )
    if len(shown) != len(classes.dictionary):
        raise LabelFileError(tr("{file} names a class twice: correct it and try again.", file=file))
    answers = labels.copy()
    labels[places], answers[places] = cells
    return ReadLabels(tuple(names), shown, labels, answers=answers)
