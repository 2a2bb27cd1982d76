"""A project in Python: what window and terminal do, from a script or a notebook."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from cdul_app.api.run_names import forget_open, remember_open
from cdul_app.api.tables import Table, table_of
from cdul_app.classes.class_list import CLASS_PRESETS, parse_class_lines, preset_classes
from cdul_app.errors import ProjectError
from cdul_app.events import Events, follow
from cdul_app.formats.export_options import ExportOptions
from cdul_app.paths import absolute_path
from cdul_app.photos.elsewhere.places import absolute_address
from cdul_app.project.exchange.export_table import label_table, labelled_rows
from cdul_app.project.exchange.imported_answers import import_answers
from cdul_app.project.project import Project
from cdul_app.settings.configs import training_preset
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.export_classifier import export_classifier
from cdul_app.tasks.import_labels import read_answers
from cdul_app.tasks.progress_lines import ProgressLines
from cdul_app.tasks.scan.scan import scan_photos
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project

Result = TypeVar("Result")
Say = Callable[[str], object]  # takes a line on how far something is, as `print` does


class Embeddings(NamedTuple):
    """What the encoder saw.

    Attributes:
        photos: n paths, relative to the folder.
        vectors: (n, 1 + n_snippets, dimension) float16, unit norm; [:, 0] is the whole photo.
    """

    photos: tuple[str, ...]
    vectors: NDArray[np.float16]


def open(folder: str | os.PathLike[str]) -> "OpenProject":
    """Open the project of a folder of photos, made where there is none.

    >>> project = open("photos")  # doctest: +SKIP

    Raises:
        FolderError: there is no such folder.
        ProjectError: the project in it cannot be opened.
    """
    return OpenProject(Project.open_folder(absolute_path(Path(folder))))


class OpenProject:
    """A folder of photos and its labels.  Use it in one thread; `with` closes it.

    Everything is kept in the folder's `.cdul`, shared with window and terminal.  An error that can
    be mended is a `cdul_app.errors.UserError` with a sentence that says how.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        remember_open(self, project.location)

    def close(self) -> None:
        forget_open(self)
        self._project.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        return self._project.location.folder

    @property
    def class_names(self) -> tuple[str, ...]:
        return self._project.classes.names

    def set_classes(self, classes: Sequence[str] | str) -> None:
        """Say what is looked for.  Answers of classes that leave are kept and return with them.

        Args:
            classes: a line each, `name` or `name: prompt one | prompt two`; or a preset, “voc20”
                or “coco80”; or a text with a class a line.

        Raises:
            ClassListError: a class is empty, too long or named twice.
        """
        if not isinstance(classes, str):
            definitions = parse_class_lines("\n".join(classes))
        elif classes in CLASS_PRESETS:
            definitions = preset_classes(classes)
        else:
            definitions = parse_class_lines(classes)
        self._project.decisions.set_classes(definitions)

    def score(
        self,
        *,
        encoder: str | None = None,
        manifest: str | os.PathLike[str] | None = None,
        ray: str | None = None,
        progress: Say | None = None,
        **settings: Any,
    ) -> str:
        """Give every photo a score for each class.  What is stored already is not encoded again.

        Args:
            encoder: as “ViT-B-32/openai” or “local-dir:FOLDER”, downloaded where it is not here;
                default: the one the project was scored with, else a recommended one.
            manifest: a list of paths and URLs, or tar files, as of `cdul-app score --manifest`:
                its photos are the project's from now on, in place of the folder's.
            ray: the address of a Ray cluster whose workers encode, “local” for processes of this
                computer.
            progress: is called with a line of text now and then.
            settings: fields of `cdul_app.settings.configs.ScoringConfig`; those that are not
                given stay as they were.

        Returns:
            A sentence on what was labelled.
        """
        from cdul_app.models.encoder.encoder_references import absolute_identifier

        if encoder is not None:
            settings["encoder"] = absolute_identifier(encoder)
        config = replace(self._project.settings.scoring, **settings)
        self._project.settings.scoring = config
        task = score_project(
            self._project.location,
            config,
            fetch=True,
            ray=ray,
            manifest=None if manifest is None else absolute_address(os.fspath(manifest)),
        )
        return self._run(task, progress).summary

    def import_answers(
        self, labels: str | os.PathLike[str], *, unlisted_is_no: bool = False
    ) -> str:
        """Take yes and no from a file, a folder or another project as answers of yours, as one
        step; what is answered here stays.

        Args:
            labels: in any form that `cdul-app import` reads, such as a CSV `image,cat,dog`.
            unlisted_is_no: in forms that name only what is there, the rest is answered with no.

        Returns:
            A sentence on what was taken, and what matched nothing.
        """
        if self._project.is_half_listed:
            self._run(scan_photos(self._project.store, self.folder), None)
        read = self._run(
            read_answers(
                absolute_path(Path(labels)),
                self._project.photos.paths,
                self._project.classes.names,
                unlisted_is_no=unlisted_is_no,
            ),
            None,
        )
        taken = import_answers(self._project, read.answers, read.place.name)
        return f"{taken} {read.note}".rstrip()

    def train(
        self,
        *,
        classifier: str | None = None,
        preset: str = "default",
        progress: Say | None = None,
        **settings: Any,
    ) -> Path:
        """Refine the labels and train a classifier.

        Args:
            classifier: “features” (the default, seconds), “resnet101” or a timm name.
            preset: “default” or “paper”.
            progress: is called with a line of text now and then.
            settings: fields of `cdul_app.settings.configs.TrainingConfig`.

        Returns:
            The folder of the run, which `Classifier.load` takes.
        """
        config = replace(training_preset(preset, classifier=classifier), **settings)
        self._project.settings.training = config
        return self._run(
            train_project(self._project.location, config), progress
        ).classifier_file.parent

    def labels(self, *, scores: bool = False) -> Table:
        """The labels as window and export show them, answers first; of the photos that are scored
        or answered.

        Args:
            scores: float scores in [0, 1] (NaN where not scored) instead of True and False.

        Returns:
            A pandas DataFrame with a photo a row and a class a column; without pandas a structured
            array with the field `image` before the classes.
        """
        table = label_table(self._project, labelled_rows(self._project))
        return table_of(table.paths, table.class_names, table.scores if scores else table.labels)

    def embeddings(self) -> Embeddings:
        """What is stored of the photos that were scored last.

        Raises:
            ProjectError: nothing was scored yet.
        """
        state = self._project.scoring.state
        if state is None:
            raise ProjectError("There are no embeddings yet: score the photos first.")
        photos = self._project.photos
        paths = dict(zip(photos.ids.tolist(), photos.paths, strict=True))
        found = [
            (paths[photo], views)
            for photo, views in self._project.store.embeddings.views_of_photos(state.encoding)
            if photo in paths
        ]
        shape = (0, state.encoding.plan.view_count, state.encoding.dimension)
        vectors = np.stack([views for _, views in found]) if found else np.zeros(shape, np.float16)
        return Embeddings(tuple(path for path, _ in found), vectors)

    def export(
        self,
        label_format: str,
        output: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        progress: Say | None = None,
        **options: Any,
    ) -> Path:
        """Write the labels in a format of `cdul-app export`.

        Args:
            label_format: its key, as “csv”, “huggingface” or “coco”.
            output: the file, or the folder, by the format.
            overwrite: also what this project did not write.
            progress: is called with a line of text now and then.
            options: fields of `cdul_app.formats.export_options.ExportOptions`.

        Returns:
            The path that was written.
        """
        task = export_labels(
            self._project.location,
            label_format=label_format,
            output=absolute_path(Path(output)),
            options=ExportOptions(**options),
            overwrite=overwrite,
        )
        return self._run(task, progress).output

    def export_classifier(
        self, output: str | os.PathLike[str], *, onnx: bool = False, overwrite: bool = False
    ) -> Path:
        """Write the trained classifier, with today's thresholds, as a folder that needs no project.

        Args:
            output: the folder; `Classifier.load` reads it, and timm where it reads photos.
            onnx: also as ONNX, with a script that uses it.
            overwrite: files of the same names in a folder that is not empty.
        """
        task = export_classifier(
            self._project.location, absolute_path(Path(output)), onnx=onnx, overwrite=overwrite
        )
        return self._run(task, None).folder

    def _run(self, task: Events[Result], progress: Say | None) -> Result:
        """Also where it fails or is interrupted, what it has stored is seen afterwards."""
        lines = ProgressLines(progress or (lambda _: None))
        try:
            return follow(task, lines.show)
        finally:
            self._project.reload()
            self._project.decisions.reload()
