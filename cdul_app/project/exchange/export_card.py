"""The README.md beside exported labels: what they are, and how they came about."""

import numpy as np
from numpy.typing import NDArray

from cdul_app.formats.export_options import ExportOptions, Which
from cdul_app.formats.label_table import LabelTable
from cdul_app.measures.reviews import NO, UNOBSERVED, YES
from cdul_app.project.exchange.left_out import left_out
from cdul_app.project.project import Project
from cdul_app.version import app_version

_WHICH = {
    Which.ALL: "Labels as the app shows them: a person's answers, else each score that reaches its "
    "class's threshold.",
    Which.REVIEWED: "Photos with at least one answer of a person: their answers, else each score "
    "that reaches its class's threshold.",
    Which.ANSWERS: "A person's answers alone; what was not answered is left open.",
}


def export_card(
    project: Project, table: LabelTable, rows: NDArray[np.int64], options: ExportOptions
) -> str:
    """Markdown.  rows : of the project, those of the table."""
    answered = int((table.answers != UNOBSERVED).sum())
    lines = [
        "# Labels of photos",
        "",
        f"{len(table.paths):,} photos, {len(table.class_names):,} classes, "
        f"{int(table.labels.sum()):,} labels, {answered:,} of all decisions answered by a person. "
        f"Written by cdul_app {app_version()}.",
        "",
        _WHICH[options.which],
    ]
    if options.query.strip():
        lines += ["", f"Only photos that this query finds: `{options.query}`"]
    if out := left_out(project, rows, options):
        lines += ["", out]
    if options.split:
        parts = {name: table.splits.count(name) for name in dict.fromkeys(table.splits)}
        told = ", ".join(f"{name} {count:,}" for name, count in parts.items())
        lines += ["", f"Parts, drawn by class with seed {options.seed}: {told}."]
    encoder = project.scoring.encoder
    lines += ["", f"Encoder: {encoder}." if encoder else "No encoder: answers alone."]
    lines += ["", *_classes(project, table), *_report(project)]
    return "\n".join(lines) + "\n"


def _classes(project: Project, table: LabelTable) -> list[str]:
    lines = ["| class | prompts | threshold | labels | yes | no |", "| - | - | - | - | - | - |"]
    for column, record in enumerate(project.classes):
        answers = table.answers[:, column]
        prompts = " / ".join(record.definition.prompts) or "the project's"
        figures = (
            f"{record.threshold:.3f}",
            f"{int(table.labels[:, column].sum()):,}",
            f"{int((answers == YES).sum()):,}",
            f"{int((answers == NO).sum()):,}",
        )
        lines.append(f"| {' | '.join([_cell(record.name), _cell(prompts), *figures])} |")
    return lines


def _report(project: Project) -> list[str]:
    """What answers about a random sample say of the labels; nothing before there are enough."""
    report = project.samples.report()
    if report is None or report.overall is None:
        return []
    overall = report.overall
    told = [
        f"{name} {100 * each.value:.1f} % ({100 * each.low:.1f} to {100 * each.high:.1f})"
        for name, each in (
            ("precision", overall.precision),
            ("recall", overall.recall),
            ("F1", overall.f1),
        )
        if each is not None
    ]
    return [
        "",
        f"Estimated over the {report.known:,} classes with answers enough, from "
        f"{overall.answered:,} answers: {', '.join(told)}.",
    ]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
