"""Results as text for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from cdul_app.cli.questions import estimate_text
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.checking.project_report import LabelReport
from cdul_app.settings.encoder_catalogue import ENCODER_CATALOGUE

_MOST_CLASSES, _MOST_SKIPPED, _MOST_RUNS = 20, 20, 10
_MOST_DOUBTS = 5
_EVALUATED = ("mAP", "macro-F1", "CF1", "OF1", "best F1", "ECE", "a photo")


def short_evaluation_table(result: Mapping[str, Any]) -> str:
    """mAP and macro-F1 of each kind.  result : what `evaluate --json` prints."""
    lines = [_evaluated_text(result), f"{'labels':<22}{'mAP':>8}{'macro-F1':>10}"]
    for kind, measures in result["labels"].items():
        lines.append(
            f"{LabelKind(kind).heading:<22}{_figure(measures['mAP']):>8}"
            f"{_figure(measures['macro_F1']):>10}"
        )
    return "\n".join(lines)


def _evaluated_text(result: Mapping[str, Any]) -> str:
    return f"{result['images']:,} photos, {len(result['classes']):,} classes; percentages"


def evaluation_table(result: Mapping[str, Any]) -> str:
    """result : what `evaluate --json` prints."""
    lines = [
        _evaluated_text(result),
        f"{'labels':<22}" + "".join(f"{title:>10}" for title in _EVALUATED),
    ]
    for kind, measures in result["labels"].items():
        values = [
            *(measures[key] for key in ("mAP", "macro_F1", "CF1", "OF1")),
            measures["best"]["macro_F1"],
            measures["ECE"],
        ]
        lines.append(
            f"{LabelKind(kind).heading:<22}"
            + "".join(f"{_figure(value):>10}" for value in values)
            + f"{measures['labels_per_image']:>10.2f}"
        )
    lines.append(
        "F1 of the pseudo labels at the project's thresholds, of other kinds at those found from "
        "their own scores; best F1 at those that truth itself would choose; truth has "
        f"{result['labels_per_image']:.2f} labels a photo"
    )
    return "\n".join([*lines, "", *_class_lines(result)])


def _class_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Each class, by the kind of label that is shown and exported."""
    labels = result["labels"]
    kind = LabelKind.PSEUDO.value if LabelKind.PSEUDO.value in labels else next(iter(labels), None)
    if kind is None:
        return
    measures = labels[kind]
    columns = ("AP", "precision", "recall", "F1", "best F1", "threshold", "best")
    yield f"{LabelKind(kind).heading:<22}" + "".join(f"{title:>10}" for title in columns)
    for name in result["classes"]:
        figures = [measures[key][name] for key in ("AP", "precision", "recall", "F1")]
        figures.append(measures["best"]["F1"][name])
        best = measures["best"]["thresholds"][name]
        yield (
            f"{name[:21]:<22}"
            + "".join(f"{_figure(value):>10}" for value in figures)
            + f"{measures['thresholds'][name]:>10.3f}"
            + f"{'–' if best is None else f'{best:.3f}':>10}"
        )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def report_table(report: LabelReport) -> str:
    """One line a class, those with answers enough together first."""
    lines = [f"{'class':<22}{'answers':>8}  {'precision':<26}{'recall':<26}{'F1':<26}more"]
    rows = list(zip(report.class_names, report.answers, report.classes, strict=True))
    if report.overall is not None:
        together = f"{report.known:,} classes together"
        rows.insert(0, (together, report.overall.answered, report.overall))
    for name, answers, measures in rows:
        figures = "".join(
            f"{estimate_text(estimate if measures.is_known else None):<26}"
            for estimate in (measures.precision, measures.recall, measures.f1)
        )
        lines.append(f"{name[:21]:<22}{answers:>8,}  {figures}{measures.needed:,}")
    lines.append("more: how many more answers about a random sample until the figures are told")
    return "\n".join(lines)


def info_table(info: dict[str, Any]) -> str:
    """info : what `info --json` prints."""
    return "\n".join(_info_lines(info))


def _info_lines(info: dict[str, Any]) -> Iterator[str]:
    classes, skipped = info["classes"], info["skipped"]
    names = ", ".join(classes[:_MOST_CLASSES]) + (", …" if len(classes) > _MOST_CLASSES else "")
    yield f"Folder      {info['folder']}"
    yield f"Project     {info['database']}"
    yield f"Photos      {info['photos']:,}, {len(skipped):,} of them skipped"
    yield f"Classes     {len(classes):,}: {names}" if classes else "Classes     none yet"
    yield f"Labels      {', '.join(info['labels']) or 'none yet'}"
    yield f"Answers     {info['answers']:,}"
    yield f"Classifier  {info['classifier'] or 'none yet'}"
    for run in info["runs"][:_MOST_RUNS]:
        outcome = run["outcome"] or "not finished"
        why = run["summary"] or run["reason"]
        yield f"Run {run['id']:<7} {run['kind']:<8} {run['started']}  {outcome}  {why}".rstrip()
    for found in info["likely_errors"][:_MOST_DOUBTS]:
        doubts = ", ".join(
            f"{item['class']} {'yes' if item['label'] else 'no'}?" for item in found["labels"]
        )
        yield f"Check       {found['photo']!r}: {doubts}"
    for path, reason in list(skipped.items())[:_MOST_SKIPPED]:
        yield f"Skipped     {path!r}: {reason}"
    if len(skipped) > _MOST_SKIPPED:
        yield f"            and {len(skipped) - _MOST_SKIPPED:,} more, see --json"


def encoder_table(on_disk: set[str]) -> str:
    """The catalogue; `on_disk` are the identifiers that need no download."""
    lines = [f"{'encoder':<28}{'size':>10}  {'speed':<11}{'here':<6}{'licence':<23}for"]
    for entry in ENCODER_CATALOGUE:
        size = f"{entry.download_megabytes:,} MB" if entry.download_megabytes else "bundled"
        here = "yes" if entry.identifier in on_disk else "no"
        lines.append(
            f"{entry.identifier:<28}{size:>10}  {entry.speed:<11}{here:<6}{entry.licence:<23}"
            f"{entry.purpose}"
        )
    return "\n".join(lines)
