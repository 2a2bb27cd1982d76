"""Taking the labels out of the project."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ExportError, ProjectError
from cdul_app.events import Events, Started, TaskResult
from cdul_app.formats.export_options import ExportOptions, PhotoFiles
from cdul_app.formats.label_files import format_of, label_file_content, write_label_file
from cdul_app.formats.label_folders import named, write_label_folder
from cdul_app.formats.label_formats import LabelFormat
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FOLDER_WRITERS
from cdul_app.formats.short_names import Short, has_suffix, short_names
from cdul_app.language import ntr, tr
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import is_in_folder
from cdul_app.project.exchange.export_table import explained, label_table, labelled_rows
from cdul_app.project.exchange.left_out import left_out
from cdul_app.project.exchange.own_files import check_replaced, remember_written
from cdul_app.project.exchange.used_labels import LabelsState, remember_used
from cdul_app.project.project import Project
from cdul_app.tasks.scan.read_photos import read_photos

_ALL = ExportOptions()


@dataclass(frozen=True)
class ExportResult(TaskResult):
    output: Path
    photos: int  # that have labels


def export_labels(
    location: ProjectLocation,
    *,
    label_format: str,
    output: Path,
    options: ExportOptions = _ALL,
    overwrite: bool = False,
) -> Events[ExportResult]:
    """Write the labels as they are shown: pseudo labels above each class's threshold, a person's
    answers first.

    output : a file, or a folder, by the format.  overwrite : also what this project did not write.
    Closing the generator leaves what was there before.  Raises ProjectError, ExportError,
    QueryError.
    """
    output = output.expanduser().absolute()
    chosen = format_of(label_format)
    with Project(location) as project:
        state = LabelsState.now(project.store)
        check_replaced(project.store, output, overwrite=overwrite)
        if chosen.is_folder:
            _check_folder(chosen, project, output, options)
        table, left = yield from table_to_write(project, chosen, options)
        count = len(table.paths)
        if chosen.is_folder:
            beside = chosen.beside and output == location.folder
            kept = yield from write_label_folder(
                FOLDER_WRITERS[chosen.key](table, options),
                output,
                count=count,
                photos=PhotoFiles.NONE if beside else options.photos,
                overwrite=overwrite,
                keep_theirs=options.keep_theirs,
            )
            whole = _named_in_full(table.paths) if chosen.short else ""
            left = " ".join(filter(None, (left, whole, _left_alone(kept))))
        else:
            yield from write_label_file(table, output, label_format=label_format, options=options)
            remember_written(project.store, output)
        remember_used(project.store, state)
        summary = tr("Wrote the labels of {photos} photos to {place}.", photos=count, place=output)
        return ExportResult(f"{summary} {left}".rstrip(), output, count)


@dataclass(frozen=True)
class ExportedContent(TaskResult):
    content: bytes


def exported_content(
    location: ProjectLocation, *, label_format: str, options: ExportOptions = _ALL
) -> Events[ExportedContent]:
    """What `export_labels` would write to a file, for standard output."""
    chosen = format_of(label_format)
    with Project(location) as project:
        state = LabelsState.now(project.store)
        table, left = yield from table_to_write(project, chosen, options)
        content = b"".join(label_file_content(table, label_format, options))
        remember_used(project.store, state)
        summary = tr("Wrote the labels of {photos} photos.", photos=len(table.paths))
        return ExportedContent(f"{summary} {left}".rstrip(), content)


def table_to_write(
    project: Project, chosen: LabelFormat, options: ExportOptions
) -> Events[tuple[LabelTable, str]]:
    """With what the format needs, and a sentence on what is left out.  Raises ProjectError."""
    if chosen.sizes and not project.photos.widths.all() and not project.store.read_only:
        yield from read_photos(project.location)
        project.reload()
    rows = labelled_rows(project, options)
    if not rows.size:
        if options == _ALL:
            raise ProjectError(tr("There are no labels to export yet: label the photos first."))
        raise ProjectError(
            tr("No photo with labels is left to export: choose more photos, or answer some first.")
        )
    if chosen.is_folder or chosen.packs:
        _check_photos(project, rows)
    yield Started(tr("Writing labels"), len(rows))
    table = label_table(project, rows, options)
    if chosen.reasons:
        table = yield from explained(project, table, rows)
    return table, left_out(project, rows, options)


def _check_photos(project: Project, rows: NDArray[np.int64]) -> None:
    """Only files of the folder can be brought along, or have something beside them."""
    folder, paths = project.location.folder, project.photos.paths
    elsewhere = sum(not is_in_folder(folder, paths[row]) for row in rows.tolist())
    if elsewhere:
        raise ExportError(
            tr(
                "{n} of these photos lie outside the project's folder, or in tar files: choose a "
                "format of one file that names them, such as CSV or COCO JSON.",
                n=elsewhere,
            )
        )


def _named_in_full(paths: Sequence[str]) -> str:
    """A sentence on photos whose labels a reader does not find by the name without suffix."""
    names = short_names(paths, Short.PICTURE)
    whole = [path for path, name in zip(paths, names, strict=True) if has_suffix(name)]
    if not whole:
        return ""
    return ntr(
        "Another photo differs in its suffix only, so {n} is named with it: {names}.",
        "Other photos differ in their suffix only, so {n} are named with it: {names}.",
        len(whole),
        names=named(whole),
    )


def _left_alone(kept: Sequence[str]) -> str:
    if not kept:
        return ""
    return ntr(
        "Left as found: {n} file of others, {names}.",
        "Left as found: {n} files of others, {names}.",
        len(kept),
        names=named(kept),
    )


def _check_folder(
    chosen: LabelFormat, project: Project, output: Path, options: ExportOptions
) -> None:
    """Photos that an export brings along are not to become photos of the project."""
    folder = project.location.folder
    inside = output.is_relative_to(folder)
    if inside and not (chosen.beside and output == folder):
        if options.photos is PhotoFiles.NONE or not chosen.photos:
            return
        raise ExportError(
            tr(
                "{output} lies among the photos of the project, which would find those that are "
                "exported there: choose a place outside, or export without photos.",
                output=output,
            )
        )
