"""What a view costs with each encoder of the catalogue, beside ViT-B/32 in the same run.

`python -m tests.benchmarks.bench_encoder_costs [--rounds 3]`

Models with random weights, one core, processor time (of which other programs take nothing).  The
last column is what the catalogue says.  The first line is ViT-B/32 as a trial of the machine works
it out, from one of its blocks (see models.encoder.trial): the ratio is how far off that is.

Exits with 1 where a cost of the catalogue is off by more than a third.
"""

import argparse
import sys
import time
from collections.abc import Callable

import open_clip
import torch

from cdul_app.models.encoder.trial import _BLOCKS, _OneBlock
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE, ENCODER_WITHOUT_GPU

MOST_OFF = 4 / 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    block = _OneBlock(torch.device("cpu"))
    pixels = torch.zeros(16, 1, 1, 3, dtype=torch.uint8)
    trial = _seconds(lambda: block.encode_pixels(pixels), rounds * 3) * _BLOCKS / 16
    base = _seconds_a_view(ENCODER_WITHOUT_GPU, rounds)
    print(f"{'trial of one block':<26}{1000 * trial:>9.1f} ms {trial / base:>7.2f}")
    is_off = False
    for entry in ENCODER_CATALOGUE:
        if entry.cost:
            seconds = _seconds_a_view(entry.identifier, rounds)
            ratio = seconds / base
            is_off |= not 1 / MOST_OFF < ratio / entry.cost < MOST_OFF
            print(f"{entry.identifier:<26}{1000 * seconds:>9.1f} ms {ratio:>7.2f} {entry.cost:>7g}")
    return int(is_off)


def _seconds_a_view(identifier: str, rounds: int) -> float:
    model = open_clip.create_model(identifier.partition("/")[0], pretrained=None)
    model.eval().to(memory_format=torch.channels_last)
    size = model.visual.image_size
    height, width = size if isinstance(size, tuple) else (size, size)
    count = max(2, 16 * 224 * 224 // (height * width))
    views = torch.randn(count, 3, height, width).to(memory_format=torch.channels_last)
    return _seconds(lambda: model.encode_image(views), rounds) / count


def _seconds(act: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    with torch.inference_mode():
        act()
        for _ in range(rounds):
            began = time.thread_time()
            act()
            best = min(best, time.thread_time() - began)
    return best


if __name__ == "__main__":
    sys.exit(main())
