"""Choices of stage 2: every row of bench_training, on the projects of a source."""

from collections.abc import Iterator

import numpy as np

from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.bench_training import ANSWERS, ERRORS, TRAINING, Collection, read_collection
from tests.benchmarks.quality.sources import PhotoSource
from tests.benchmarks.quality.table import Figures, Row


def collections_of(source: PhotoSource) -> list[Collection]:
    source.score(ScoringConfig(encoder=source.encoder, views="paper"))
    return [read_collection(location, truth, source.fewest) for location, truth in source.projects]


def training_rows(source: PhotoSource, collections: list[Collection]) -> Iterator[Row]:
    """`labels` are the refined ones; for answers, the initial ones over what was not answered."""
    for family, rows in (("training", TRAINING), ("20 answers a class", ANSWERS)):
        for choice, measure in rows:
            labels, classifier = np.mean([measure(each) for each in collections], axis=0)
            default = choice in ("default", "near the cut, weight 3")
            figures = Figures(labels=float(labels), classifier=float(classifier))
            yield Row(family, choice, default, {source.name: figures})
    for choice, measure in ERRORS:
        found, _ = np.mean([measure(each) for each in collections], axis=0)
        figures = Figures(labels=float(found))  # AP of finding the wrong labels
        yield Row("likely errors, AP", choice, choice == "classifier", {source.name: figures})
