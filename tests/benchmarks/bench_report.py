"""Whether what a label report and a calibration tell is true: answers simulated from truth.

`python -m tests.benchmarks.bench_report [--sources a,b,c] [--samples 200] [--moved]`: on (a), (b)
and (c) as in bench_quality, at the app's own thresholds, of all classes together and of each class
(of every tenth sample): per cent of the 95 % intervals that hold the truth, half their width and,
in brackets, the mean error of the figure, in points.  `--moved` moves each threshold after its
sample was drawn.  Then how many claims of a calibration of each class were false after any answer.

`... FOLDER --truth FILE` does so for a folder that has been scored; the answers are kept nowhere.
"""

import argparse
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from cdul_app.formats.matching import match_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.thresholds import pooled_threshold
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.quality.sources import PhotoSource, demo_scenes, score_vectors, voc_photos
from tests.benchmarks.quality.vector_choices import TEMPERATURE, mean_scores
from tests.measures.calibration_claims import false_claims
from tests.measures.report_coverage import COUNTS, Collection, coverage

SCENES, SEEDS = 128, range(2001, 2009)  # of (c)


def collection_of_vectors(photos: int | None = None) -> Collection:
    """(a), or its first `photos`."""
    vectors = score_vectors()
    scores = mean_scores(vectors, TEMPERATURE)[:photos]
    unanswered = np.full(len(scores), UNOBSERVED, dtype=np.int8)
    found = [class_threshold(scores, unanswered, column) for column in range(scores.shape[1])]
    thresholds = np.array([each.threshold for each in found if each is not None])
    return Collection(scores, vectors.truth[:photos] == YES, thresholds)


def collections_of_photos(source: PhotoSource, config: ScoringConfig) -> list[Collection]:
    """(b) or (c), scored here."""
    source.score(config)
    return [collection_of(location, truth) for location, truth in source.projects]


def collection_of(location: ProjectLocation, truth_file: Path) -> Collection:
    with Project(location) as project:
        shown = project.shown_labels()
        if shown is None:
            raise SystemExit("score the folder first")
        rows, columns, truth = match_labels(
            read_labels(truth_file), project.photos.paths, shown.classes.names
        )
        scores = shown.scores[np.ix_(rows, columns)]
        return Collection(scores, truth == YES, shown.classes.thresholds[columns])


def show(name: str, collections: list[Collection], samples: int, *, moved: bool) -> None:
    print(f"{name}: {samples} samples; per cent that hold the truth ± half the width (error)")
    taken = islice(cycle(collections), samples)
    overall, classes = coverage(taken, moved=moved, classes_every=10)
    print("all classes together", *overall.lines(), "each class", *classes.lines(), sep="\n")
    false = [claim for of in collections for claim in claims(of, max(COUNTS))]
    asked = sum(of.truth.shape[1] for of in collections)
    print(
        f"{len(false)} false claims in calibrations of {asked} classes, {max(COUNTS)} answers each"
    )


def claims(of: Collection, most: int) -> Iterator[object]:
    """Those of calibrations of each class that are false."""
    pooled = pooled_threshold(of.scores)
    for column in range(of.truth.shape[1]):
        yield from false_claims(of.scores[:, column], of.truth[:, column], pooled, most=most)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--sources", default="a,b,c")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--moved", action="store_true")
    arguments = parser.parse_args()
    if (arguments.folder is None) != (arguments.truth is None):
        parser.error("FOLDER and --truth go together")
    with tempfile.TemporaryDirectory() as work:
        for name, collections in _collections(arguments, Path(work)):
            show(name, collections, arguments.samples, moved=arguments.moved)
    return 0


def _collections(
    arguments: argparse.Namespace, work: Path
) -> Iterator[tuple[str, list[Collection]]]:
    if arguments.folder is not None:
        location = locate_project(arguments.folder)
        yield arguments.folder.name, [collection_of(location, arguments.truth)]
        return
    sources = arguments.sources.split(",")
    if "a" in sources:
        yield "a", [collection_of_vectors()]
    for name, make in (("b", lambda: voc_photos(work)), ("c", lambda: _scenes(work))):
        if name in sources:
            source = make()
            yield name, collections_of_photos(source, ScoringConfig(encoder=source.encoder))


def _scenes(work: Path) -> PhotoSource:
    return demo_scenes(SEEDS, work, count=SCENES)


if __name__ == "__main__":
    raise SystemExit(main())
