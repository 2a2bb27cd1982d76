"""Measuring the project's labels against truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cdul_app.events import Events, Progressed, Started, TaskResult
from cdul_app.formats.matching import AlignedLabels, align_labels
from cdul_app.language import tr, translatable
from cdul_app.measures.evaluation import evaluation_of, measure_labels
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import PrecisionRecall, precision_recall_curve
from cdul_app.method.arrays import IntArray
from cdul_app.project.checking.truth_comparison import Comparison, EvaluatedLabels
from cdul_app.project.exchange.label_places import read_place


@dataclass(frozen=True)
class TruthRead(TaskResult):
    file: Path
    truth: AlignedLabels


@dataclass(frozen=True)
class Evaluated(TaskResult):
    compared: Comparison
    figures: Mapping[str, Any]  # what `evaluate --json` prints; see measures.evaluation


@dataclass(frozen=True)
class ClassCurves(TaskResult):
    curves: Mapping[LabelKind, PrecisionRecall]


def read_project_truth(
    file: Path, photo_paths: Sequence[str], class_names: Sequence[str]
) -> Events[TruthRead]:
    """Read truth of any form that `read_place` knows, on a project's axes.

    Raises LabelFileError, ProjectError.
    """
    yield Started(tr("Reading the truth"), unit="")
    truth = align_labels(read_place(file), photo_paths, class_names)
    known = np.count_nonzero((truth.labels >= 0).any(axis=1))
    return TruthRead(tr("Truth of {photos} photos was read.", photos=known), file, truth)


def evaluate(labels: EvaluatedLabels, truth: IntArray) -> Events[Evaluated]:
    """Compare each kind of label with truth, at thresholds of its own.

    truth : (n_photos, n_classes) of -1 unknown, 0 no, 1 yes.  Raises ProjectError before scoring.
    """
    yield Started(tr("Evaluating labels"), unit=translatable("kinds of label"))
    all_scores = labels.scores()
    compared = Comparison.of(labels, all_scores, truth)
    measured = {}
    for done, (kind, scores) in enumerate(compared.scores.items(), start=1):
        thresholds = labels.thresholds(kind, all_scores[kind])[compared.columns]
        measured[kind] = measure_labels(compared.truth, scores, thresholds, compared.class_names)
        yield Progressed(done, len(compared.scores))
    figures = evaluation_of(measured, compared.truth, compared.class_names)
    photos = len(compared.truth)
    return Evaluated(
        tr("Compared the labels of {photos} photos with truth.", photos=photos), compared, figures
    )


def class_curves(compared: Comparison, class_name: str) -> Events[ClassCurves]:
    """Precision and recall of a class by each kind of label; none where truth has no such photo."""
    column, curves = compared.column_of(class_name), {}
    for kind, scores in compared.scores.items():
        if column is not None:
            curves[kind] = precision_recall_curve(
                compared.truth[:, column], np.nan_to_num(scores[:, column])
            )
        yield Progressed(len(curves), len(compared.scores))
    return ClassCurves(tr("Precision and recall of “{name}”.", name=class_name), curves)
