"""Reports and calibrations tell the truth on real scores; the benchmark takes more samples."""

from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest

from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.bench_report import claims, collection_of_vectors, collections_of_photos
from tests.benchmarks.quality.sources import demo_scenes, voc_photos
from tests.measures.report_coverage import Collection, coverage

SAMPLES = 40


@pytest.mark.parametrize("source", ["a", "b", "c"])
def test_intervals_hold_the_truth_and_calibrations_claim_nothing_false(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    collections = collections_of(source, request, tmp_path)
    overall, classes = coverage(
        islice(cycle(collections), SAMPLES), counts=(30, 60), classes_every=10
    )
    for place, share in overall.shares().items():
        assert share >= 0.85, (place, share)  # 34 of 40, where 38 are expected
        assert np.mean(overall.widths[place]) < 0.13, place
    assert 0.93 <= np.mean(list(overall.shares().values())) <= 1
    for place, share in classes.shares().items():
        assert share >= 0.9, (place, share)
    for of in collections:
        assert not list(claims(of, most=20))


def collections_of(source: str, request: pytest.FixtureRequest, tmp_path: Path) -> list[Collection]:
    if source == "c":
        photos = demo_scenes([2001], tmp_path, count=90)
    else:
        request.getfixturevalue("shared_dir")
        if source == "a":
            return [collection_of_vectors(1000)]
        photos = voc_photos(tmp_path)
    return collections_of_photos(photos, ScoringConfig(encoder=photos.encoder, views="fast"))
