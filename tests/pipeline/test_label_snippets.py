"""Each exported label says which snippet it comes from, or whose answer it is and when."""

import json
from pathlib import Path

import numpy as np

from cdul_app.core.label_kinds import LabelKind
from cdul_app.core.reviews import YES
from cdul_app.paths import ProjectLocation
from cdul_app.pipeline.export import export_labels
from cdul_app.pipeline.label_matrices import label_matrix
from cdul_app.pipeline.score import score_project
from cdul_app.storage.answer_records import AnswerChange
from cdul_app.storage.project_store import ProjectStore
from tests.pipeline.project_helpers import scoring_config


def test_every_label_explains_itself_in_the_export(voc: ProjectLocation, tmp_path: Path):
    list(score_project(voc, scoring_config(voc)))
    with ProjectStore(voc.database) as store:
        photo = store.photos.all()[0]
        class_id = store.classes.all()[3].identifier
        store.answers.apply(
            [AnswerChange(photo.identifier, class_id, -1, YES)], shown={"threshold": 0.4}
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
    list(export_labels(voc, label_format="json", output=output))
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
