"""What every answer is worth: macro-F1 and OF1 after 0, 50, 100, 200, 400, 1,000 answers overall.

`python -m tests.benchmarks.bench_answers [--sources b,a,c] [--samples 5] [--grid 2x2+3x3]`

Answers come from the truth, in the order in which the app asks: the class whose last answers
corrected most (project.classes.class_order), its photos from the threshold outwards, a page at a
time, and after each page the threshold follows.  Beside it, what that order is worth: the same
pages of each class in turn, and pages from the best score down.  Sources as in bench_quality: (a)
published RN50x64 vectors, (b) 500 photos with photo-clip, (c) drawn scenes of unseen seeds;
macro-F1 is over all classes with a positive.  With --samples above 1, the mean over samples of
90 % of the photos, and their standard deviation.  Labels are those that a scoring (and --train)
leaves.

Also printed: how long the labels of 10,000 photos x 80 classes take to follow a page of answers.
Exits with 1 where that is longer than 300 ms.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import macro_f1, overall_f1
from cdul_app.measures.question_order import (
    RECENT_ANSWERS,
    corrections,
    photos_to_ask,
    worth_of_answers,
)
from cdul_app.measures.reviews import UNOBSERVED, predicted_classes
from cdul_app.memory import keep_freed_memory
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import parse_grids
from cdul_app.paths import locate_project
from cdul_app.project.labels.class_thresholds import class_threshold
from cdul_app.project.labels.label_facts import LabelFacts
from cdul_app.project.project import Project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.train.train import train_project
from tests.benchmarks.bench_decisions import fill_project
from tests.benchmarks.quality.sources import (
    PhotoSource,
    demo_scenes,
    score_vectors,
    voc_photos,
)
from tests.benchmarks.quality.vector_choices import TEMPERATURE, mean_scores

ANSWERS = (0, 50, 100, 200, 400, 1000)
PAGES = (1, 5, 10, 20)
MOST_MS = 300

Scores, Truth = NDArray[np.floating], NDArray[np.int8]
Labelled = tuple[Scores, Truth]
Thresholds = NDArray[np.float64]


class Replay:
    """An answerer by truth; thresholds follow as in the app."""

    def __init__(self, scores: Scores, truth: Truth) -> None:
        self.scores, self.truth = scores, truth
        self.answers = np.full(truth.shape, UNOBSERVED, dtype=np.int8)
        self.thresholds: Thresholds = np.zeros(truth.shape[1])
        self.corrected: list[list[bool]] = [[] for _ in range(truth.shape[1])]
        for column in range(truth.shape[1]):
            self.follow(column)

    def follow(self, column: int) -> None:
        found = class_threshold(self.scores, self.answers[:, column], column)
        assert found is not None
        self.thresholds[column] = found.threshold

    def give(self, column: int, rows: NDArray[np.int64]) -> None:
        given, threshold = self.truth[rows, column], float(self.thresholds[column])
        self.corrected[column] += corrections(self.scores[rows, column], threshold, given).tolist()
        self.answers[rows, column] = given
        self.follow(column)

    def figures(self) -> tuple[float, float]:
        labels = predicted_classes(self.scores, self.thresholds, self.answers)
        return 100 * macro_f1(self.truth, labels), 100 * overall_f1(self.truth, labels)

    def outwards(self, column: int) -> NDArray[np.int64]:
        threshold = float(self.thresholds[column])
        return photos_to_ask(self.scores[:, column], self.answers[:, column], threshold)

    def down(self, column: int) -> NDArray[np.int64]:
        left = np.flatnonzero(self.answers[:, column] == UNOBSERVED)
        return left[np.argsort(-self.scores[left, column], kind="stable")]

    def next_class(self, _last: int | None) -> int:
        recent = [each[-RECENT_ANSWERS:] for each in self.corrected]
        labelled = predicted_classes(self.scores, self.thresholds, self.answers).sum(axis=0)
        worth = worth_of_answers(
            np.array([sum(each) for each in recent]),
            np.array([len(each) for each in recent]),
            labelled,
        )
        worth[(self.answers != UNOBSERVED).all(axis=0)] = 0
        return int(worth.argmax())

    def class_in_turn(self, last: int | None) -> int:
        return 0 if last is None else (last + 1) % self.truth.shape[1]


def replayed(
    replay: Replay,
    next_class: Callable[[Replay, int | None], int],
    order: Callable[[Replay, int], NDArray[np.int64]],
    page: int,
) -> list[tuple[float, float]]:
    """Figures after each number of ANSWERS."""
    figures: list[tuple[float, float]] = []
    given, column = 0, None
    for wanted in ANSWERS:
        while given < min(wanted, replay.truth.size):
            column = next_class(replay, column)
            rows = order(replay, column)[: min(page, wanted - given)]
            replay.give(column, rows)
            given += len(rows)
        figures.append(replay.figures())
    return figures


def samples_of(scores: Scores, truth: Truth, count: int) -> Iterator[Labelled]:
    if count == 1:
        yield scores, truth
        return
    random = np.random.default_rng(0)
    for _ in range(count):
        rows = np.sort(random.choice(len(truth), int(0.9 * len(truth)), replace=False))
        yield scores[rows], truth[rows]


def print_source(name: str, sets: list[Labelled]) -> None:
    ways = [
        *(("as the app asks", Replay.next_class, Replay.outwards, page) for page in PAGES),
        *(("each class in turn", Replay.class_in_turn, Replay.outwards, page) for page in PAGES),
        ("each class in turn, best first", Replay.class_in_turn, Replay.down, 20),
    ]
    print(f"({name}) macro-F1 / OF1 after {', '.join(f'{count:,}' for count in ANSWERS)} answers")
    for words, next_class, order, page in ways:
        way = f"{words}, pages of {page}"
        found = np.array(  # (sets, steps, 2)
            [replayed(Replay(*each), next_class, order, page) for each in sets]
        )
        cells = ["{:.1f} / {:.1f}".format(*each) for each in found.mean(axis=0)]
        print(f"{way:<44}" + "".join(f"{cell:>14}" for cell in cells), flush=True)
        if len(sets) > 1:
            spread = ["{:.1f} / {:.1f}".format(*each) for each in found.std(axis=0, ddof=1)]
            print(f"{'    standard deviation':<44}" + "".join(f"{cell:>14}" for cell in spread))


def labels_of(source: PhotoSource, config: ScoringConfig, *, train: bool) -> list[Labelled]:
    source.score(config)
    for location, _ in source.projects if train else ():
        for _event in train_project(location, TrainingConfig()):
            pass
    everything = PhotoSource(source.name, source.encoder, source.projects, fewest=0)
    return [everything.labels(*project, LabelKind.PSEUDO) for project in source.projects]


def following_ms(folder: Path, *, photos: int = 10_000, classes: int = 80) -> list[float]:
    """From each page of 20 answers until every label, count and state of the project is there."""
    fill_project(folder, photos, classes)
    times = []
    with Project(locate_project(folder)) as project:
        facts = project.facts
        truth = project.shown_scores() >= 0.4  # another cut than the first: thresholds move
        for page in range(40):
            column = page % 5
            _look(facts)
            threshold = float(project.classes.thresholds[column])
            scores, answers = project.shown_scores()[:, column], project.answers[:, column]
            rows = photos_to_ask(scores, answers, threshold)[:20]
            begun = time.perf_counter()
            project.decisions.answer_each(rows, column, truth[rows, column].astype(np.int8))
            _look(facts)
            times.append(1000 * (time.perf_counter() - begun))
    return times


def _look(facts: LabelFacts) -> None:
    """What the window shows of all photos."""
    facts.class_counts()
    facts.unsure_counts()
    facts.states.counts()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", default="b,a,c")
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("--seeds", default="101,102,103", help="of (c)")
    parser.add_argument("--views", default="", help="a preset of (b) and (c), else the default")
    parser.add_argument("--grid", default="", help="likewise, such as 2x2+3x3")
    parser.add_argument("--train", action="store_true", help="ask about the refined labels")
    chosen = parser.parse_args()
    keep_freed_memory()
    with tempfile.TemporaryDirectory(prefix="cdul-answers-") as temporary:
        work = Path(temporary)
        times = following_ms(work / "many")
        median = statistics.median(times)
        print(
            f"10,000 photos x 80 classes follow a page of 20 in {median:.0f} ms "
            f"(median; worst {max(times):.0f})",
            flush=True,
        )
        for name in filter(None, chosen.sources.split(",")):
            sets = _labels(name, chosen, work)
            if chosen.samples > 1:
                sets = [each for one in sets for each in samples_of(*one, chosen.samples)]
            print_source(name, sets)
    return 0 if median <= MOST_MS else 1


def _labels(name: str, chosen: argparse.Namespace, work: Path) -> list[Labelled]:
    if name == "a":
        vectors = score_vectors()
        return [(mean_scores(vectors, TEMPERATURE), vectors.truth.astype(np.int8))]
    seeds = [int(text) for text in chosen.seeds.split(",")]
    source = voc_photos(work) if name == "b" else demo_scenes(seeds, work)
    config = ScoringConfig(encoder=source.encoder)
    if chosen.views:
        config = replace(config, views=chosen.views)
    if chosen.grid:
        first, *more = parse_grids(chosen.grid)
        assert isinstance(first, SnippetGrid)
        config = replace(config, grid=first, more_grids=tuple(more))
    return labels_of(source, config, train=chosen.train)


if __name__ == "__main__":
    raise SystemExit(main())
