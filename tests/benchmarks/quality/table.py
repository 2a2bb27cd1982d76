"""The table of bench_quality: one row a choice, a group of columns a source."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figures:
    """What a choice gives on one source; None where it has no such figure."""

    labels: float | None = None  # mAP of the (pseudo) labels it makes, per cent
    f1: float | None = None  # macro-F1 of them cut automatically (or as the choice says), per cent
    classifier: float | None = None  # mAP of the classifier trained on them, per cent
    seconds: float | None = None
    processor_seconds: float | None = None
    gain: float | None = None  # in mAP of the labels
    low: float | None = None  # ends of its 95 % interval, by bootstrap over photos
    high: float | None = None


@dataclass
class Row:
    family: str
    choice: str
    is_default: bool = False
    figures: dict[str, Figures] = field(default_factory=dict)  # by source


_COLUMNS = (
    ("labels", "labels"),
    ("f1", "F1"),
    ("classifier", "classifier"),
    ("seconds", "s"),
    ("processor_seconds", "processor s"),
    ("gain", "gain"),
    ("low", "low"),
    ("high", "high"),
)


def print_table(rows: Sequence[Row], sources: Sequence[str], *, markdown: bool = False) -> None:
    """`*` marks the default, `-` what a choice has no figure for."""
    head = ["", *(f"{source} {title}" for source in sources for _, title in _COLUMNS)]
    used = [
        any(_value(row, source, name) is not None for row in rows)
        for source in sources
        for name, _ in _COLUMNS
    ]
    body = []
    for row in rows:
        cells = [_shown(_value(row, source, name)) for source in sources for name, _ in _COLUMNS]
        name = f"{row.family}: {row.choice}{' *' if row.is_default else ''}"
        body.append([name, *(cell for cell, keep in zip(cells, used, strict=True) if keep)])
    head = [head[0], *(title for title, keep in zip(head[1:], used, strict=True) if keep)]
    widths = [max(len(line[place]) for line in [head, *body]) for place in range(len(head))]
    for number, line in enumerate([head, *body]):
        padded = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("| " + " | ".join(padded) + " |" if markdown else "  ".join(padded))
        if markdown and number == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")


def _value(row: Row, source: str, name: str) -> float | None:
    value = getattr(row.figures.get(source, Figures()), name)
    assert value is None or isinstance(value, float)
    return value


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
