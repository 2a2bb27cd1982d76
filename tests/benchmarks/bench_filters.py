"""What filters, orders and counts cost in a project of 100,000 photos and 80 classes.

Run `QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_filters [--photos 100000]`.
Milliseconds: the first time, when nothing has been worked out yet; median and worst of the times
after that.  A first time is paid once a project, scoring or threshold, not with each filter.  The
baseline is one pass of numpy over all scores.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES, ReviewState
from cdul_app.paths import locate_project
from cdul_app.project.finding.photo_filter import (
    LabelWanted,
    PhotoFilter,
    SortKey,
    filtered_rows,
    score_range_base,
    state_counts,
)
from cdul_app.storage.project_store import ProjectStore
from tests.benchmarks.bench_decisions import fill_project, milliseconds

LIMIT_MS = 50.0
ANSWERED = 5_000  # photos, of one class each
KINDS = (LabelKind.RANKING, LabelKind.INITIAL, LabelKind.CLASSIFIER, LabelKind.OUT_OF_FOLD)

FILTERS = {
    "label": PhotoFilter(column=3, label=LabelWanted.HAS),
    "state": PhotoFilter(state=ReviewState.DISAGREEMENT),
    "score range": PhotoFilter(column=3, score_range=(0.4, 0.6)),
    "file name": PhotoFilter(text="0123"),
    "file name, one letter": PhotoFilter(text="1"),
    "file name with *": PhotoFilter(text="name:*77.jpg"),
    "query": PhotoFilter(
        text='label:"class 03" score("class 03")<0.6 NOT reviewed '
        'OR (labels>=5 classifier("class 10")>0.9) folder:012'
    ),
    "everything at once": PhotoFilter(
        column=3,
        label=LabelWanted.HAS,
        state=ReviewState.UNREVIEWED,
        text="labels>=2 0",
        score_range=(0.5, 1),
        sort=SortKey.SCORE,
        descending=True,
    ),
}


def fill_kinds(folder: Path) -> None:
    """The other kinds of score, near the first ones."""
    random = np.random.default_rng(2)
    with ProjectStore(locate_project(folder).database) as store:
        pseudo = store.labels.read(LabelKind.PSEUDO)
        assert pseudo is not None
        for kind in KINDS:
            noise = random.random(pseudo.scores.shape, dtype=np.float32)
            scores = (0.8 * pseudo.scores + 0.2 * noise).astype(np.float32)
            store.labels.write_set(kind, pseudo.class_ids, pseudo.photo_ids, scores, run_id=None)


def report(name: str, act: Callable[[], object], rounds: int) -> float:
    first = milliseconds(act)
    later = [milliseconds(act) for _ in range(rounds)]
    median, worst = statistics.median(later), max(later)
    print(f"{name:<36}{first:>9.1f}{median:>9.1f}{worst:>9.1f}", flush=True)
    return median


def measure(session: ProjectSession, rounds: int) -> list[float]:
    found = [
        report(f"filter: {name}", lambda: filtered_rows(session.project, wanted), rounds)  # noqa: B023
        for name, wanted in FILTERS.items()
    ]
    for key in SortKey:
        if key in (SortKey.NOVELTY, SortKey.SIMILARITY):
            continue  # measured by bench_search: they are read from embeddings
        wanted = PhotoFilter(column=3, sort=key, descending=key.starts_high)
        found.append(
            report(f"sort: {key}", lambda: filtered_rows(session.project, wanted), rounds)  # noqa: B023
        )
    everything = PhotoFilter(sort=SortKey.SCORE, descending=True)
    found.append(
        report("sort: score, any class", lambda: filtered_rows(session.project, everything), rounds)
    )
    found.append(report("counts of the states", lambda: state_counts(session.project), rounds))
    found.append(report("counts of the classes", session.project.facts.class_counts, rounds))
    ranged = PhotoFilter(column=3, text="1")
    found.append(
        report("base of a range", lambda: score_range_base(session.project, ranged), rounds)
    )

    def answer_and_count() -> None:
        session.project.decisions.answer(
            [7], 3, NO if session.project.answers[7, 3] == YES else YES
        )
        state_counts(session.project)
        session.project.facts.class_counts()

    found.append(report("an answer, and all counts", answer_and_count, rounds))

    def move_threshold() -> None:
        session.project.decisions.set_threshold(
            3, 0.4 if session.project.classes.thresholds[3] > 0.5 else 0.6
        )
        state_counts(session.project)
        session.project.facts.class_counts()

    found.append(report("a threshold, and all counts", move_threshold, rounds))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=11)
    chosen = parser.parse_args()
    _ = QCoreApplication.instance() or QCoreApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="cdul-filters-") as home:
        folder = Path(home) / "photos"
        fill_project(folder, chosen.photos, chosen.classes)
        fill_kinds(folder)
        session = ProjectSession.open_folder(folder)
        scores = session.project.scores(LabelKind.PSEUDO)
        for kind in KINDS:
            session.project.scores(kind)
        assert scores is not None
        rows = np.random.default_rng(1).choice(chosen.photos, ANSWERED, replace=False)
        for column, part in enumerate(np.array_split(rows, 4)):
            session.project.decisions.answer(part, column, YES if column % 2 else NO)
        print(f"{'milliseconds':<36}{'first':>9}{'median':>9}{'worst':>9}")
        baseline = report("baseline: scores > 0.5", lambda: scores > 0.5, chosen.rounds)
        found = measure(session, chosen.rounds)
        session.close()
    slowest = max(found)
    print(f"slowest to baseline: {slowest / baseline:.1f}")
    print(f"every median below {LIMIT_MS:.0f} ms:", "yes" if slowest < LIMIT_MS else "NO")
    return 0 if slowest < LIMIT_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
