"""What thresholds give: found without labels, and after a few yes/no answers.

Run `python -m tests.benchmarks.bench_cuts [--runs 10] [--sets 6]`.

First RN50x64's real scores of VOC 2012 at the encoder's temperature and softened: macro-F1 and OF1
in per cent, mean over runs of another 90 % of the photos each.  Answers are simulated from the
truth; "by scores" does not count an answered label as answered, "shown" does, as a person sees it.
Then photos-voc with its 20 classes, and collections of 128 photos and 80 classes (see
quality.many_classes): F1 at the automatic thresholds, as it was when half the pooled threshold was
the least of each, at the best thresholds there are, and which share of that distance is closed.
Photos are scored on a CPU, which takes some minutes.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.calibration import calibrate_threshold
from cdul_app.measures.metrics import macro_f1, overall_f1
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD, pooled_threshold, separability
from cdul_app.method.similarity import LABEL_SOFTENING
from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.quality.many_classes import (
    Scored,
    coloured_scenes,
    subsets,
    voc_among_coco,
    voc_scores,
)
from tests.benchmarks.quality.sources import score_vectors
from tests.benchmarks.quality.vector_choices import TEMPERATURE, mean_scores
from tests.measures.class_thresholds import label_free_thresholds

SHOWN = (0, 5, 10, 20)
SEEDS = range(101, 107)
# Macro-F1 and OF1 of the same sets at half the pooled threshold at least, for the distance.
EARLIER = {
    "photos-voc, 20 classes": (43.5, 66.4),
    "the same, published prompt": (40.6, 67.7),
    "photos-voc among 80 classes": (38.1, 63.3),
    "its 128 photos": (38.0, 63.9),
    "128 scenes, 83 coloured things": (42.7, 42.3),
}


def best_cuts(scores: NDArray[np.float64], truth: NDArray[np.int8]) -> NDArray[np.float64]:
    """The cut of each class that truth itself would choose."""
    cuts = np.zeros(scores.shape[1])
    for column in range(scores.shape[1]):
        order = np.argsort(-scores[:, column])
        hits = np.cumsum(truth[order, column])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
        cuts[column] = scores[order[f1.argmax()], column]
    return cuts


def answered(
    scores: NDArray[np.float64], truth: NDArray[np.int8], *, shown: bool = False
) -> list[tuple[float, float]]:
    """Macro-F1 and OF1 after each number of answers in SHOWN; shown : answers count as labels."""
    pooled = pooled_threshold(scores)
    answers = np.full(truth.shape, UNOBSERVED, dtype=np.int8)
    cuts = np.zeros(truth.shape[1])
    results = []
    for asked in range(max(SHOWN) + 1):
        before = answers.copy()
        for column in range(truth.shape[1]):
            cut = calibrate_threshold(
                scores[:, column], answers[:, column], pooled_threshold=pooled
            )
            assert cut is not None
            cuts[column] = cut.threshold
            if cut.question is not None:  # else every photo is answered
                answers[cut.question, column] = truth[cut.question, column]
        if asked in SHOWN:
            labels = scores >= cuts
            if shown:
                labels = np.where(before != UNOBSERVED, before > 0, labels)
            results.append((macro_f1(truth, labels), overall_f1(truth, labels)))
    return results


def automatic_cuts(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    pooled, unanswered = pooled_threshold(scores), np.full(len(scores), UNOBSERVED, dtype=np.int8)
    found = [calibrate_threshold(each, unanswered, pooled_threshold=pooled) for each in scores.T]
    return np.array([np.inf if each is None else each.threshold for each in found])


def vectors_table(runs: int) -> None:
    """(a): by temperature."""
    vectors = score_vectors()
    truth, random = vectors.truth, np.random.default_rng(0)
    samples = [
        np.sort(random.choice(len(truth), int(0.9 * len(truth)), replace=False))
        for _ in range(runs)
    ]
    titles = ("fixed 0.3", "Otsu", *(f"{count} answers" for count in SHOWN), "best")
    print(f"{'RN50x64, macro-F1 / OF1':<36}" + "".join(f"{each:>14}" for each in titles))
    for name, factor in {"own": 1.0, "softened": LABEL_SOFTENING}.items():
        scores = mean_scores(vectors, TEMPERATURE * factor)
        eta = separability(scores)
        for shown in (False, True):
            found = []
            for sample in samples:
                some, real = scores[sample], truth[sample]
                labels = (
                    some >= DEFAULT_THRESHOLD,
                    some >= label_free_thresholds(some),
                    some >= best_cuts(some, real),
                )
                fixed, otsu, best = (
                    (macro_f1(real, each), overall_f1(real, each)) for each in labels
                )
                found.append([fixed, otsu, *answered(some, real, shown=shown), best])
            line = "".join(
                f"{f'{macro:.1f} / {overall:.1f}':>14}"
                for macro, overall in 100 * np.mean(found, axis=0)
            )
            print(f"{f'{name}, eta {eta:.3f}, ' + ('shown' if shown else 'by scores'):<36}{line}")


def f1_of(scored: Scored, cuts_of: Callable[[Scored], NDArray[np.float64]]) -> tuple[float, float]:
    """Macro-F1 and OF1 in per cent, of the classes that truth knows."""
    scores, truth = scored
    known = (truth >= 0).all(axis=0)
    labels = (scores >= cuts_of(scored))[:, known]
    return 100 * macro_f1(truth[:, known], labels), 100 * overall_f1(truth[:, known], labels)


def _automatic(scored: Scored) -> NDArray[np.float64]:
    return automatic_cuts(scored[0])


def _best(scored: Scored) -> NDArray[np.float64]:
    scores, truth = scored
    shown = truth.max(axis=0) > 0
    cuts = np.full(scores.shape[1], np.inf)
    cuts[shown] = best_cuts(scores[:, shown], truth[:, shown])
    return cuts


def collection_line(name: str, sets: Sequence[Scored]) -> None:
    automatic = np.array([f1_of(each, _automatic) for each in sets])
    best = np.array([f1_of(each, _best) for each in sets])
    earlier = np.array(EARLIER[name])
    (macro, overall), (most, most_overall) = automatic.mean(axis=0), best.mean(axis=0)
    closed = 100 * (macro - earlier[0]) / (most - earlier[0])
    spread = automatic[:, 0].std() / np.sqrt(len(sets))
    print(
        f"{name:<36}{macro:>7.1f} / {overall:.1f}  (+- {spread:.1f})   "
        f"was {earlier[0]:.1f} / {earlier[1]:.1f}   best {most:.1f} / {most_overall:.1f}   "
        f"{closed:.0f} % closed"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--sets", type=int, default=6)
    arguments = parser.parse_args()
    vectors_table(arguments.runs)
    print("\nmacro-F1 / OF1 at automatic thresholds")
    default = ScoringConfig(views="paper")
    raw = replace(default, templates="single", names="raw")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        collection_line("photos-voc, 20 classes", [voc_scores(work, default)])
        collection_line("the same, published prompt", [voc_scores(work, raw)])
        many = voc_among_coco(work)
        collection_line("photos-voc among 80 classes", [many])
        collection_line("its 128 photos", list(subsets(many, arguments.sets)))
        seeds = SEEDS[: arguments.sets]
        collection_line("128 scenes, 83 coloured things", list(coloured_scenes(seeds, work)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
