"""What the labels must reach, checked against the rows that were measured."""

from collections.abc import Sequence

from tests.benchmarks.quality.table import Figures, Row

LEAST_F1 = {0: 83.3, 10: 85.8, 20: 86.2}  # on (a), by answers a class
LEAST_GAIN = 5.0  # mAP of the pseudo labels, and of `fast`, over the whole photo alone
LEAST_GAINS = {"b": {"paper": 1.5, "best": 4.5}, "c": {"paper": 0.0, "best": 0.0}}
MOST_SECONDS = 30.0  # of training on 10,000 photos
TIME_CHOICE = "10,000 photos x 10 views x 512, 20 classes"
MOST_COST_OF_FAST = 0.2  # of `paper`


def check_bounds(rows: Sequence[Row]) -> list[tuple[str, bool]]:
    """(sentence with its figures, whether it holds) of each bound whose rows are there."""
    checked: list[tuple[str, bool]] = []

    def figures(source: str, family: str, choice: str) -> Figures | None:
        for row in rows:
            if (row.family, row.choice) == (family, choice):
                return row.figures.get(source)
        return None

    def at_least(text: str, value: float | None, least: float | None) -> None:
        if value is not None and least is not None:
            checked.append((f"{text}: {value:.1f}, at least {least:.1f}", value >= least))

    for answers, least in LEAST_F1.items():
        found = figures("a", "cuts", f"automatic, {answers} answers a class")
        at_least(f"(a) macro-F1, {answers} answers a class", found.f1 if found else None, least)
    for source in "bc":
        whole = figures(source, "aggregation", "whole photo alone")
        labels = figures(source, "aggregation", "mean of both, zeta 0")
        gain = LEAST_GAIN if source == "c" else 0.0
        if whole and labels and whole.labels is not None:
            at_least(f"({source}) pseudo labels over CLIP", labels.labels, whole.labels + gain)
        for views, wanted in LEAST_GAINS[source].items():
            refined = figures(source, f"collection, {views} views", "with both")
            if refined:
                name = f"({source}) collection over the labels of 3x3, {views} views"
                at_least(name, refined.gain, wanted)
                at_least(f"{name}, low end", refined.low, 0.0)
            new, alone = (
                figures(source, f"new photos, {views} views", choice)
                for choice in ("classifier", "student alone")
            )
            if new and alone:
                name = f"({source}) {views}, new photos over the student"
                at_least(name, new.labels, alone.labels)
    timed = figures("generated", "time of training", TIME_CHOICE)
    if timed and timed.seconds is not None and timed.processor_seconds is not None:
        # Where the machine has other work its seconds of waiting do not count; those of its
        # processors, which are added up, do.
        least = min(timed.seconds, timed.processor_seconds)
        checked.append((f"time of training: {least:.0f} s, at most 30", least <= MOST_SECONDS))
    paper, fast, best = (figures("b", "views", name) for name in ("paper, 3x3", "fast", "best"))
    whole = figures("b", "aggregation", "whole photo alone")
    if paper and fast and best:
        at_least("(b) best over paper, mAP", best.labels, paper.labels)
        if whole and whole.labels is not None:
            at_least("(b) fast over CLIP, mAP", fast.labels, whole.labels + LEAST_GAIN)
        if paper.seconds and fast.seconds:
            share = fast.seconds / paper.seconds
            checked.append(
                (f"(b) fast takes {share:.2f} of paper, at most 0.2", share <= MOST_COST_OF_FAST)
            )
    return checked
