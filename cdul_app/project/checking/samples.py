"""The random samples of an open project that its label report is estimated from."""

from typing import TYPE_CHECKING

from cdul_app.measures.sample_design import SampleDesign, draw_design
from cdul_app.project.checking.project_report import Designs, LabelReport, label_report

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
            stored = self._project.store.samples
            self._designs = tuple(
                stored.read(record.identifier, shown.photo_ids) for record in shown.classes
            )
        return self._designs or ()

    def design(self, column: int) -> SampleDesign | None:
        """The sample of one class, drawn where there is none; None before scoring."""
        shown = self._project.shown_labels()
        if shown is None:
            return None
        design = self.designs()[column]
        if design is None:
            record, scores = shown.classes[column], shown.scores[:, column]
            # Any seed gives a valid sample; the class's own makes a copy of the project agree.
            design = draw_design(scores, record.threshold, seed=record.identifier)
            self._project.store.samples.add(record.identifier, shown.photo_ids, design)
            self._designs = None
        return design

    def report(self) -> LabelReport | None:
        """Of all classes; None before scoring."""
        shown = self._project.shown_labels()
        return None if shown is None else label_report(shown, self.designs())
