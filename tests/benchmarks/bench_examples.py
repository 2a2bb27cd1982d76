"""What a class described by a few photos is worth, beside words and with them.

`python -m tests.benchmarks.bench_examples [--rounds 3] [--grid 3x3]`, on (b) and (c) of
bench_quality.  One class after the other goes by 3, 5 or 10 of its photos, drawn at random, while
the others keep their words: AP of that class over the photos that are no example, mean over classes
and rounds, per cent, with its difference to words and the standard error of that; and mAP of the
other classes, which must not fall.  "mean, as it is" is the mean of the whole photos' embeddings.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.matching import align_labels
from cdul_app.formats.reading import read_labels
from cdul_app.measures.metrics import average_precision, mean_average_precision
from cdul_app.memory import keep_freed_memory
from cdul_app.method.aggregation import combine_global_local
from cdul_app.method.evidence import view_similarities
from cdul_app.method.example_classes import example_embedding
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import parse_grids
from cdul_app.project.labels.scored_state import read_scored_state
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.quality.sources import PhotoSource, demo_scenes, voc_photos

EXAMPLES = (3, 5, 10)
FEWEST_LEFT = 5  # positives beside the examples
Floats = NDArray[np.float32]


def stored(source: PhotoSource) -> Iterator[tuple[Floats, Floats, NDArray[np.int8], float]]:
    """Views (n, 1 + snippets, dim), words (C, dim), truth (n, C), temperature, of each project."""
    for location, truth_file in source.projects:
        with ProjectStore(location.database) as store:
            state = read_scored_state(store)
            assert state is not None
            paths = {photo.identifier: photo.path for photo in store.photos.all()}
            names = [record.name for record in store.classes.all()]
            found = list(store.embeddings.views_of_photos(state.encoding))
            truth = align_labels(read_labels(truth_file), [paths[each] for each, _ in found], names)
            views = np.stack([views for _, views in found]).astype(np.float32)
            yield views, state.class_embeddings, truth.labels.astype(np.int8), state.temperature


def scores_of(views: Floats, texts: Floats, temperature: float) -> Floats:
    whole, local = view_similarities(views, texts, temperature=temperature)
    return combine_global_local(whole, local.max(axis=-2))


def print_source(source: PhotoSource, rounds: int) -> None:
    projects, random = list(stored(source)), np.random.default_rng(0)
    for count in EXAMPLES:
        found: dict[str, list[tuple[float, float]]] = {}
        for views, words, truth, temperature in projects:
            enough = np.flatnonzero((truth == 1).sum(axis=0) >= count + FEWEST_LEFT).tolist()
            for column in enough * rounds:
                photos = np.flatnonzero(truth[:, column] == 1)
                chosen = random.choice(photos, count, replace=False)
                shown = example_embedding(views[chosen], views, words)
                mean = views[chosen, 0].mean(axis=0)
                ways = {
                    "words": words[column],
                    "photos": shown,
                    "both": (shown + words[column]) / 2,
                    "mean, as it is": mean / np.linalg.norm(mean),
                }
                left = np.setdiff1d(np.arange(len(views)), chosen)
                others = [each for each in enough if each != column]
                for way, vector in ways.items():
                    texts = words.copy()
                    texts[column] = vector
                    scores = scores_of(views[left], texts, temperature)
                    own = average_precision(truth[left, column], scores[:, column])
                    rest = mean_average_precision(truth[left][:, others], scores[:, others])
                    found.setdefault(way, []).append((100 * own, 100 * rest))
        base = np.array(found["words"])
        print(f"({source.name}) {count} photos")
        for way, values in found.items():
            figures = np.array(values)
            gain = figures[:, 0] - base[:, 0]
            error = gain.std(ddof=1) / np.sqrt(len(gain))
            print(
                f"  {way:<16}{figures[:, 0].mean():>6.1f}{gain.mean():>+7.1f} ± {error:.1f}"
                f"{figures[:, 1].mean():>10.1f} others",
                flush=True,
            )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grid", default="3x3")
    chosen = parser.parse_args()
    keep_freed_memory()
    first, *more = parse_grids(chosen.grid)
    assert isinstance(first, SnippetGrid)
    with tempfile.TemporaryDirectory(prefix="cdul-examples-") as temporary:
        work = Path(temporary)
        for source in (voc_photos(work), demo_scenes([101, 102], work)):
            config = ScoringConfig(encoder=source.encoder)
            source.score(replace(config, grid=first, more_grids=tuple(more)))
            print_source(source, chosen.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
