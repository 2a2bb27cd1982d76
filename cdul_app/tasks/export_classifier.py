"""Taking the trained classifier out of the project."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from cdul_app.errors import ClassifierError, ExportError, in_words
from cdul_app.events import Events, Started, TaskResult
from cdul_app.language import tr
from cdul_app.paths import ProjectLocation
from cdul_app.photos.files import photo_file
from cdul_app.project.exchange.used_labels import LabelsState, remember_used
from cdul_app.project.project import Project
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.feature_scores import load_encoder_of
from cdul_app.tasks.predict import classifier_thresholds


def can_write_onnx() -> bool:
    """Whether the packages are installed that ONNX needs."""
    from cdul_app.models.classifier import onnx_classifier

    return onnx_classifier.can_write_onnx()


@dataclass(frozen=True)
class ExportedClassifier(TaskResult):
    folder: Path


def export_classifier(
    location: ProjectLocation, output: Path, *, onnx: bool = False, overwrite: bool = False
) -> Events[ExportedClassifier]:
    """Write the project's classifier, with today's thresholds, as a folder that stands alone.

    onnx : also as ONNX, checked against torch, with a script that uses it.  overwrite : files of
    the same names in a folder that is not empty.
    Raises ClassifierError, EncoderError, ExportError.
    """
    from cdul_app.models.classifier.classifier_files import WEIGHTS_NAME, load_classifier
    from cdul_app.models.classifier.exported_classifier import write_exported
    from cdul_app.models.classifier.onnx_files import require_onnx_writer
    from cdul_app.models.devices import choose_device

    with Project(location) as project:
        run = project.store.settings.read("classifier_run", int)
        if run is None:
            raise ClassifierError(tr("The project has no classifier yet: train one first."))
        source = location.run_folder(run)
        classifier = load_classifier(source, device=choose_device("cpu"))
        thresholds = classifier_thresholds(project, classifier)
        photos = [photo_file(location.folder, path) for path in project.photos.paths]
        state = LabelsState.now(project.store)
    if onnx:
        require_onnx_writer()
    try:
        if output.exists() and not overwrite and (output.is_file() or any(output.iterdir())):
            raise ExportError(
                tr(
                    "{output} is there already: choose another name, or --overwrite to replace it.",
                    output=output,
                )
            )
        encoder = None
        if onnx and classifier.reads_features:
            yield Started(tr("Loading the encoder"), unit="")
            encoder = load_encoder_of(classifier)
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".cdul-export-") as beside:
            yield from write_exported(
                classifier,
                (source / WEIGHTS_NAME).read_bytes(),
                Path(beside),
                thresholds=thresholds,
                photos=photos,
                onnx=onnx,
                encoder=encoder,
            )
            output.mkdir(exist_ok=True)
            for file in Path(beside).iterdir():
                file.replace(output / file.name)
    except OSError as error:
        raise ExportError(
            tr(
                "The classifier cannot be written to {output} ({why}): choose another place.",
                output=output,
                why=in_words(error),
            )
        ) from error
    if not location.read_only:
        with ProjectStore(location.database) as store:
            remember_used(store, state)
    return ExportedClassifier(tr("Wrote the classifier to {place}.", place=output), output)
