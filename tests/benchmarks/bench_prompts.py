"""What class names, synonyms and templates do for the scores.

Run `python -m tests.benchmarks.bench_prompts [--encoder ID --folder DIR --classes voc20
--truth CSV] [--seeds 101,102,103] [--cache DIR]`.  Without a folder: the photos and photo-clip of
CDUL_SHARED (default ../shared), then the demo's scenes of unseen seeds.  Photos are encoded once;
each row is then a scoring from stored embeddings.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cdul_app.classes.class_list import ClassDefinition, preset_classes
from cdul_app.demo.scenes import write_scenes
from cdul_app.formats.matching import match_labels
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import macro_f1, mean_average_precision
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.labels.label_matrices import label_matrix
from cdul_app.settings.configs import ScoringConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.score.score import score_project
from tests.measures.class_thresholds import label_free_thresholds

FEWEST_POSITIVES = 5
ROWS = {
    "single prompt, raw names": {"templates": "single", "names": "raw"},
    "+ synonyms": {"templates": "single", "names": "synonyms"},
    "+ templates": {"templates": "photos", "names": "synonyms"},
}
DEFAULT_ROW = "+ templates"
RANKED = {
    "global": LabelKind.GLOBAL,
    "max": LabelKind.LOCAL_MAX,
    "sharp": LabelKind.INITIAL,
    "ranking": LabelKind.RANKING,
}
CUT = {"F1 sharp": LabelKind.INITIAL, "F1 rank": LabelKind.RANKING}
COLUMNS = (*RANKED, *CUT)


def measure(location: ProjectLocation, config: ScoringConfig, truth_file: Path) -> list[float]:
    """mAP of each kind in RANKED, macro-F1 of CUT at label-free thresholds, per cent; over the
    classes with at least five positives."""
    for _ in score_project(location, config):
        pass
    with ProjectStore(location.database) as store:
        photos, classes = store.photos.all(), store.classes.all()
        rows, columns, truth = match_labels(
            read_wide_csv(truth_file),
            [photo.path for photo in photos],
            [record.name for record in classes],
        )
        enough = truth.sum(axis=0) >= FEWEST_POSITIVES
        truth = truth[:, enough]
        photo_ids = [photos[row].identifier for row in rows]
        class_ids = [
            classes[column].identifier
            for column, counts in zip(columns, enough, strict=True)
            if counts
        ]
        scores = {}
        for kind in {*RANKED.values(), *CUT.values()}:
            stored = store.labels.read(kind)
            assert stored is not None
            scores[kind] = np.nan_to_num(label_matrix(stored, photo_ids, class_ids))
    ranked = [mean_average_precision(truth, scores[kind]) for kind in RANKED.values()]
    cut = [
        macro_f1(truth, scores[kind] >= label_free_thresholds(scores[kind]))
        for kind in CUT.values()
    ]
    return [100 * value for value in ranked + cut]


def tell(title: str, projects: Sequence[tuple[ProjectLocation, Path]], encoder: str) -> None:
    """One table, each figure the mean over projects (location, truth file)."""
    print(f"\n{title}\n{'':<30}" + "".join(f"{name:>10}" for name in COLUMNS))
    for name, settings in ROWS.items():
        config = replace(ScoringConfig(encoder=encoder, views="paper", device="cpu"), **settings)
        figures = np.mean([measure(place, config, truth) for place, truth in projects], axis=0)
        mark = " *" if name == DEFAULT_ROW else ""
        print(f"{name + mark:<30}" + "".join(f"{value:>10.1f}" for value in figures), flush=True)


def project(folder: Path, database: Path, classes: Sequence[ClassDefinition]) -> ProjectLocation:
    location = locate_project(folder, database)
    with ProjectStore(location.database, create=True) as store:
        store.classes.replace(classes)
    return location


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--classes", default="voc20", help="a preset, with --folder")
    parser.add_argument("--encoder", help="with --folder")
    parser.add_argument("--demo-encoder", default="demo")
    parser.add_argument("--seeds", default="101,102,103")
    parser.add_argument("--cache", type=Path, help="a folder for the projects, kept")
    arguments = parser.parse_args()
    print(f"per cent, classes with at least {FEWEST_POSITIVES} positives; * the default")
    shared = Path(os.environ.get("CDUL_SHARED", "../shared")).absolute()
    photos = arguments.folder or shared / "data/photos-voc/images"
    truth = arguments.truth or shared / "data/photos-voc/truth.csv"
    encoder = arguments.encoder or f"local-dir:{shared / 'models/photo-clip'}"
    with tempfile.TemporaryDirectory(prefix="cdul-prompts-") as temporary:
        cache = arguments.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        if photos.is_dir():
            place = project(photos, cache / "photos.sqlite", preset_classes(arguments.classes))
            tell(f"{photos.parent.name}, {encoder}", [(place, truth)], encoder)
        scenes = []
        for seed in arguments.seeds.split(",") if arguments.seeds else ():
            folder = cache / f"seed-{seed}"
            if not folder.is_dir():
                write_scenes(folder, seed=int(seed), count=60)
            names = (folder / "classes.txt").read_text(encoding="utf-8").split()
            location = project(
                folder / "scenes", folder / "project.sqlite", [ClassDefinition(n) for n in names]
            )
            scenes.append((location, folder / "truth.csv"))
        if scenes:
            title = f"demo, seeds {arguments.seeds}, {arguments.demo_encoder}"
            tell(title, scenes, arguments.demo_encoder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
