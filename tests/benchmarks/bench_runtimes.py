"""Which runtime encodes views fastest on this CPU, and whether what it gives is the same.

`python -m tests.benchmarks.bench_runtimes [--rounds 5] [--batch 16]`

The image tower of photo-clip and of a ViT-B-32 of random weights; eager as the app runs it,
torch.compile, ONNX Runtime, the same in int8 as the app makes it, and OpenVINO, as far as they are
installed.  Each has one core, as one of the app's lanes has.  They take turns, a batch each; a rate
is of processor time, its ratio to eager the median of the rounds'.  `same` is the mean cosine to
eager, `made` the seconds that making it took.

A runtime pays where it is clearly above 1 with a cosine of at least 0.99; which one the app takes,
and whether photos are labelled alike, is told by `bench_runtime_choice`.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import open_clip
import torch
from torch import Tensor, nn

from cdul_app.memory import keep_freed_memory
from cdul_app.models.accelerated.int8_graph import is_mostly_convolutions, write_int8
from cdul_app.models.accelerated.onnx_encoder import INPUT, OUTPUT
from cdul_app.models.encoder.encoder import load_encoder
from cdul_app.models.onnx_graphs import write_traced

LEAST_COSINE = 0.99
Run = Callable[[Tensor], np.ndarray]  # (B, 3, H, W) float32 to (B, dimension)


def eager(tower: nn.Module, views: Tensor, folder: Path) -> Run:
    return lambda views: tower(views).numpy()


def compiled(tower: nn.Module, views: Tensor, folder: Path) -> Run:
    fast = torch.compile(tower)
    fast(views)
    return lambda views: fast(views).numpy()


def onnx_file(tower: nn.Module, views: Tensor, folder: Path) -> Path:
    file = folder / "tower.onnx"
    if not file.exists():
        names, axes = (INPUT, OUTPUT), {0: "count"}
        write_traced(tower, views[:2].contiguous(), file, names=names, axes=axes)
    return file


def onnx_session(file: Path) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda views: np.asarray(session.run(None, {INPUT: views.contiguous().numpy()})[0])


def onnx(tower: nn.Module, views: Tensor, folder: Path) -> Run:
    return onnx_session(onnx_file(tower, views, folder))


def onnx_int8(tower: nn.Module, views: Tensor, folder: Path) -> Run:
    small = folder / "int8.onnx"
    write_int8(
        onnx_file(tower, views, folder),
        small,
        views.contiguous().numpy(),
        convolutional=is_mostly_convolutions(tower),
    )
    return onnx_session(small)


def openvino(tower: nn.Module, views: Tensor, folder: Path) -> Run:
    import openvino as vino

    core = vino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})
    model = core.compile_model(core.read_model(onnx_file(tower, views, folder)), "CPU")
    return lambda views: np.asarray(model(views.contiguous().numpy())[0])


RUNTIMES: dict[str, tuple[Callable[[nn.Module, Tensor, Path], Run], tuple[str, ...]]] = {
    "eager": (eager, ()),
    "torch.compile": (compiled, ()),
    "ONNX Runtime": (onnx, ("onnxruntime", "onnxscript")),
    "ONNX Runtime int8": (onnx_int8, ("onnxruntime", "onnxscript", "onnx")),
    "OpenVINO": (openvino, ("openvino", "onnxscript")),
}


def towers() -> Iterator[tuple[str, nn.Module, int]]:
    shared = Path(os.environ.get("CDUL_SHARED", Path(__file__).parents[3] / "shared"))
    folder = shared / "models" / "photo-clip"
    if folder.exists():
        encoder = load_encoder(f"local-dir:{folder}", device=torch.device("cpu"))
        yield "photo-clip", encoder.model.visual, encoder.view_format.height
    torch.manual_seed(0)
    model = open_clip.create_model("ViT-B-32", pretrained=None).eval().requires_grad_(False)
    yield "ViT-B-32, random weights", model.visual.to(memory_format=torch.channels_last), 224


def compare(name: str, tower: nn.Module, views: Tensor, rounds: int) -> None:
    print(f"{name}, batches of {len(views)}")
    print(f"{'runtime':<20}{'views/s':>9}{'to eager':>10}{'same':>9}{'made':>8}")
    runs: dict[str, Run] = {}
    made: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        for runtime, (make, needed) in RUNTIMES.items():
            missing = [package for package in needed if find_spec(package) is None]
            if missing:
                print(f"{runtime:<20}needs {', '.join(missing)}")
                continue
            began = time.perf_counter()
            try:
                runs[runtime] = make(tower, views, Path(folder))
            except Exception as error:
                print(f"{runtime:<20}does not work: {str(error).splitlines()[0][:70]}")
                continue
            made[runtime] = time.perf_counter() - began
            runs[runtime](views)
        exact = runs["eager"](views)
        seconds: dict[str, list[float]] = {runtime: [] for runtime in runs}
        for _ in range(rounds):
            for runtime, run in runs.items():
                began = time.process_time()
                run(views)
                seconds[runtime].append(time.process_time() - began)
        for runtime, run in runs.items():
            vectors = run(views)
            lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(exact, axis=1)
            cosine = float(((vectors * exact).sum(axis=1) / lengths).mean())
            ratios = [e / own for e, own in zip(seconds["eager"], seconds[runtime], strict=True)]
            rate = len(views) / statistics.median(seconds[runtime])
            note = "" if cosine >= LEAST_COSINE else "  not the same"
            print(
                f"{runtime:<20}{rate:>9.1f}{statistics.median(ratios):>10.2f}{cosine:>9.4f}"
                f"{made[runtime]:>7.0f}s{note}",
                flush=True,
            )


def main() -> None:
    keep_freed_memory()  # as the app does when it starts
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=16)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name, tower, size in towers():
        random = torch.Generator().manual_seed(0)
        views = torch.randn(arguments.batch, 3, size, size, generator=random)
        compare(name, tower, views.to(memory_format=torch.channels_last), arguments.rounds)


if __name__ == "__main__":
    main()
