"""The labels of an open project as they leave it: for the export, and for its preview."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cdul_app.errors import ExportError
from cdul_app.events import Events, follow
from cdul_app.formats.export_options import SPLIT_NAMES, ExportOptions, Which
from cdul_app.formats.label_files import format_of, label_file_content
from cdul_app.formats.label_formats import LabelFormat
from cdul_app.formats.label_table import LabelTable
from cdul_app.formats.label_writers import FOLDER_WRITERS
from cdul_app.formats.multi_label_split import multi_label_split
from cdul_app.language import ntr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import predicted_classes
from cdul_app.project.exchange.export_card import export_card
from cdul_app.project.finding.photo_filter import PhotoFilter, filtered_rows
from cdul_app.project.labels.label_snippets import best_snippets, snippet_boxes
from cdul_app.project.project import Project
from cdul_app.storage.records.answer_provenance import AnswerProvenance

_BLOCK = 1000  # rows looked at together: of 100,000 the first few are enough for a preview
_ITEMS_PREVIEWED = 3
_ALL = ExportOptions()


def labelled(project: Project, options: ExportOptions = _ALL) -> NDArray[np.bool_]:
    """(n_photos,) which photos are written: those that are scored or answered, and chosen.
    Raises QueryError."""
    wanted = project.facts.answered.values()
    if options.which is Which.ALL:
        wanted = wanted | project.facts.scored.values()
    if options.query.strip():
        shown = np.zeros(len(wanted), dtype=bool)
        shown[filtered_rows(project, PhotoFilter(text=options.query))] = True
        wanted = wanted & shown
    if options.photo_ids is not None:
        wanted = wanted & np.isin(project.photos.ids, np.fromiter(options.photo_ids, np.int64))
    return wanted


def labelled_rows(
    project: Project, options: ExportOptions = _ALL, *, most: int | None = None
) -> NDArray[np.int64]:
    """Those photos in natural order, the first `most` of them.  Raises QueryError."""
    order = project.photos.natural_order
    return order[labelled(project, options)[order]][:most]


def label_table(
    project: Project,
    rows: NDArray[np.int64],
    options: ExportOptions = _ALL,
    *,
    brief: bool = False,
) -> LabelTable:
    """The labels of some photos as they are shown, a person's answers first.

    brief : of the provenance only the encoder and the number of the run, and no card.
    """
    scores, answers = project.shown_scores()[rows], project.answers[rows]
    if options.which is Which.ANSWERS:
        scores = np.full_like(scores, np.nan)
    labels = predicted_classes(scores, project.classes.thresholds, answers)
    photos = project.photos
    splits: tuple[str, ...] = ()
    if options.split:
        parts = multi_label_split(labels, options.split, seed=options.seed)
        names = SPLIT_NAMES if len(options.split) == len(SPLIT_NAMES) else SPLIT_NAMES[:2]
        splits = tuple(names[part] for part in parts.tolist())
    table = LabelTable(
        paths=tuple(photos.paths[row] for row in rows),
        class_names=project.classes.names,
        labels=labels,
        scores=scores,
        answers=answers,
        thresholds=project.classes.thresholds,
        provenance=_provenance(project, brief=brief),
        threshold_origins=tuple(record.threshold_origin.value for record in project.classes),
        folder=photos.folder,
        sizes=np.stack([photos.widths[rows], photos.heights[rows]], axis=1),
        splits=splits,
    )
    return table if brief else replace(table, card=export_card(project, table, rows, options))


def explained(project: Project, table: LabelTable, rows: NDArray[np.int64]) -> Events[LabelTable]:
    """With where each label comes from: its snippet, or when it was answered."""
    photo_ids, class_ids = project.photos.ids[rows].tolist(), project.classes.ids
    table = replace(table, answered=_answered(project, photo_ids))
    state = project.scoring.state
    if state is None:
        return table
    snippets = yield from best_snippets(project.store, state, photo_ids, class_ids)
    return replace(table, snippets=snippets, snippet_boxes=snippet_boxes(state.encoding.plan))


def export_preview(
    project: Project, label_format: str, options: ExportOptions = _ALL, *, photos: int = 5
) -> str:
    """Text of the first labelled photos in a format; empty without any, a sentence where they
    cannot be written so."""
    chosen = format_of(label_format)
    rows = labelled_rows(project, options, most=photos)
    if not rows.size:
        return ""
    try:
        table = label_table(project, rows, options, brief=True)
        if chosen.reasons:
            table = follow(explained(project, table, rows), lambda _: None)
        return _folder_preview(chosen, table, options) or _file_preview(chosen, table, options)
    except ExportError as error:
        return str(error)


def _file_preview(chosen: LabelFormat, table: LabelTable, options: ExportOptions) -> str:
    if chosen.key in ("webdataset", "parquet"):  # no text
        return ntr(
            "{n} class: {names}",
            "{n} classes: {names}",
            len(table.class_names),
            names=", ".join(table.class_names),
        )
    content = b"".join(label_file_content(table, chosen.key, options))
    return content.decode("utf-8-sig", "surrogateescape")


def _folder_preview(chosen: LabelFormat, table: LabelTable, options: ExportOptions) -> str:
    """Names of files, and what is in those that are text."""
    if not chosen.is_folder:
        return ""
    items = [
        item for item in FOLDER_WRITERS[chosen.key](table, options) if item.path != "README.md"
    ]
    told = [f"{item.path}\n{item.text}" for item in items if item.text]
    photos = [item.path for item in items if item.photo]
    return "\n".join(itertools.chain(told[:_ITEMS_PREVIEWED], photos[:_ITEMS_PREVIEWED]))


def _answered(
    project: Project, photo_ids: Sequence[int]
) -> dict[tuple[int, int], dict[str, object]]:
    rows = {photo: row for row, photo in enumerate(photo_ids)}
    columns = {identifier: column for column, identifier in enumerate(project.classes.ids)}
    everything = len(photo_ids) > _BLOCK
    given = project.store.answers.provenances(None if everything else photo_ids)
    return {
        (rows[photo], columns[class_id]): _answer_words(provenance)
        for (photo, class_id), provenance in given.items()
        if photo in rows and class_id in columns
    }


def _answer_words(given: AnswerProvenance) -> dict[str, object]:
    """What the formats with reasons say of an answer."""
    told = {
        "score_shown": None if given.score is None else round(given.score, 4),
        "threshold_shown": given.shown.threshold,
        "run_shown": given.shown.run,
        "imported_from": given.shown.imported_from,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {"answered": given.answered, **known}


def _provenance(project: Project, *, brief: bool) -> dict[str, object]:
    """Where the labels came from: encoder, settings, and the training that refined them."""
    state, run = project.scoring.state, project.runs.shown
    provenance: dict[str, object] = {"labels": LabelKind.PSEUDO.value}
    if state is not None:
        provenance["encoder"] = state.encoding.encoder
        if not brief:
            provenance |= {
                "encoder_key": state.encoding.encoder_key,
                "temperature": state.temperature,
                "scoring": state.config.to_dict(),
            }
    if run is not None:
        made_by: dict[str, object] = {"id": run.identifier, "kind": run.kind}
        if not brief:
            made_by |= {"started": run.started, "config": run.config, "versions": run.versions}
        provenance["run"] = made_by
    return provenance
