"""Whether a label report's figures match the truth: simulated answers on a scored project.

Run `python -m tests.benchmarks.bench_report FOLDER --truth FILE [--answers 60]`.  FOLDER has been
scored; the answers are simulated and kept nowhere.  For each class: F1 as reported with its 95 %
interval, F1 by the truth, and at the end how many of all intervals hold the truth, and how many
claims of a calibration of each class were false after any of its answers.
"""

import argparse
from pathlib import Path

import numpy as np

from cdul_app.formats.matching import match_labels
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.reviews import predicted_classes
from cdul_app.measures.thresholds import pooled_threshold
from cdul_app.paths import locate_project
from cdul_app.project.class_thresholds import read_shown_labels
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.quality.cut_choices import (
    answered_report,
    intervals_that_hold,
    true_figures,
)
from tests.measures.calibration_claims import false_claims


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
    rows, columns, truth = match_labels(
        read_wide_csv(arguments.truth), [paths[photo] for photo in shown.photo_ids], names
    )
    scores = shown.scores[rows][:, columns]
    labels = predicted_classes(scores, shown.classes.thresholds[columns])
    held = []
    print(f"{'class':<14}{'labels':>8}{'shown by':>9}{'F1':>7}{'interval':>16}{'truth':>7}")
    for place, column in enumerate(columns):
        report = answered_report(
            scores[:, place],
            labels[:, place],
            truth[:, place],
            float(shown.classes.thresholds[column]),
            arguments.answers,
            seed=place,
        )
        positive, label = truth[:, place] > 0, labels[:, place]
        true = true_figures(label, positive)
        held += intervals_that_hold(report, true)
        if true["f1"] is not None:
            interval = f"{100 * report.f1.low:.0f} to {100 * report.f1.high:.0f}"
            print(
                f"{names[column]:<14}{label.sum():>8}{positive.sum():>9}"
                f"{100 * report.f1.value:>7.1f}{interval:>16}{100 * true['f1']:>7.1f}"
            )
    print(f"{np.mean(held):.1%} of {len(held)} intervals hold the truth")
    pooled = pooled_threshold(scores)
    asked, false = arguments.answers, 0
    for place in range(len(columns)):
        positive = truth[:, place] > 0
        false += len(false_claims(scores[:, place], positive, pooled, most=asked)[0])
    print(f"{false} false claims in calibrations of {len(columns)} classes, {asked} answers each")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
