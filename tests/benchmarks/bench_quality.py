"""One table of every choice of the labeling method, and what each is worth.

`python -m tests.benchmarks.bench_quality [--sources a,b,c] [--families views,cuts,...]`, on
(a) published RN50x64 score vectors of 2,858 photos of VOC 2012, (b) 500 photos with photo-clip,
(c) the demo's scenes of three unseen seeds; (a) and (b) from CDUL_SHARED (default ../shared).
Figures are per cent: mAP of the labels a choice makes and of the classifier trained on them,
macro-F1 of the labels cut automatically; on (b) over the classes with at least 5 positives.

With data of one's own, (b) is another folder:
`... --folder VOC2012/JPEGImages --truth VOC2012/Annotations --encoder RN50x64/openai`; with
`--paper`, the paper's settings from scoring to the trained ResNet-101, its table beside it
(`--held-out FOLDER --held-out-truth FILE` for photos not trained on).
Exits with 1 where a bound does not hold.
"""

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.memory import keep_freed_memory
from cdul_app.method.similarity import LABEL_SOFTENING
from cdul_app.settings.configs import ScoringConfig
from tests.benchmarks.quality.bounds import check_bounds
from tests.benchmarks.quality.collection_choices import (
    collection_rows,
    time_row,
    vector_collection_rows,
)
from tests.benchmarks.quality.cut_choices import cut_rows, report_row
from tests.benchmarks.quality.end_to_end_choices import end_to_end_rows
from tests.benchmarks.quality.paper_table import print_paper_table
from tests.benchmarks.quality.scoring_choices import aggregation_rows, prompt_rows, view_rows
from tests.benchmarks.quality.sources import (
    PhotoSource,
    demo_scenes,
    photo_source,
    score_vectors,
    voc_photos,
)
from tests.benchmarks.quality.table import Row, print_table
from tests.benchmarks.quality.vector_choices import TEMPERATURE, mean_scores, vector_rows

FAMILIES = ("views", "aggregation", "prompts", "cuts", "report", "collection", "time")
SLOW_FAMILIES = ("end-to-end",)  # to be asked for


def rows_of_vectors(families: Iterable[str], runs: int) -> list[Row]:
    """(a)"""
    vectors, rows = score_vectors(), list[Row]()
    if "aggregation" in families:
        rows += vector_rows(vectors)
    # Softened, as a scoring finds that these classes separate.
    scored = [(mean_scores(vectors, TEMPERATURE * LABEL_SOFTENING), vectors.truth)]
    if "cuts" in families:
        rows += cut_rows("a", scored, runs)
    if "report" in families:
        rows.append(report_row("a", scored))
    if "collection" in families:
        rows += vector_collection_rows(vectors, TEMPERATURE, "a")
    return rows


def rows_of_photos(source: PhotoSource, families: Iterable[str], runs: int) -> list[Row]:
    """(b) or (c), or a folder of one's own."""
    rows = list[Row]()
    if "views" in families:
        rows += view_rows(source)
    if "prompts" in families:
        rows += prompt_rows(source)
    if "aggregation" in families:
        rows += aggregation_rows(source)
    source.score(ScoringConfig(encoder=source.encoder, views="paper"))  # the rest is about it
    scored = [source.labels(*project, LabelKind.INITIAL) for project in source.projects]
    if "cuts" in families:
        rows += cut_rows(source.name, scored, runs)
    if "report" in families:
        rows.append(report_row(source.name, scored))
    if "collection" in families:
        rows += collection_rows(source)
    if "end-to-end" in families:
        rows += end_to_end_rows(source)
    return rows


def merged(rows: Iterable[Row]) -> list[Row]:
    """Rows of the same choice on different sources become one, families stay together."""
    table: dict[tuple[str, str], Row] = {}
    for row in rows:
        mine = table.setdefault((row.family, row.choice), Row(row.family, row.choice))
        mine.is_default |= row.is_default
        mine.figures |= row.figures
    families = list(dict.fromkeys(row.family for row in table.values()))
    return sorted(table.values(), key=lambda row: families.index(row.family))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", default="a,b,c")
    parser.add_argument(
        "--families",
        default=",".join(FAMILIES),
        help=f"besides the default, {', '.join(SLOW_FAMILIES)}",
    )
    parser.add_argument("--runs", type=int, default=10, help="samples of the rows about cuts")
    parser.add_argument("--seeds", default="101,102,103", help="of (c)")
    parser.add_argument("--scenes", type=int, default=60, help="a seed of (c)")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--folder", type=Path, help="photos in place of (b)")
    parser.add_argument("--truth", type=Path, help="of --folder: CSV, COCO JSON, VOC XML folder")
    parser.add_argument("--encoder", default="RN50x64/openai", help="of --folder")
    parser.add_argument("--classes", default="voc20", help="of --folder: a preset or a file")
    parser.add_argument("--paper", action="store_true", help="the paper's table, on --folder")
    parser.add_argument("--held-out", type=Path)
    parser.add_argument("--held-out-truth", type=Path)
    parser.add_argument("--classifier", default="resnet101", help="of --paper")
    parser.add_argument("--weights", default="", help="of --classifier; a timm checkpoint")
    parser.add_argument("--epochs", type=int, help="of --paper; default: the published 20")
    chosen = parser.parse_args(arguments)
    if (chosen.folder is None) != (chosen.truth is None) or (chosen.paper and not chosen.folder):
        parser.error("--folder and --truth go together, and --paper needs them")
    keep_freed_memory()  # as the app does when it starts
    with tempfile.TemporaryDirectory(prefix="cdul-quality-") as temporary:
        work = Path(temporary)
        if chosen.paper:
            print_paper_table(
                _own_source(chosen, work),
                held_out=(chosen.held_out, chosen.held_out_truth) if chosen.held_out else None,
                classifier=chosen.classifier,
                weights=chosen.weights,
                epochs=chosen.epochs,
            )
            return 0
        rows, sources = measure(chosen, work)
    print_table(rows, sources, markdown=chosen.markdown)
    bounds = check_bounds(rows)
    print()
    for sentence, holds in bounds:
        print(f"{sentence}: {'yes' if holds else 'NO'}")
    return 0 if all(holds for _, holds in bounds) else 1


def measure(chosen: argparse.Namespace, work: Path) -> tuple[list[Row], list[str]]:
    families = set(chosen.families.split(","))
    sources = ["b"] if chosen.folder else chosen.sources.split(",")
    rows = [time_row()] if "time" in families else list[Row]()
    for name in sources:
        if name == "a":
            rows += rows_of_vectors(families, chosen.runs)
            continue
        if chosen.folder:
            source = _own_source(chosen, work)
        elif name == "b":
            source = voc_photos(work)
        else:
            seeds = [int(text) for text in chosen.seeds.split(",")]
            source = demo_scenes(seeds, work, count=chosen.scenes)
        rows += rows_of_photos(source, families, chosen.runs)
    return merged(rows), [*sources, "generated"]


def _own_source(chosen: argparse.Namespace, work: Path) -> PhotoSource:
    return photo_source(
        "b", chosen.folder, chosen.truth, chosen.encoder, chosen.classes, work, fewest=1
    )


if __name__ == "__main__":
    raise SystemExit(main())
