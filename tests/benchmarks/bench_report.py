"""Whether a label report's figures match the truth: simulated answers on a scored project.

Run `python -m tests.benchmarks.bench_report FOLDER --truth FILE [--answers 60]`.  FOLDER has been
scored; the answers are simulated and kept nowhere.  For each class: F1 as reported with its 95 %
interval, F1 by the truth, and at the end how many of all intervals hold the truth.
"""

import argparse
from pathlib import Path

import numpy as np

from cdul_app.core.label_report import class_report, draw_design, next_question
from cdul_app.core.reviews import UNOBSERVED, predicted_classes
from cdul_app.core.truth import match_truth, read_truth_csv
from cdul_app.paths import locate_project
from cdul_app.pipeline.cuts import read_shown_labels
from cdul_app.storage.project_store import ProjectStore


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--answers", type=int, default=60)
    arguments = parser.parse_args()
    with ProjectStore(locate_project(arguments.folder).database) as store:
        shown = read_shown_labels(store)
        paths = {photo.identifier: photo.path for photo in store.photos.all()}
    if shown is None:
        parser.error("score the folder first")
    names = [record.name for record in shown.classes]
    rows, columns, truth = match_truth(
        read_truth_csv(arguments.truth), [paths[photo] for photo in shown.photo_ids], names
    )
    scores = shown.scores[rows][:, columns]
    labels = predicted_classes(scores, shown.thresholds[columns])
    held = []
    print(f"{'class':<14}{'labels':>8}{'shown by':>9}{'F1':>7}{'interval':>16}{'truth':>7}")
    for place, column in enumerate(columns):
        design = draw_design(scores[:, place], float(shown.thresholds[column]), seed=place)
        answers = np.full(len(rows), UNOBSERVED, dtype=np.int8)
        for _ in range(arguments.answers):
            row = next_question(design, answers)
            if row is None:
                break
            answers[row] = truth[row, place]
        report = class_report(design, labels[:, place], answers, seed=place)
        positive, label = truth[:, place] > 0, labels[:, place]
        hits = (positive & label).sum()
        true = {
            "precision": hits / label.sum() if label.any() else None,
            "recall": hits / positive.sum() if positive.any() else None,
            "f1": 2 * hits / (label.sum() + positive.sum()) if positive.any() else None,
        }
        for name, value in true.items():
            estimate = getattr(report, name)
            if value is not None and estimate is not None:
                held.append(estimate.low - 1e-9 <= value <= estimate.high + 1e-9)
        if true["f1"] is not None:
            interval = f"{100 * report.f1.low:.0f} to {100 * report.f1.high:.0f}"
            print(
                f"{names[column]:<14}{label.sum():>8}{positive.sum():>9}"
                f"{100 * report.f1.value:>7.1f}{interval:>16}{100 * true['f1']:>7.1f}"
            )
    print(f"{np.mean(held):.1%} of {len(held)} intervals hold the truth")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
