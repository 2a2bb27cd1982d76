"""What a classifier says of photos, on a Ray cluster."""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.photos.elsewhere.places import give_places, named_places
from cdul_app.photos.files import photo_file
from cdul_app.photos.unreadable import LOST
from cdul_app.storage.records.blobs import blob_to_scores, scores_to_blob
from cdul_app.tasks.distributed.batches import (
    Answer,
    KeyedPath,
    require_folder,
    run_batches,
    worker_needs,
)
from cdul_app.tasks.distributed.cluster import joined

if TYPE_CHECKING:
    from cdul_app.models.classifier.onnx_classifier import Prediction


def score_on_cluster(
    classifier: Path, folder: Path, paths: Sequence[str], address: str, *, device: str
) -> Generator["Prediction", None, None]:
    """As `score_photos`, by the workers of a cluster and in no order.

    classifier : its folder or file; address : see `joined`.  Raises UserError.
    """
    settings = {
        "classifier": classifier,
        "folder": folder,
        "device": "cpu" if device == "cpu" else "auto",  # Ray shows a worker its own GPU
        "places": named_places(),
    }
    files = [classifier] if classifier.is_file() else classifier.glob("*.safetensors")
    weights = sum(file.stat().st_size for file in files)
    unanswered = set(range(len(paths)))
    with joined(address):
        needs = worker_needs(device, model_bytes=weights)
        answers = run_batches(PhotoScorer, settings, list(enumerate(paths)), needs, folder=folder)
        with closing(answers):
            for answer in answers:
                unanswered.discard(answer.key)
                yield answer.key, answer.text or blob_to_scores(answer.data)
    for position in sorted(unanswered):
        yield position, LOST


class PhotoScorer:
    """What a worker does with a batch: scores as on one machine.  Raises UserError."""

    def __init__(
        self, classifier: Path, folder: Path, device: str, places: Collection[str]
    ) -> None:
        from cdul_app.models.classifier.classifier_files import Classifier
        from cdul_app.tasks.classifier_scores import load_any_classifier
        from cdul_app.tasks.feature_scores import load_encoder_of

        require_folder(folder)
        give_places(places)
        self._folder = folder
        self._classifier = load_any_classifier(classifier, device=device)
        self._encoder = (
            load_encoder_of(self._classifier)
            if isinstance(self._classifier, Classifier) and self._classifier.reads_features
            else None
        )

    def __call__(self, photos: Sequence[KeyedPath]) -> list[Answer]:
        from cdul_app.tasks.classifier_scores import score_photos

        files = [photo_file(self._folder, path) for _, path in photos]
        found = score_photos(self._classifier, files, encoder=self._encoder)
        return [
            Answer(photos[place][0], text=scores)
            if isinstance(scores, str)
            else Answer(photos[place][0], data=scores_to_blob(scores))
            for place, scores in found
        ]
