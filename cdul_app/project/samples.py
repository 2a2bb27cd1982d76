"""The random samples of an open project that its label report is estimated from."""

from typing import TYPE_CHECKING

from cdul_app.measures.label_report import SampleDesign
from cdul_app.project.project_report import (
    Designs,
    LabelReport,
    ensure_design,
    label_report,
    read_designs,
)

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class Samples:
    """One a class, drawn when the class is first asked about."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._designs: Designs | None = None

    def forget(self) -> None:
        """Photos, classes or scores are others."""
        self._designs = None

    def designs(self) -> Designs:
        """The sample of each class, None where none was drawn; empty before scoring."""
        shown = self._project.shown_labels()
        if self._designs is None and shown is not None:
            self._designs = read_designs(self._project.store, shown)
        return self._designs or ()

    def design(self, column: int) -> SampleDesign | None:
        """The sample of one class, drawn where there is none; None before scoring."""
        shown = self._project.shown_labels()
        if shown is None:
            return None
        design = self.designs()[column]
        if design is None:
            design = ensure_design(self._project.store, shown, column)
            self._designs = None
        return design

    def report(self) -> LabelReport | None:
        """Of all classes; None before scoring."""
        shown = self._project.shown_labels()
        return None if shown is None else label_report(shown, self.designs())
