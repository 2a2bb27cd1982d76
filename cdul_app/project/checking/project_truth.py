"""The truth that an open project is compared with."""

from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.formats.matching import AlignedLabels, align_labels
from cdul_app.method.arrays import IntArray
from cdul_app.project.exchange.label_places import read_place

if TYPE_CHECKING:
    from cdul_app.project.project import Project

TRUTH_SETTING = "truth_file"


class ProjectTruth:
    """Read from its file when first asked for, or handed over by a job that has read it."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._labels: IntArray | None = None
        self.note = ""  # on what of the truth that was read matches nothing here

    @property
    def file(self) -> Path | None:
        """The file or folder that was chosen, whether it can be read or not."""
        return self._project.store.settings.read(TRUTH_SETTING, Path)

    @property
    def known_labels(self) -> IntArray | None:
        """(n_photos, n_classes) of -1 unknown, 0 no, 1 yes; None where none was read by now."""
        return self._labels

    def labels(self) -> IntArray | None:
        """As `known_labels`, but read now where it has not been.  None without a file.

        Raises LabelFileError where it cannot be read or fits no photo or class.
        """
        if self._labels is None and self.file is not None:
            truth = self.read(self.file)
            self._labels, self.note = truth.labels, truth.note
        return self._labels

    def read(self, file: Path) -> AlignedLabels:
        """What a file says of these photos and classes.  Raises LabelFileError as `labels`."""
        project = self._project
        return align_labels(read_place(file), project.photos.paths, project.classes.names)

    def load(self, file: Path) -> None:
        """Compare with this file from now on.  Raises LabelFileError, and keeps nothing then."""
        file = file.expanduser().absolute()
        self.keep(file, self.read(file))

    def keep(self, file: Path, truth: AlignedLabels) -> None:
        """Compare with this file from now on, which was read already."""
        if self.file != file:
            self._project.store.settings.set(TRUTH_SETTING, str(file))
        self._labels, self.note = truth.labels, truth.note
        self._project.changes.truth()

    def clear(self) -> None:
        self._project.store.settings.set(TRUTH_SETTING, None)
        self._labels, self.note = None, ""
        self._project.changes.truth()

    def forget(self) -> None:
        """Photos or classes are others."""
        self._labels, self.note = None, ""
