"""What each choice of training is worth: real photos, and demo scenes of unseen seeds.

Run `python -m tests.benchmarks.bench_training [--seeds 101,102,103] [--encoder demo]
[--voc-project FOLDER]`; the last is a folder of the 500 photos of ../shared/data/photos-voc that is
scored already, to save their minute.  All figures are per cent: mAP of the initial labels, of the
refined ones and of the classifier; for photos over the classes with at least 5 positives.
Exits with 1 where the classifier of the defaults is below its refined labels on either.
"""

import argparse
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.classes.class_list import preset_classes
from cdul_app.demo.scenes import write_scenes
from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.likely_errors import label_doubt, photo_doubt
from cdul_app.measures.metrics import average_precision, per_class_average_precision
from cdul_app.measures.reviews import UNOBSERVED, uncertainty
from cdul_app.method.evidence import view_similarities
from cdul_app.models.classifier import feature_head
from cdul_app.models.training.classifier_steps import single_thread
from cdul_app.models.training.out_of_fold import predict_out_of_fold
from cdul_app.models.training.training import TrainedClassifier, train_classifier
from cdul_app.models.training.training_data import FeatureInputs, TrainingData
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.scored_state import read_scored_state
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.class_records import ClassDefinition
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.benchmarks.view_heads import POOLINGS, train_view_head
from tests.events import run_task
from tests.measures.class_thresholds import label_free_thresholds

SHARED = Path(__file__).parents[3] / "shared"
ANSWERS_A_CLASS = 20


@dataclass(frozen=True)
class Collection:
    data: TrainingData
    fewest: int  # positives of a class that counts

    def score(self, scores: NDArray[np.float32], keep: NDArray[np.bool_] | None = None) -> float:
        """mAP, of the (photo, class) pairs in `keep` where that is given."""
        truth = self.data.truth
        assert truth is not None
        if keep is None:
            values = per_class_average_precision(truth, scores)
            return 100 * float(np.mean(values[truth.sum(axis=0) >= self.fewest]))
        values = np.array(
            [
                average_precision(truth[rows, c], scores[rows, c])
                for c, rows in enumerate(keep.T)
                if truth[rows, c].sum() >= self.fewest
            ]
        )
        return 100 * float(values.mean())


def read_collection(location: ProjectLocation, truth_file: Path, fewest: int) -> Collection:
    """From a scored project: initial labels anew from the stored embeddings."""
    with ProjectStore(location.database) as store:
        state = read_scored_state(store)
        assert state is not None, f"score {location.folder} first"
        ids, views = zip(*store.embeddings.views_of_photos(state.encoding), strict=True)
        paths = {photo.identifier: photo.path for photo in store.photos.all()}
        names = [record.name for record in store.classes.all()]
        rows, columns, truth = match_labels(
            read_labels(truth_file), [paths[photo] for photo in ids], names
        )
    assert (len(rows), len(columns)) == (len(ids), len(names)), "truth names them all"
    stored = np.stack(views)
    whole, local = view_similarities(stored, state.class_embeddings, temperature=state.temperature)
    return Collection(
        TrainingData(
            inputs=FeatureInputs(stored),
            pseudo_labels=((whole + local.max(axis=-2)) / 2).astype(np.float32),
            answers=np.full(truth.shape, UNOBSERVED, dtype=np.int8),
            class_names=tuple(names),
            class_embeddings=state.class_embeddings,
            temperature=state.temperature,
            truth=truth,
        ),
        fewest,
    )


def score_folder(folder: Path, classes: Sequence[ClassDefinition], encoder: str) -> None:
    location = locate_project(folder)
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace(list(classes))
    for _ in score_project(location, ScoringConfig(encoder=encoder)):
        pass


def demo_collection(seed: int, encoder: str, work: Path) -> Collection:
    folder = work / f"demo-{seed}"
    write_scenes(folder, seed=seed, count=60)
    names = (folder / "classes.txt").read_text(encoding="utf-8").split()
    score_folder(folder / "scenes", [ClassDefinition(name) for name in names], encoder)
    return read_collection(locate_project(folder / "scenes"), folder / "truth.csv", 1)


def photo_collection(work: Path, scored: Path | None) -> Collection:
    photos = SHARED / "data" / "photos-voc"
    if scored is None:
        scored = work / "photos"
        shutil.copytree(photos / "images", scored)
        encoder = f"local-dir:{SHARED / 'models' / 'photo-clip'}"
        score_folder(scored, preset_classes("voc20"), encoder)
    return read_collection(locate_project(scored), photos / "truth.csv", 5)


def trained(data: TrainingData, config: TrainingConfig) -> TrainedClassifier:
    with tempfile.TemporaryDirectory() as folder:
        return run_task(train_classifier(data, config, run_folder=Path(folder)))[1]


