"""Each exported label says which snippet it comes from, or whose answer it is and when."""

import csv
import json
from pathlib import Path

import numpy as np

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.reviews import NO, YES
from cdul_app.paths import ProjectLocation
from cdul_app.project.labels.label_matrices import label_matrix
from cdul_app.storage.project_store import ProjectStore
from cdul_app.storage.records.answer_provenance import ShownLabel
from cdul_app.storage.records.answer_records import AnswerChange
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.score.score import score_project
from tests.tasks.project_helpers import scoring_config


def test_every_label_explains_itself_in_the_export(scored: ProjectLocation, tmp_path: Path):
    list(score_project(scored, scoring_config(scored)))
    with ProjectStore(scored.database) as store:
        photo = store.photos.all()[0]
        class_id = store.classes.all()[3].identifier
        store.answers.apply(
            [AnswerChange(photo.identifier, class_id, -1, YES)], shown=ShownLabel(threshold=0.4)
        )
        kind = store.labels.read(LabelKind.LOCAL_MAX)
        assert kind is not None
        names = [record.name for record in store.classes.all()]
        best = label_matrix(
            kind,
            [record.identifier for record in store.photos.all()],
            [record.identifier for record in store.classes.all()],
        )
    output = tmp_path / "labels.json"
    list(export_labels(scored, label_format="json", output=output))
    written = json.loads(output.read_text(encoding="utf-8"))
    assert {entry["threshold_origin"] for entry in written["classes"]} == {"automatic"}
    first = written["images"][0]
    why = first["why"][names[3]]
    assert why["source"] == "answer"
    assert why["threshold_shown"] == 0.4
    assert "T" in why["answered"]
    of_machine = [
        (row, name, reason)
        for row, image in enumerate(written["images"])
        for name, reason in image["why"].items()
        if reason["source"] == "pseudo"
    ]
    assert of_machine
    for row, name, reason in of_machine:
        left, top, right, bottom = reason["snippet"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert not np.isnan(best[row, names.index(name)])
    for image in written["images"]:
        assert set(image["labels"]) <= set(image["why"])


def test_csv_with_reasons_tells_the_same_as_json(scored: ProjectLocation, tmp_path: Path):
    list(score_project(scored, scoring_config(scored)))
    with ProjectStore(scored.database) as store:
        photo, record = store.photos.all()[0], store.classes.all()[3]
        change = AnswerChange(photo.identifier, record.identifier, -1, NO)
        store.answers.apply([change], shown=ShownLabel(threshold=0.4, run=1))
    for label_format in ("json", "csv-long"):
        list(export_labels(scored, label_format=label_format, output=tmp_path / label_format))
    written = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    with (tmp_path / "csv-long").open(encoding="utf-8", newline="") as stream:
        lines = {(line["image"], line["class"]): line for line in csv.DictReader(stream)}
    thresholds = {entry["name"]: entry["threshold"] for entry in written["classes"]}
    told = [(image, name, why) for image in written["images"] for name, why in image["why"].items()]
    assert len(told) == len(lines)
    for image, name, why in told:
        line = lines[image["image"], name]
        assert int(line["label"]) == (name in image["labels"])
        assert line["source"] == why["source"]
        assert line["answered"] == why.get("answered", "")
        assert line["snippet"] == " ".join(map(str, why.get("snippet", [])))
        assert float(line["score"]) == image["scores"][name]
        assert float(line["threshold"]) == thresholds[name]
        assert line["encoder"] == written["provenance"]["encoder"]
        assert int(line["run"]) == written["provenance"]["run"]["id"]
    answered = lines[photo.path, record.name]
    assert (answered["label"], answered["source"]) == ("0", "answer")
    assert (answered["threshold_shown"], answered["run_shown"]) == ("0.4", "1")
