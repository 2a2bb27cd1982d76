"""Whether photos cut where they are encoded give the vectors that photos cut by their readers do.

`python -m tests.benchmarks.bench_device_views [--photos 500] [--device cpu]`

On any device both ways are run on it, so that a machine without an accelerator compares them too;
its own decoder of JPEG files (torchvision's) is a third way.  mAP is of the mean of the whole photo
and the best snippet, over classes with at least 5 positives.  Exits with 1 where a way's vectors
have a mean cosine to the first below 0.999, one of them below 0.99, or its mAP is 0.2 away.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import DEFAULT_PROMPT
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.metrics import per_class_average_precision
from cdul_app.memory import keep_freed_memory
from cdul_app.method.aggregation import aggregate_local, combine_global_local
from cdul_app.method.evidence import view_similarities
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated import device_embedding
from cdul_app.models.accelerated.device_jpegs import decodes_jpegs
from cdul_app.models.devices import choose_device, describe_device
from cdul_app.models.encoder.embedded_photo import EmbeddedPhoto
from cdul_app.models.encoder.embedding import embed_photos
from cdul_app.models.encoder.encoder import Encoder, load_encoder

PLAN = ViewPlan.parse("3x3")
FEWEST_POSITIVES = 5
LEAST_MEAN, LEAST, MOST_MAP = 0.999, 0.99, 0.2


def vectors(
    encoder: Encoder, photos: list[Path], *, on_device: bool, own_decoder: bool
) -> np.ndarray:
    """(n_photos, n_views, dimension) float32."""
    device_embedding.decodes_jpegs = lambda device: own_decoder
    try:
        found = []
        for item in embed_photos(encoder, enumerate(photos), PLAN, cut_on_device=on_device):
            assert isinstance(item, EmbeddedPhoto)
            found.append(item.views)
        return np.stack(found).astype(np.float32)
    finally:
        device_embedding.decodes_jpegs = decodes_jpegs


def main() -> int:
    keep_freed_memory()  # as the app does when it starts
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default=f"local-dir:{shared / 'models' / 'photo-clip'}")
    parser.add_argument("--folder", type=Path, default=shared / "data" / "photos-voc")
    parser.add_argument("--photos", type=int, default=500)
    parser.add_argument("--device", default="auto")
    arguments = parser.parse_args()

    encoder = load_encoder(arguments.encoder, device=choose_device(arguments.device))
    truth = read_wide_csv(arguments.folder / "truth.csv")
    photos = [arguments.folder / "images" / name for name in truth.image_names[: arguments.photos]]
    labels = truth.labels[: len(photos)]
    counted = labels.sum(axis=0) >= FEWEST_POSITIVES
    classes = encoder.encode_prompts([[DEFAULT_PROMPT.format(n)] for n in truth.class_names])
    print(f"{encoder.identifier} on {describe_device(encoder.device)}, {len(photos)} photos")

    ways = {
        "cut by the readers": {"on_device": False, "own_decoder": False},
        "cut on the device": {"on_device": True, "own_decoder": False},
        "decoded there too": {"on_device": True, "own_decoder": True},
    }
    held, first, first_map = True, None, 0.0
    for name, choices in ways.items():
        began = time.perf_counter()
        found = vectors(encoder, photos, **choices)
        seconds = time.perf_counter() - began
        whole, local = view_similarities(found, classes, temperature=encoder.temperature)
        scores = combine_global_local(whole, aggregate_local(local, zeta=0))[:, counted]
        score = 100 * float(per_class_average_precision(labels[:, counted], scores).mean())
        if first is None:
            first, first_map = found, score
        cosines = (found * first).sum(axis=-1)
        print(
            f"{name:<20} {seconds:6.1f} s  mAP {score:.2f}  cosine to the first: mean "
            f"{cosines.mean():.5f}, least {cosines.min():.5f}",
            flush=True,
        )
        agrees = cosines.mean() >= LEAST_MEAN and cosines.min() >= LEAST
        held = held and agrees and abs(score - first_map) <= MOST_MAP
    print("the ways agree:", "yes" if held else "NO")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