@contextmanager
def head_constants(**values: float) -> Iterator[None]:
    """Other values of constants of the app's head."""
    before = {name: getattr(feature_head, name) for name in values}
    try:
        for name, value in values.items():
            setattr(feature_head, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(feature_head, name, value)


Measure = Callable[[Collection], tuple[float, ...]]


def of_config(**changes: object) -> Measure:
    config = TrainingConfig(device="cpu").with_changes(**changes)

    def measure(collection: Collection) -> tuple[float, ...]:
        result = trained(collection.data, config)
        return collection.score(result.pseudo_labels), collection.score(result.scores)

    return measure


def of_constants(**values: float) -> Measure:
    def measure(collection: Collection) -> tuple[float, ...]:
        with head_constants(**values):
            return of_config()(collection)

    return measure


def of_pooling(pooling: str) -> Measure:
    def measure(collection: Collection) -> tuple[float, ...]:
        data = collection.data
        assert isinstance(data.inputs, FeatureInputs)
        assert data.class_embeddings is not None
        assert data.temperature is not None
        with single_thread():
            logits, latent = train_view_head(
                data.inputs.views,
                np.asarray(data.class_embeddings, dtype=np.float32),
                data.temperature,
                np.asarray(data.pseudo_labels, dtype=np.float32),
                pooling,
            )
        return collection.score(latent), collection.score(logits)

    return measure


def answered(collection: Collection, weight: float, *, near: bool) -> tuple[float, ...]:
    """Answers near each class's cut, or at random; measured over the pairs not answered."""
    data = collection.data
    assert data.truth is not None
    cuts = label_free_thresholds(data.pseudo_labels)
    answers = data.answers.copy()
    count = min(ANSWERS_A_CLASS, len(answers) // 3)
    random = np.random.default_rng(0)
    for column, cut in enumerate(cuts):
        chosen = np.argsort(np.abs(data.pseudo_labels[:, column] - cut))[:count]
        if not near:
            chosen = random.permutation(len(answers))[:count]
        answers[chosen, column] = data.truth[chosen, column]
    open_pairs = answers == UNOBSERVED
    result = trained(
        replace(data, answers=answers), TrainingConfig(device="cpu", answer_weight=weight)
    )
    return (
        collection.score(data.pseudo_labels, open_pairs),
        collection.score(result.scores, open_pairs),
    )


def found_errors(collection: Collection, order: str) -> tuple[float, ...]:
    """Average precision of finding wrong labels, and wrong ones a photo on the first tenth."""
    data, config = collection.data, TrainingConfig(device="cpu")
    result = trained(data, config)
    shown = result.pseudo_labels
    cuts = label_free_thresholds(shown)
    labels = shown >= cuts
    wrong = labels != data.truth
    if order == "closeness to the threshold":
        doubt, photos = -np.abs(shown - cuts), uncertainty(shown, cuts)
    else:
        predictions = result.scores
        if order == "out of fold":
            _, predictions = run_task(predict_out_of_fold(data, config))
        doubt = label_doubt(labels, predictions)
        photos = photo_doubt(doubt)
    first = np.argsort(-photos)[: max(1, len(photos) // 10)]
    return (
        100 * average_precision(wrong.ravel().astype(int), doubt.ravel()),
        float(wrong[first].sum(axis=1).mean()),
    )


TRAINING: tuple[tuple[str, Measure], ...] = (
    ("default", of_config()),
    ("refinement: paper schedule", of_config(eta=None)),
    ("refinement: none", of_config(warm_up_epochs=20)),
    ("averaged copy, 0.9", of_config(ema_decay=0.9)),
    ("averaged copy, 0.99", of_config(ema_decay=0.99)),
    ("200 epochs, all run", of_config(epochs=200, patience=None)),
    ("200 epochs, stop rule", of_config(epochs=200)),
    *((f"prior share {share}", of_constants(PRIOR_SHARE=share)) for share in (0.0, 0.5, 1.0)),
    *((f"prior softened {soft}", of_constants(RANKING_SOFTENING=soft)) for soft in (1.0, 2.0, 3.0)),
    *((f"views: {pooling}", of_pooling(pooling)) for pooling in POOLINGS),
)
ANSWERS: tuple[tuple[str, Measure], ...] = tuple(
    (
        f"{'near the cut' if near else 'random'}, weight {weight:g}",
        lambda collection, weight=weight, near=near: answered(collection, weight, near=near),
    )
    for near in (True, False)
    for weight in (0.0, 1.0, 3.0, 10.0, 100.0)
)
ERRORS: tuple[tuple[str, Measure], ...] = tuple(
    (order, lambda collection, order=order: found_errors(collection, order))
    for order in ("closeness to the threshold", "classifier", "out of fold")
)


def print_table(
    title: str,
    columns: tuple[str, str],
    rows: Sequence[tuple[str, Measure]],
    groups: dict[str, list[Collection]],
) -> dict[str, dict[str, tuple[float, ...]]]:
    print(f"\n{title:<32}" + "".join(f"{g + ' ' + c:>22}" for g in groups for c in columns))
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for name, measure in rows:
        found[name] = {
            group: tuple(np.mean([measure(each) for each in collections], axis=0))
            for group, collections in groups.items()
        }
        cells = [value for values in found[name].values() for value in values]
        print(f"{name:<32}" + "".join(f"{value:>22.1f}" for value in cells), flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--encoder", default="demo", help="of the demo's scenes")
    parser.add_argument("--voc-project", type=Path)
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="cdul-bench-"))
    try:
        seeds = [int(text) for text in arguments.seeds.split(",")]
        groups = {
            "photos": [photo_collection(work, arguments.voc_project)],
            "demo": [demo_collection(seed, arguments.encoder, work) for seed in seeds],
        }
        for name, collections in groups.items():
            initial = np.mean([each.score(each.data.pseudo_labels) for each in collections])
            print(f"{name}: initial labels {initial:.1f}, {len(collections)} collection(s)")
        found = print_table("training, mAP", ("refined", "classifier"), TRAINING, groups)
        print_table("20 answers a class, mAP", ("initial", "classifier"), ANSWERS, groups)
        print_table("likely errors", ("AP of wrong", "wrong a photo"), ERRORS, groups)
    finally:
        shutil.rmtree(work)
    held = all(classifier >= refined for refined, classifier in found["default"].values())
    print("\nclassifier at least as good as its labels on both:", "yes" if held else "NO")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
