"""Taking labels into a project, as a person's answers."""

from dataclasses import dataclass
from pathlib import Path

from cdul_app.errors import LabelFileError
from cdul_app.events import Events, Started, TaskResult
from cdul_app.formats.matching import align_labels
from cdul_app.language import tr
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.method.arrays import IntArray
from cdul_app.project.exchange.label_places import read_place


@dataclass(frozen=True)
class LabelsRead(TaskResult):
    """What a place says of the photos of a project, on its axes."""

    place: Path
    answers: IntArray  # (n_photos, n_classes) of -1 left open, 0 no, 1 yes
    note: str  # on what matches nothing here


def read_answers(
    place: Path,
    photo_paths: list[str],
    class_names: tuple[str, ...],
    *,
    unlisted_is_no: bool = False,
) -> Events[LabelsRead]:
    """Read labels of any form that `read_place` knows, as answers.

    unlisted_is_no : see ReadLabels.given.  Raises LabelFileError, ProjectError.
    """
    yield Started(tr("Reading labels"), unit="")
    read = read_place(place)
    given = read.given(unlisted_is_no=unlisted_is_no)
    aligned = align_labels(read, photo_paths, class_names, given)
    count = int((aligned.labels != UNOBSERVED).sum())
    if not count:
        raise LabelFileError(
            tr(
                "{place} holds no answer of a person for these photos and classes: choose another "
                "file, or load it as truth.",
                place=place,
            )
        )
    photos = int((aligned.labels != UNOBSERVED).any(axis=1).sum())
    summary = tr("Read {answers} answers on {photos} photos.", answers=count, photos=photos)
    return LabelsRead(summary, place, aligned.labels, aligned.note)
