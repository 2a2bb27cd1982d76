"""Places that labels are read from: files and folders of any form, and other projects."""

from pathlib import Path

from cdul_app.formats.read_labels import ReadLabels
from cdul_app.formats.reading import read_labels
from cdul_app.paths import is_there, locate_project


def read_place(place: Path) -> ReadLabels:
    """Labels of a file or a folder; of another project its answers, since a machine's label is
    neither truth nor an answer.  Raises LabelFileError, ProjectError."""
    if place.is_dir():
        location = locate_project(place)
        if is_there(location.database):
            from cdul_app.project.project import Project  # which itself reads truth from here

            with Project(location) as project:
                answers = project.answers
                return ReadLabels(tuple(project.photos.paths), project.classes.names, answers)
    return read_labels(place)
