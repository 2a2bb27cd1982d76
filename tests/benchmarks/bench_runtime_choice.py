"""Which runtime the app chooses on this CPU, whether it is the faster one, and whether labels stay.

`python -m tests.benchmarks.bench_runtime_choice [--photos 500] [--rounds 5] [--set voc|demo]`

VOC photos with photo-clip (from CDUL_SHARED, default ../shared), then the demo's own scenes with
its encoder, a small vision transformer.  Each runtime is made and tried as before a scoring
(`made`: seconds from the start of all, `loaded`: of processor time, from the graph that is kept,
`trial`: times torch's pace; `bench_runtime_trial` has the parts); then each embeds all photos from
their files, by turns, a share a round.  `whole` is the median over rounds of torch's processor time
to the runtime's, of reading and cutting too.  mAP is of the mean of the whole photo and the best
snippet, over classes with at least 5 positives; its difference to torch's has a 95 % interval of a
bootstrap over photos.

Exits with 1 where the chosen runtime is slower than torch, or one that may be chosen has vectors
with a mean cosine to torch's below 0.999, one below 0.99, or an mAP 0.5 away.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from cdul_app.classes.class_list import DEFAULT_PROMPT
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.metrics import per_class_average_precision
from cdul_app.memory import keep_freed_memory
from cdul_app.method.aggregation import aggregate_local, combine_global_local
from cdul_app.method.evidence import view_similarities
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.runtime_trial import (
    LEAST_COSINE,
    LEAST_MEAN_COSINE,
    gains_of,
    load_runtime,
    make_runtimes,
    trial_views,
)
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.encoder.encoding_lanes import ViewEncoder
from cdul_app.project.labeling.runtimes import LEAST_GAIN
from cdul_app.settings.configs import INT8, ONNX, TORCH

PLAN = ViewPlan.parse("3x3")
FEWEST_POSITIVES = 5
MOST_MAP = 0.5
RESAMPLES = 300
SHARED = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
DEMO = Path(__file__).parents[2] / "resources" / "demo"
SETS = {
    "voc": (SHARED / "data" / "photos-voc", SHARED / "models" / "photo-clip"),
    "demo": (DEMO, DEMO / "encoder"),
}


def embedded(encoder: ViewEncoder, photos: list[Path]) -> tuple[np.ndarray, float]:
    """(n_photos, n_views, dimension) float32, and the seconds of processor that it took."""
    began = time.process_time()
    items = list(embed_photos(encoder, enumerate(photos), PLAN))
    seconds = time.process_time() - began
    assert all(isinstance(item, EmbeddedPhoto) for item in items)
    return np.stack([item.views for item in items]).astype(np.float32), seconds


def mean_ap(labels: np.ndarray, scores: np.ndarray) -> float:
    return 100 * float(np.nanmean(per_class_average_precision(labels, scores)))


def difference_interval(
    labels: np.ndarray, scores: np.ndarray, others: np.ndarray
) -> tuple[float, float]:
    """Of the mAP of `others` less that of `scores`, in points."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(labels), len(labels))
        kept = labels[rows].any(axis=0)
        part = labels[rows][:, kept]
        found.append(mean_ap(part, others[rows][:, kept]) - mean_ap(part, scores[rows][:, kept]))
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def compare(name: str, most_photos: int, rounds: int) -> bool:
    folder, model = SETS[name]
    encoder = load_encoder(f"local-dir:{model}", device=torch.device("cpu"))
    truth = read_wide_csv(folder / "truth.csv")
    files = {path.name: path for path in folder.rglob("*") if path.is_file()}
    photos = [files[image] for image in truth.image_names[:most_photos]]
    labels = truth.labels[: len(photos)]
    counted = labels.sum(axis=0) >= FEWEST_POSITIVES
    classes = encoder.encode_prompts([[DEFAULT_PROMPT.format(n)] for n in truth.class_names])

    views = trial_views(photos[:: max(1, len(photos) // 6)][:6], PLAN, encoder.view_format)
    with tempfile.TemporaryDirectory() as folder_of_graphs:
        began = time.process_time()
        made = make_runtimes(encoder, [ONNX, INT8], views, Path(folder_of_graphs))
        making = time.process_time() - began
        loading = {TORCH: 0.0}
        for way, each in made.items():
            began = time.process_time()
            assert each.graph is not None
            load_runtime(encoder, each.graph, views)
            loading[way] = time.process_time() - began
    others: dict[str, ViewEncoder] = {way: each.encoder for way, each in made.items()}
    began = time.process_time()
    gains = {TORCH: 1.0} | gains_of(encoder, others, views)
    trying = time.process_time() - began
    ways = {way: {TORCH: encoder, **others}[way] for way in gains}
    fast = [way for way, gain in gains.items() if gain >= LEAST_GAIN]
    chosen = max(fast, key=lambda way: gains[way], default=TORCH)

    vectors: dict[str, list[np.ndarray]] = {way: [] for way in ways}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for way in ways.values():
        embedded(way, photos[:2])  # what comes once
    for share in np.array_split(np.arange(len(photos)), rounds):
        for way, runtime in ways.items():
            found, taken = embedded(runtime, [photos[row] for row in share])
            vectors[way].append(found)
            seconds[way].append(taken)

    print(f"{name}: {encoder.identifier}, {len(photos)} photos, load {os.getloadavg()[0]:.1f}")
    print(f"making all takes {making:.1f} s of processor time, trying it {trying:.1f} s")
    print(
        f"{'runtime':<9}{'made':>7}{'loaded':>8}{'trial':>7}{'whole':>7}"
        f"{'cosine':>9}{'least':>8}{'mAP':>8}"
    )
    held, exact, scores = True, np.concatenate(vectors[TORCH]), {}
    for way in ways:
        own = np.concatenate(vectors[way])
        whole, local = view_similarities(own, classes, temperature=encoder.temperature)
        scores[way] = combine_global_local(whole, aggregate_local(local, zeta=0))[:, counted]
        cosines = (own * exact).sum(axis=-1)
        score = mean_ap(labels[:, counted], scores[way])
        low, high = difference_interval(labels[:, counted], scores[TORCH], scores[way])
        pace = statistics.median(t / o for t, o in zip(seconds[TORCH], seconds[way], strict=True))
        same = cosines.mean() >= LEAST_MEAN_COSINE and cosines.min() >= LEAST_COSINE
        moved = abs(score - mean_ap(labels[:, counted], scores[TORCH]))
        holds = same and moved <= MOST_MAP and (way != chosen or pace >= 1)
        held = held and bool(holds)
        made_in = made[way].seconds if way in made else 0
        print(
            f"{way:<9}{made_in:>6.1f}s{loading[way]:>7.1f}s{gains[way]:>7.2f}{pace:>7.2f}"
            f"{cosines.mean():>9.5f}{cosines.min():>8.4f}{score:>8.2f} "
            f"({low:+.2f} to {high:+.2f}){'  chosen' if way == chosen else ''}"
            f"{'' if holds else '  DOES NOT HOLD'}",
            flush=True,
        )
    return held


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--set", choices=SETS, action="append")
    arguments = parser.parse_args()
    held = [compare(name, arguments.photos, arguments.rounds) for name in arguments.set or SETS]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
