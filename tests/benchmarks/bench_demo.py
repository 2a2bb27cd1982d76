"""How good the demo's labels are on scenes its encoder never saw: the mAP of each kind of label.

Run `python -m tests.benchmarks.bench_demo [--seeds 101,102,103] [--count 60]`.
Exits with 1 where the order classifier > aggregated > global does not hold for each seed.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from cdul_app.demo.scenes import BUNDLED_SEED, write_scenes
from cdul_app.measures.label_kinds import EVALUATED_KINDS, LabelKind
from cdul_app.paths import locate_project
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.class_records import ClassDefinition
from cdul_app.tasks.score_and_train import score_and_train
from tests.tasks.project_helpers import evaluate_project


def measure(seed: int, count: int, encoder: str) -> dict[str, float]:
    """Draw scenes, score them, train, and compare with what was drawn: mAP by kind, per cent."""
    folder = Path(tempfile.mkdtemp(prefix="cdul-demo-"))
    try:
        write_scenes(folder, seed=seed, count=count)
        location = locate_project(folder / "scenes")
        names = (folder / "classes.txt").read_text(encoding="utf-8").split()
        with ProjectStore(location.database, create=True) as store:
            store.classes.replace([ClassDefinition(name) for name in names])
        for _ in score_and_train(location, ScoringConfig(encoder=encoder), TrainingConfig()):
            pass
        labels = evaluate_project(location, folder / "truth.csv")["labels"]
        return {kind: measures["mAP"] for kind, measures in labels.items()}
    finally:
        shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--encoder", default="demo")
    arguments = parser.parse_args()
    seeds = [int(text) for text in arguments.seeds.split(",")]
    if BUNDLED_SEED in seeds:
        parser.error(f"seed {BUNDLED_SEED} is that of the bundled scenes")
    print(f"{arguments.count} scenes a seed; mAP in per cent")
    print(f"{'seed':<8}" + "".join(f"{kind.value:>12}" for kind in EVALUATED_KINDS))
    held = True
    for seed in seeds:
        found = measure(seed, arguments.count, arguments.encoder)
        print(f"{seed:<8}" + "".join(f"{found[kind]:>12.1f}" for kind in EVALUATED_KINDS))
        steps = [found[k] for k in (LabelKind.GLOBAL, LabelKind.AGGREGATED, LabelKind.CLASSIFIER)]
        held = held and steps == sorted(steps)
    print("global < aggregated < classifier for each seed:", "yes" if held else "NO")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
