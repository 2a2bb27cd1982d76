"""What comes out of a project: evaluation, label files, figures."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cdul_app.errors import ExportError, LabelFileError, ProjectError
from cdul_app.formats.tables.read_wide_csv import read_wide_csv
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.measures.metrics import mean_average_precision
from cdul_app.paths import ProjectLocation, locate_project
from cdul_app.project.project import Project
from cdul_app.project.project_info import project_info
from cdul_app.settings.configs import TrainingConfig
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.export import export_labels
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import train_project
from tests.events import run_task
from tests.tasks.project_helpers import (
    answer,
    evaluate_project,
    labels,
    scoring_config,
    set_classes,
)

TRAINING = TrainingConfig(epochs=4, warm_up_epochs=2, device="cpu")


@pytest.fixture
def truth_file(drawn_photos_dir: Path) -> Path:
    return drawn_photos_dir / "truth.csv"


def test_evaluation_in_percent_of_the_kinds_that_exist(scored: ProjectLocation, truth_file: Path):
    result = evaluate_project(scored, truth_file)
    assert result["images"] == 8
    assert len(result["classes"]) == 16
    assert list(result["labels"]) == [
        "global", "local_max", "aggregated", "ranking", "initial", "pseudo",
    ]  # fmt: skip
    truth = read_wide_csv(truth_file)
    rows = [truth.image_names.index(path) for path in labels(scored, LabelKind.INITIAL)]
    expected = mean_average_precision(
        truth.labels[rows], np.stack(list(labels(scored, LabelKind.INITIAL).values()))
    )
    assert result["labels"]["initial"]["mAP"] == pytest.approx(100 * expected, abs=0.01)
    assert 1 < result["labels"]["global"]["mAP"] <= 100
    assert result["labels"]["global"]["AP"]["tree"] is None  # no positive
    json.dumps(result, allow_nan=False)

    list(train_project(scored, TRAINING))
    assert list(evaluate_project(scored, truth_file)["labels"])[-1] == "classifier"


def test_answers_do_not_improve_the_figures_of_the_machine(
    scored: ProjectLocation, truth_file: Path, tmp_path: Path
):
    before = evaluate_project(scored, truth_file)
    truth = read_wide_csv(truth_file)
    for path in labels(scored, LabelKind.INITIAL):
        row = truth.labels[truth.image_names.index(path)]
        for name, value in zip(truth.class_names, row, strict=True):
            answer(scored, path, name, int(value))
    answered = evaluate_project(scored, truth_file)["labels"]
    assert answered["pseudo"] == before["labels"]["pseudo"]
    for kind, figures in answered.items():  # thresholds of other kinds follow the answers
        assert figures["AP"] == before["labels"][kind]["AP"]
        assert figures["best"] == before["labels"][kind]["best"]
    list(train_project(scored, replace(TRAINING, sigma=0.01)))
    after = evaluate_project(scored, truth_file)["labels"]["pseudo"]
    # The scores are the machine's own; cuts follow the answers, and F1 with them.
    assert after["AP"] == before["labels"]["pseudo"]["AP"]
    assert after["macro_F1"] >= before["labels"]["pseudo"]["macro_F1"]


def test_truth_of_some_classes_and_photos(scored: ProjectLocation, tmp_path: Path):
    first, second = list(labels(scored, LabelKind.INITIAL))[:2]
    file = tmp_path / "truth.csv"
    file.write_text(f"image,DOG,griffin\n{first},1,0\n{second},0,0\nother.jpg,0,0\n")
    result = evaluate_project(scored, file)
    assert (result["images"], result["classes"]) == (2, ["dog"])


def test_labels_of_other_classes_are_left_out_or_nothing_is_there(
    scored: ProjectLocation, truth_file: Path, tmp_path: Path
):
    file = tmp_path / "truth.csv"
    file.write_text(f"image,unicorn\n{next(iter(labels(scored, LabelKind.INITIAL)))},1\n")
    list(train_project(scored, TRAINING))
    set_classes(scored, "unicorn", "dog")
    with pytest.raises(ProjectError, match="nothing to evaluate yet: label"):
        evaluate_project(scored, file)
    list(score_project(scored, scoring_config(scored)))
    assert "classifier" not in evaluate_project(scored, file)["labels"]
    with pytest.raises(LabelFileError, match=r"absent\.csv"):
        evaluate_project(scored, tmp_path / "absent.csv")
    with pytest.raises(ProjectError, match="There is no project"):
        evaluate_project(locate_project(tmp_path), truth_file)


def test_export_reads_back_and_answers_win(scored: ProjectLocation, tmp_path: Path):
    first, second = list(labels(scored, LabelKind.INITIAL))[:2]
    answer(scored, first, "flower", 1)
    with ProjectStore(scored.database) as store:
        names = [record.name for record in store.classes.all()]
        best = int(labels(scored, LabelKind.PSEUDO)[second].argmax())
        store.classes.set_threshold(store.classes.all()[best].identifier, 0.0)
    answer(scored, second, names[best], 0)
    output = tmp_path / "labels.csv"
    _, result = run_task(export_labels(scored, label_format="csv", output=output))
    assert result.summary == f"Wrote the labels of 8 photos to {output}."
    exported = read_wide_csv(output)
    assert list(exported.class_names) == names
    rows = dict(zip(exported.image_names, exported.labels, strict=True))
    assert rows[first][names.index("flower")] == 1
    assert rows[second][best] == 0
    assert rows[first][best] == 1  # by its threshold of 0
    assert evaluate_project(scored, output)["images"] == 8

    list(export_labels(scored, label_format="json", output=tmp_path / "labels.json"))
    read = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert read["provenance"]["scoring"] == scoring_config(scored).to_dict()
    assert read["provenance"]["run"]["kind"] == "score"
    assert read["images"][0]["answers"] == {"flower": "yes"}
    list(train_project(scored, TRAINING))
    list(score_project(scored, scoring_config(scored)))  # keeps the refined labels, and says whose
    list(export_labels(scored, label_format="json", output=tmp_path / "labels.json"))
    read = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    assert read["provenance"]["run"]["kind"] == "train"


def test_photos_that_left_are_not_exported_and_unlabelled_ones_are_counted(
    scored: ProjectLocation, tmp_path: Path
):
    gone = scored.folder / next(iter(labels(scored, LabelKind.INITIAL)))
    gone.unlink()
    (scored.folder / "bad.jpg").write_bytes(b"")
    list(score_project(scored, scoring_config(scored)))
    output = tmp_path / "labels.csv"
    _, result = run_task(export_labels(scored, label_format="csv", output=output))
    assert result.summary.endswith("Left out: 1 photo that cannot be read.")
    assert gone.name not in read_wide_csv(output).image_names


def test_nothing_to_export_and_a_bad_place_are_sentences(
    scored: ProjectLocation, photo_folder: Path, tmp_path: Path
):
    with pytest.raises(ExportError, match="choose another place"):
        list(export_labels(scored, label_format="csv", output=tmp_path / "no" / "labels.csv"))
    location = locate_project(photo_folder)
    ProjectStore(location.database, create=True).close()
    with pytest.raises(ProjectError, match="no labels to export yet"):
        list(export_labels(location, label_format="csv", output=tmp_path / "labels.csv"))
    assert not (tmp_path / "labels.csv").exists()


def test_the_figures_of_a_project(scored: ProjectLocation):
    answer(scored, next(iter(labels(scored, LabelKind.INITIAL))), "dog", 1)
    (scored.folder / "bad.jpg").write_bytes(b"")
    list(score_project(scored, scoring_config(scored)))
    list(train_project(scored, TRAINING))
    with Project(scored) as project:
        info = project_info(project)
    assert info["photos"] == 9
    assert info["skipped"] == {"bad.jpg": "The file is empty."}
    assert info["classes"][:2] == ["house", "tree"]
    # Out-of-fold scores are for large collections.
    assert info["labels"] == [k.value for k in LabelKind if k is not LabelKind.OUT_OF_FOLD]
    assert info["answers"] == 1
    assert info["scoring"] == scoring_config(scored).to_dict()
    assert Path(info["classifier"]).is_dir()
    assert [run["kind"] for run in info["runs"]] == ["train", "score", "score"]
    assert {run["outcome"] for run in info["runs"]} == {"done"}
    json.dumps(info, allow_nan=False)


def test_truth_of_other_forms_measures_the_same(
    scored: ProjectLocation, truth_file: Path, tmp_path: Path
):
    truth = read_wide_csv(truth_file)
    folder = tmp_path / "Annotations"
    folder.mkdir()
    names = list(enumerate(truth.class_names, start=1))
    coco: dict[str, list[dict[str, object]]] = {
        "images": [],
        "annotations": [],
        "categories": [{"id": number, "name": name} for number, name in names],
    }
    for image_id, (image, row) in enumerate(zip(truth.image_names, truth.labels, strict=True)):
        present = [number for number, label in enumerate(row, start=1) if label]
        objects = "".join(
            f"<object><name>{truth.class_names[number - 1]}</name></object>" for number in present
        )
        (folder / f"{image_id}.xml").write_text(
            f"<annotation><filename>{image}</filename>{objects}</annotation>"
        )
        coco["images"].append({"id": image_id, "file_name": image})
        coco["annotations"] += [{"image_id": image_id, "category_id": number} for number in present]
    json_file = tmp_path / "instances.json"
    json_file.write_text(json.dumps(coco))
    by_csv = evaluate_project(scored, truth_file)
    assert evaluate_project(scored, json_file) == by_csv
    by_xml = evaluate_project(scored, folder)  # does not name classes that no photo has
    assert set(by_xml["classes"]) <= set(by_csv["classes"])
    assert by_xml["labels"]["pseudo"]["mAP"] == by_csv["labels"]["pseudo"]["mAP"]
