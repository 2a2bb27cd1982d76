"""The core functions on real RN50x64 scores of VOC 2012, against the reference figures."""

from pathlib import Path

import numpy as np
import pytest

from cdul_app.measures.metrics import macro_f1, mean_average_precision
from cdul_app.measures.thresholds import DEFAULT_THRESHOLD
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.similarity import class_similarities


def test_global_and_aggregated_map_of_real_scores(shared_dir: Path) -> None:
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"]
        whole, local = data["global_cosine_centred"], data["local_max_cosine"]
    sharp = class_similarities(whole, temperature=0.01)
    assert 100 * mean_average_precision(truth, sharp) == pytest.approx(85.5, abs=0.7)
    mean = combine_global_local(
        class_similarities(whole, temperature=0.05), class_similarities(local, temperature=0.05)
    )
    assert 100 * mean_average_precision(truth, mean) == pytest.approx(90.0, abs=0.7)


def test_the_default_threshold_is_the_best_of_fixed_cuts(shared_dir: Path) -> None:
    with np.load(shared_dir / "data" / "voc12_rn50x64_dev.npz") as data:
        truth = data["truth"]
        whole = class_similarities(data["global_cosine_centred"], temperature=0.01)
        highest = class_similarities(data["local_max_cosine"], temperature=0.01)
    initial = combine_global_local(whole, highest)
    measured = {tenth / 10: 100 * macro_f1(truth, initial >= tenth / 10) for tenth in range(1, 10)}
    assert max(measured, key=lambda tenth: measured[tenth]) == DEFAULT_THRESHOLD
    assert measured[DEFAULT_THRESHOLD] == pytest.approx(80.8, abs=0.5)
    assert measured[0.5] == pytest.approx(77.8, abs=0.5)
