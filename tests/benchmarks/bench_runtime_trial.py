"""How long the first trial of runtimes takes on this CPU, and where the time goes.

`python -m tests.benchmarks.bench_runtime_trial [--rounds 3] [--encoder photo-clip|vit-b-32|demo]`

photo-clip (from CDUL_SHARED, default ../shared), a ViT-B-32 of random weights and the demo's
encoder, on six photos of VOC, each round in a process of its own that has loaded the encoder, as a
scoring has: `imports` of ONNX Runtime, `photos` read and cut, the `graph` written by torch's older
exporter, its weights in 8 bits (`int8`), `sessions` of both, `trial`: vectors compared and paces
timed by turns.  Then what torch's newer exporter takes, which stands in for the older (`newer`).
Seconds of processor and of the wall, of the round that took the least wall; `all` is without
`newer`, and in `views`, as many as torch encodes in that time; `pays from`: the seconds that a
scoring takes with torch from which on the app has a trial, where none is known yet.

Exits with 1 where all of it takes more of the wall than photo-clip's 5 s, or ViT-B-32's 10, which
only holds for a machine that is free.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import open_clip
import torch

from cdul_app.memory import keep_freed_memory
from cdul_app.method.view_plans import ViewPlan
from cdul_app.models.accelerated.int8_graph import is_mostly_convolutions, write_int8
from cdul_app.models.accelerated.onnx_encoder import (
    INPUT,
    OUTPUT,
    ImageTowerOnly,
    OnnxEncoder,
    write_tower,
)
from cdul_app.models.accelerated.runtime_trial import gains_of, trial_views
from cdul_app.models.encoder import trial
from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.onnx_graphs import onnx_program
from cdul_app.project.labeling.runtimes import least_worth_a_trial
from cdul_app.settings.configs import INT8, ONNX
from tests.models.encoder_makers import save_encoder

PLAN = ViewPlan.parse("3x3")
SHARED = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
DEMO = Path(__file__).parents[2] / "resources" / "demo" / "encoder"
CLIP, VIT = "photo-clip", "vit-b-32"
MOST_WALL = {CLIP: 5.0, VIT: 10.0, "demo": 5.0}
Result = TypeVar("Result")


class Steps:
    """Seconds of processor and wall of each."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[float, float]] = {}

    def time(self, name: str, work: Callable[[], Result]) -> Result:
        processor, wall = time.process_time(), time.perf_counter()
        result = work()
        before = self.taken.get(name, (0.0, 0.0))
        took = time.process_time() - processor, time.perf_counter() - wall
        self.taken[name] = before[0] + took[0], before[1] + took[1]
        return result


def load(name: str, folder: Path) -> Encoder:
    places = {CLIP: SHARED / "models" / CLIP, "demo": DEMO}
    if name == VIT:
        identifier = save_encoder(folder / VIT, open_clip.get_model_config("ViT-B-32"))
    else:
        identifier = f"local-dir:{places[name]}"
    return load_encoder(identifier, device=torch.device("cpu"))


def one(name: str, *, newer: bool) -> dict[str, object]:
    keep_freed_memory()  # as the app does when it starts
    steps = Steps()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        encoder = load(name, folder)
        *_, a_photo = trial.seconds_a_photo(encoder, PLAN)
        photos = sorted((SHARED / "data" / "photos-voc" / "images").iterdir())[::80][:6]
        steps.time("imports", import_runtime)
        views = steps.time("photos", lambda: trial_views(photos, PLAN, encoder.view_format))
        graphs = {way: folder / f"{way}.onnx" for way in (ONNX, INT8)}
        steps.time("graph", lambda: write_tower(encoder, graphs[ONNX], in_one_file=True))
        steps.time("int8", lambda: write_numbers(encoder, views[:-16], graphs))
        others = {
            way: steps.time("sessions", lambda graph=graph: OnnxEncoder(encoder, graph))
            for way, graph in graphs.items()
        }
        gains = steps.time("trial", lambda: gains_of(encoder, others, views))
        whole = [sum(each) for each in zip(*steps.taken.values(), strict=True)]
        if newer:
            steps.time("newer", lambda: write_newer(encoder, folder / "newer.onnx"))
    view_seconds = a_photo / PLAN.encoded_count
    return {
        "steps": steps.taken,
        "all": whole,
        "gains": gains,
        "views": whole[1] / view_seconds,
        "pays from": least_worth_a_trial(view_seconds),
    }


def import_runtime() -> None:
    for name in ("onnx", "onnxruntime", "onnxruntime.quantization.shape_inference"):
        importlib.import_module(name)


def write_numbers(encoder: Encoder, views: np.ndarray, graphs: dict[str, Path]) -> None:
    numbers = encoder.normalised(torch.from_numpy(views)).contiguous().numpy()
    convolutional = is_mostly_convolutions(encoder.model.visual)
    write_int8(graphs[ONNX], graphs[INT8], numbers, convolutional=convolutional)


def write_newer(encoder: Encoder, file: Path) -> None:
    example = torch.zeros(2, 3, *encoder.image_size)
    tower = ImageTowerOnly(encoder.model.visual).eval()
    program = onnx_program(tower, example, names=(INPUT, OUTPUT), axes={0: "count"})
    program.save(file, external_data=False)


def fastest(name: str, rounds: int) -> dict[str, object]:
    """Of rounds in processes of their own."""
    found = []
    for number in range(rounds):
        command = [sys.executable, "-m", "tests.benchmarks.bench_runtime_trial", "--one", name]
        command += ["--newer"] if number == 0 else []
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    best = min(found, key=lambda each: each["all"][1])
    best["steps"]["newer"] = found[0]["steps"]["newer"]
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--encoder", choices=MOST_WALL, action="append")
    parser.add_argument("--one", choices=MOST_WALL, help=argparse.SUPPRESS)
    parser.add_argument("--newer", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one, newer=arguments.newer)))
        return 0
    held = True
    for name in arguments.encoder or MOST_WALL:
        found = fastest(name, arguments.rounds)
        held = held and found["all"][1] <= MOST_WALL[name]
        print(f"{name}, load {os.getloadavg()[0]:.1f}: " + ", ".join(
            f"{way} {gain:.2f} times torch" for way, gain in found["gains"].items()
        ))  # fmt: skip
        print(f"{'step':<10}{'processor':>10}{'wall':>8}")
        for step, (processor, wall) in {**found["steps"], "all": found["all"]}.items():
            print(f"{step:<10}{processor:>9.2f}s{wall:>7.2f}s")
        print(
            f"as long as {found['views']:.0f} views with torch; pays from "
            f"{found['pays from']:.0f} s of scoring",
            flush=True,
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
