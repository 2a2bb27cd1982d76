"""The paper's own table, on a machine that has its encoder and its data."""

from pathlib import Path

import numpy as np

from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import mean_average_precision
from cdul_app.paths import ProjectLocation
from cdul_app.project.labeling.kept_encodings import open_shared_cache
from cdul_app.settings.configs import ScoringConfig, scoring_preset, training_preset
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.classifier_scores import FolderScores, score_folder
from cdul_app.tasks.train.train import train_project
from tests.benchmarks.quality.sources import PhotoSource
from tests.events import run_task

# mAP in per cent, CDUL (arXiv 2307.16634), RN50x64 and a ResNet-101 of ImageNet weights.
PUBLISHED = {
    "VOC12 train, global": 85.3,
    "VOC12 train, aggregated": 90.3,
    "VOC12 val, classifier": 88.6,
    "VOC07 test, classifier": 89.0,
    "COCO val, classifier": 69.2,
    "NUS-WIDE, classifier": 44.0,
}


def print_paper_table(
    source: PhotoSource,
    *,
    held_out: tuple[Path, Path] | None,
    classifier: str,
    weights: str,
    epochs: int | None,
) -> None:
    """Score and train with the published settings; measure, also on photos not trained on."""
    source.score(scoring_preset("paper", of=ScoringConfig(encoder=source.encoder)))
    found = {
        f"train, {kind.heading.lower()}": source.figures(kind).labels
        for kind in (LabelKind.GLOBAL, LabelKind.LOCAL_MAX, LabelKind.INITIAL, LabelKind.RANKING)
    }
    location, truth = source.projects[0]
    config = training_preset("paper", classifier=classifier).with_changes(weights=weights)
    if epochs is not None:
        config = config.with_changes(
            epochs=epochs, warm_up_epochs=min(config.warm_up_epochs, epochs)
        )
    for _ in train_project(location, config):
        pass
    for kind in (LabelKind.PSEUDO, LabelKind.CLASSIFIER):
        found[f"train, {kind.heading.lower()}"] = source.figures(kind).labels
    if held_out is not None:
        found["held out, classifier"] = _held_out(location, *held_out)
    print(f"mAP in per cent, published settings, {source.encoder}, {classifier}; {truth}")
    for name, value in found.items():
        print(f"{name:<32}{value:>8.1f}")
    print("published:")
    for name, value in PUBLISHED.items():
        print(f"{name:<32}{value:>8.1f}")


def _held_out(location: ProjectLocation, folder: Path, truth_file: Path) -> float:
    """mAP of the project's classifier on the photos of another folder, per cent."""
    from cdul_app.models.classifier.classifier_files import load_classifier
    from cdul_app.models.devices import choose_device

    with ProjectStore(location.database) as store:
        run = store.settings.get("classifier_run")
    classifier = load_classifier(location.run_folder(run), device=choose_device("auto"))
    found = FolderScores()
    with open_shared_cache() as shared:
        run_task(score_folder(classifier, folder, found, shared=shared))
    positions = sorted(found.scores)
    rows, columns, truth = match_labels(
        read_labels(truth_file),
        [found.paths[position] for position in positions],
        list(classifier.class_names),
    )
    scores = np.stack([found.scores[positions[row]] for row in rows])[:, columns]
    return 100 * mean_average_precision(truth, scores)
