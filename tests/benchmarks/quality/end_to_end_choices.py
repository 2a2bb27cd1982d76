"""A classifier that reads photos; minutes on a CPU, so that it is asked for."""

from collections.abc import Iterator
from pathlib import Path

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.settings.configs import ScoringConfig, TrainingConfig, training_preset
from cdul_app.tasks.train.train import train_project
from tests.benchmarks.quality.sources import SHARED, PhotoSource
from tests.benchmarks.quality.table import Figures, Row

WEIGHTS = SHARED / "models" / "mobilenetv2_100.in1k.safetensors"


def end_to_end_config(classifier: str, weights: str, epochs: int) -> TrainingConfig:
    """Small enough for two processors: 128 pixels, and a rate for so few epochs."""
    return training_preset("default", classifier=classifier).with_changes(
        weights=weights or (str(WEIGHTS) if WEIGHTS.is_file() else ""),
        image_size=128,
        epochs=epochs,
        warm_up_epochs=max(1, epochs * 2 // 3),
        learning_rate=2e-4,
    )


def end_to_end_rows(
    source: PhotoSource, *, classifier: str = "mobilenetv2_100", weights: str = "", epochs: int = 9
) -> Iterator[Row]:
    config = end_to_end_config(classifier, weights, epochs)
    source.score(ScoringConfig(encoder=source.encoder, views="paper"))
    for location, _ in source.projects:
        for _event in train_project(location, config):
            pass
        _forget_runs(location.classifiers_dir)
    labels = source.figures(LabelKind.PSEUDO)
    figures = Figures(
        labels=labels.labels,
        f1=labels.f1,
        classifier=source.figures(LabelKind.CLASSIFIER).labels,
    )
    yield Row("end to end", f"{classifier}, {epochs} epochs", True, {source.name: figures})


def _forget_runs(folder: Path) -> None:
    """Checkpoints of a finished run are gone already; the classifiers themselves take disk."""
    for file in folder.glob("run-*/*.safetensors"):
        file.unlink()
