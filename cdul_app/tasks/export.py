"""Taking the labels out of the project."""

from dataclasses import dataclass
from pathlib import Path

from cdul_app.errors import ProjectError
from cdul_app.events import Events, Started, TaskResult
from cdul_app.formats.label_files import EXPLAINED_FORMATS, write_label_file
from cdul_app.paths import ProjectLocation
from cdul_app.project.export_table import explained, label_table, labelled_rows
from cdul_app.project.left_out import left_out
from cdul_app.project.own_files import check_replaced, remember_written
from cdul_app.project.project import Project


@dataclass(frozen=True)
class ExportResult(TaskResult):
    output: Path
    photos: int  # that have labels


def export_labels(
    location: ProjectLocation, *, label_format: str, output: Path, overwrite: bool = False
) -> Events[ExportResult]:
    """Write the labels as they are shown: pseudo labels above each class's threshold, a person's
    answers first.

    overwrite : also a file that this project did not write.  Raises ProjectError, ExportError.
    """
    output = output.expanduser().absolute()
    with Project(location) as project:
        rows = labelled_rows(project)
        if not rows.size:
            raise ProjectError("There are no labels to export yet: label the photos first.")
        check_replaced(project.store, output, overwrite=overwrite)
        yield Started("Writing labels", len(rows))
        table = label_table(project, rows)
        if label_format in EXPLAINED_FORMATS:
            table = yield from explained(project, table, rows)
        write_label_file(table, output, label_format=label_format)
        remember_written(project.store, output)
        summary = f"Wrote the labels of {len(rows):,} photos to {output}. "
        summary += left_out(project, rows)
        return ExportResult(summary.rstrip(), output, len(rows))
