"""What automatic cuts and a few yes/no answers give, on real RN50x64 scores of VOC 2012.

Run `python -m tests.benchmarks.bench_cuts [--runs 10]`.  Answers are simulated from the truth;
each run takes another 90 % of the photos.  Macro-F1 in per cent, mean over the runs; the labels
asked about are not replaced by their answers.
"""

import argparse
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.calibration import calibrate_threshold
from cdul_app.measures.metrics import macro_f1, per_class_f1
from cdul_app.measures.reviews import UNOBSERVED
from cdul_app.measures.thresholds import (
    DEFAULT_THRESHOLD,
    label_free_threshold,
)
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import class_similarities
from tests.measures.class_thresholds import label_free_thresholds

SHOWN = (0, 5, 10, 20)
TEMPERATURES = {"sharp (targets)": 0.01, "ranking": 0.02, "softer": 0.03}


def best_cuts(scores: NDArray[np.float64], truth: NDArray[np.int8]) -> NDArray[np.float64]:
    """The cut of each class that truth itself would choose."""
    cuts = np.zeros(scores.shape[1])
    for column in range(scores.shape[1]):
        order = np.argsort(-scores[:, column])
        hits = np.cumsum(truth[order, column])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
        cuts[column] = scores[order[f1.argmax()], column]
    return cuts


def answered(scores: NDArray[np.float64], truth: NDArray[np.int8]) -> list[float]:
    """Macro-F1 after each number of answers in SHOWN."""
    pooled = label_free_threshold(scores.ravel())
    answers = np.full(truth.shape, UNOBSERVED, dtype=np.int8)
    cuts = np.zeros(truth.shape[1])
    results = []
    for asked in range(max(SHOWN) + 1):
        for column in range(truth.shape[1]):
            cut = calibrate_threshold(
                scores[:, column], answers[:, column], pooled_threshold=pooled
            )
            assert cut is not None
            cuts[column] = cut.threshold
            if cut.question is not None:  # else every photo is answered
                answers[cut.question, column] = truth[cut.question, column]
        if asked in SHOWN:
            results.append(macro_f1(truth, scores >= cuts))
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    shared = Path(os.environ.get("CDUL_SHARED", "../shared"))
    with np.load(shared / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"]
        whole, local = data["global_cosine_centred"], data["local_max_cosine"]
    random = np.random.default_rng(0)
    samples = [
        np.sort(random.choice(len(truth), int(0.9 * len(truth)), replace=False))
        for _ in range(runs)
    ]
    print(f"{'scores':<18}{'fixed 0.3':>10}{'Otsu':>8}", end="")
    print("".join(f"{f'{count} answers':>12}" for count in SHOWN) + f"{'best':>8}")
    for name, temperature in TEMPERATURES.items():
        scores = combine_global_local(
            class_similarities(whole, temperature=temperature),
            class_similarities(local, temperature=temperature),
        ).astype(np.float64)
        rows = []
        for sample in samples:
            some, real = scores[sample], truth[sample]
            rows.append(
                [
                    macro_f1(real, some >= DEFAULT_THRESHOLD),
                    macro_f1(real, some >= label_free_thresholds(some)),
                    *answered(some, real),
                    float(np.nanmean(per_class_f1(real, some >= best_cuts(some, real)))),
                ]
            )
        means = 100 * np.mean(rows, axis=0)
        widths = (10, 8, *(12 for _ in SHOWN), 8)
        print(f"{name:<18}" + "".join(f"{v:>{w}.1f}" for v, w in zip(means, widths, strict=True)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
