"""The readers of truth: each form it may come in, and which reader takes it."""

from pathlib import Path

from cdul_app.errors import TruthError
from cdul_app.formats.truth_coco import read_truth_coco
from cdul_app.formats.truth_csv import read_truth_csv
from cdul_app.formats.truth_table import Truth
from cdul_app.formats.truth_voc import read_truth_voc


def read_truth(place: Path) -> Truth:
    """Read truth from a wide CSV, a COCO JSON (.json) or a folder of PASCAL VOC XML.

    An XML file stands for the folder it lies in, so that a file dialog can choose it.
    Raises TruthError where there is nothing, or it cannot be used.
    """
    if place.is_dir():
        return read_truth_voc(place)
    if not place.exists():
        raise TruthError(f"There is no truth file {place}: check its name.")
    match place.suffix.lower():
        case ".xml":
            return read_truth_voc(place.parent)
        case ".json":
            return read_truth_coco(place)
    return read_truth_csv(place)
