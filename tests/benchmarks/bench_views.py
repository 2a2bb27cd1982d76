"""What each way to encode the views of a photo costs and gives, against `paper` in the same run.

`python -m tests.benchmarks.bench_views [--photos 500] [--rounds 5] [--plans 2x2+3x3,dense:2x2]`

Each round takes a share of the photos through every way, one after the other, from files to
embeddings, so that what else the machine does falls on all.  Time is the sum over rounds; its
ratio to `paper` the median of the rounds' ratios, by wall clock and by processor time (of which
other programs take nothing).  mAP is over classes with at least 5 positives: of the whole photo,
of the best snippet, and of the mean of both, which is what pseudo labels begin as; of that the
difference to `paper`, with 95 % of a bootstrap over photos.

Exits with 1 where, of the presets: `best` is not more accurate than `paper` beyond that interval,
or costs more than 1.7 times as much, or `fast` more than a fifth.
"""

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from cdul_app.classes.class_list import DEFAULT_PROMPT
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.metrics import per_class_average_precision
from cdul_app.memory import keep_freed_memory
from cdul_app.method.aggregation import aggregate_local, combine_global_local
from cdul_app.method.evidence import view_similarities
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewPlan
from cdul_app.method.view_presets import VIEW_PRESETS, preset_plan
from cdul_app.models.devices import choose_device, describe_device
from cdul_app.models.encoder.embedding import EmbeddedPhoto, embed_photos
from cdul_app.models.encoder.encoder import Encoder, load_encoder

FEWEST_POSITIVES = 5
RESAMPLES = 500
MOST_COST_OF_FAST, MOST_COST_OF_BEST = 0.2, 1.7


@dataclass
class Way:
    """A plan of views, with what it took and gave in each round."""

    name: str
    plan: ViewPlan
    wall: list[float] = field(default_factory=list)  # seconds
    processor: list[float] = field(default_factory=list)
    views: list[np.ndarray] = field(default_factory=list)  # of each photo (n_views, dimension)

    def run(self, encoder: Encoder, photos: list[Path]) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        for item in embed_photos(encoder, enumerate(photos), self.plan):
            assert isinstance(item, EmbeddedPhoto)
            self.views.append(item.views)
        self.wall.append(time.perf_counter() - wall)
        self.processor.append(time.process_time() - processor)

    def scores(self, classes: np.ndarray, temperature: float) -> list[np.ndarray]:
        """Of whole photo, best snippet, mean of both: (n_photos, n_classes)."""
        whole, local = view_similarities(np.stack(self.views), classes, temperature=temperature)
        best = aggregate_local(local, zeta=0)
        return [whole, best, combine_global_local(whole, best)]


def map_of(scores: np.ndarray, truth: np.ndarray) -> float:
    """In per cent."""
    return 100 * float(per_class_average_precision(truth, scores).mean())


def gain(ours: np.ndarray, theirs: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """95 % of a bootstrap over photos of the difference in mAP."""
    random, differences = np.random.default_rng(0), []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(truth), len(truth))
        seen = truth[rows].any(axis=0)
        one, other = (map_of(each[rows][:, seen], truth[rows][:, seen]) for each in (ours, theirs))
        differences.append(one - other)
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


def ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    photos_voc = shared / "data" / "photos-voc"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default=f"local-dir:{shared / 'models' / 'photo-clip'}")
    parser.add_argument("--folder", type=Path, default=photos_voc / "images")
    parser.add_argument("--truth", type=Path, default=photos_voc / "truth.csv")
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plans", default="", help="more plans, with commas between them")
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()

    encoder = load_encoder(arguments.encoder, device=choose_device(arguments.device))
    truth = read_wide_csv(arguments.truth)
    names = truth.image_names[: arguments.photos]
    photos = [arguments.folder / name for name in names]
    classes = encoder.encode_prompts([[DEFAULT_PROMPT.format(n)] for n in truth.class_names])
    ways = {name: Way(name, preset_plan(name, SnippetGrid())) for name in VIEW_PRESETS}
    for text in filter(None, arguments.plans.split(",")):
        ways[text] = Way(text, ViewPlan.parse(text))
    print(
        f"{encoder.identifier} on {describe_device(encoder.device)}, {os.cpu_count()} cores, "
        f"{torch.get_num_threads()} torch threads, {len(photos)} photos",
        flush=True,
    )
    for way in ways.values():  # first touch of every code path
        Way(way.name, way.plan).run(encoder, photos[:4])
    for number, share in enumerate(np.array_split(np.arange(len(photos)), arguments.rounds)):
        for way in ways.values():
            way.run(encoder, [photos[row] for row in share])
        times = ", ".join(f"{way.name} {way.wall[-1]:.1f} s" for way in ways.values())
        print(f"round {number + 1}: {times}", flush=True)

    labels = truth.labels[: len(photos)]
    counted = labels.sum(axis=0) >= FEWEST_POSITIVES
    labels = labels[:, counted]
    found = {
        name: [scores[:, counted] for scores in way.scores(classes, encoder.temperature)]
        for name, way in ways.items()
    }
    gains = {name: gain(scores[2], found["paper"][2], labels) for name, scores in found.items()}
    paper = ways["paper"]
    ratios = {name: ratio(way.wall, paper.wall) for name, way in ways.items()}
    print(
        f"{'views':<24}{'snippets':>9}{'seconds':>9}{'to paper':>10}{'processor':>10}"
        f"{'global':>8}{'max':>7}{'mean':>7}{'mean less that of paper':>26}   mAP, per cent"
    )
    for name, way in ways.items():
        whole, best, mean = (map_of(scores, labels) for scores in found[name])
        difference = mean - map_of(found["paper"][2], labels)
        low, high = gains[name]
        print(
            f"{name:<24}{len(way.plan.boxes):>9}{sum(way.wall):>9.1f}{ratios[name]:>10.3f}"
            f"{ratio(way.processor, paper.processor):>10.3f}{whole:>8.1f}{best:>7.1f}{mean:>7.1f}"
            f"{f'{difference:+.1f} [{low:.1f}, {high:.1f}]':>26}   {way.plan}"
        )
    held = {
        "best is more accurate than paper": gains["best"][0] > 0,
        "best costs at most 1.7 times paper": ratios["best"] <= MOST_COST_OF_BEST,
        "fast costs at most a fifth": ratios["fast"] <= MOST_COST_OF_FAST,
    }
    for sentence, is_true in held.items():
        print(f"{sentence}: {'yes' if is_true else 'NO'}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
