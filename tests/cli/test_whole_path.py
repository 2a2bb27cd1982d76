"""From a folder of drawn photos to exported labels, by the commands alone."""

import csv
import json
from pathlib import Path

from tests.drawn_photos import DRAWN_PHOTOS, drawn_classes

BEFORE_TRAINING = ["global", "local_max", "aggregated", "ranking", "initial", "pseudo"]


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def test_the_whole_path(command, refused, photos, encoder: str, tmp_path):
    folder, truth = photos("my photos", 12, start=4), DRAWN_PHOTOS / "truth.csv"

    scored = command(
        "score", folder, "--classes", DRAWN_PHOTOS / "classes.txt", "--encoder", encoder
    )
    assert (scored.status, scored.stdout) == (0, "")
    assert scored.stderr.endswith("Labelled 12 photos for 16 classes.\n")
    assert (folder / ".cdul" / "project.sqlite").is_file()

    assert "train one first" in refused("predict", folder)
    measured = command("evaluate", folder, "--truth", truth, "--json").json
    assert list(measured)[:3] == ["images", "classes", "labels"]
    assert (measured["images"], measured["classes"]) == (12, drawn_classes())
    assert list(measured["labels"]) == BEFORE_TRAINING
    for kind in measured["labels"].values():
        assert list(kind)[:3] == ["mAP", "AP", "macro_F1"]
        assert kind["best"]["macro_F1"] >= kind["macro_F1"]
        assert all(0 <= kind[name] <= 100 for name in ("CF1", "OF1", "ECE"))
        assert list(kind["AP"]) == drawn_classes()
        counted = [value for value in kind["AP"].values() if value is not None]
        assert len(counted) == 15  # classes that are in these photos
        assert all(0 < value <= 100 for value in counted)
        assert abs(kind["mAP"] - sum(counted) / len(counted)) < 0.01
        assert 0 <= kind["macro_F1"] <= 100
    assert measured["labels"]["initial"]["mAP"] > 60  # by chance about 20

    trained = command("train", folder, "--seed", "3")
    assert (trained.status, trained.stdout) == (0, "")
    assert "too few to teach each other" in trained.stderr
    measured = command("evaluate", folder, "--truth", truth, "--json").json
    assert list(measured["labels"]) == [*BEFORE_TRAINING, "classifier"]

    table = command("evaluate", folder, "--truth", truth)
    assert table.status == 0
    assert "12 photos, 16 classes; percentages" in table.stdout
    assert f"{measured['labels']['classifier']['mAP']:.1f}" in table.stdout
    assert "CF1" in table.stdout
    assert sum(line.startswith("dog ") for line in table.stdout.splitlines()) == 1

    assert "12 of 20 photos of the truth file are in this folder" in table.stderr
    part = tmp_path / "part.csv"
    photo = min(file.name for file in folder.glob("*.jpg"))
    part.write_text(f"image,dog,sofa\n{photo},1,0\nother.jpg,0,1\n", encoding="utf-8")
    told = command("evaluate", folder, "--truth", part).stderr
    assert "photos of the truth file are in this folder; not found: other.jpg" in told
    assert "not among your classes: “sofa”" in told

    info = command("info", folder, "--json").json
    assert len(info["likely_errors"]) == 10
    doubts = [item["doubt"] for item in info["likely_errors"]]
    assert doubts == sorted(doubts, reverse=True)
    assert f"Check       {info['likely_errors'][0]['photo']!r}" in command("info", folder).stdout

    predicted = command("predict", folder)
    assert (predicted.status, predicted.stdout) == (0, "")
    assert "Labelled 12 photos of my photos." in predicted.stderr

    others = photos("others", 3, start=16)
    on_others = command("predict", folder, "--on", others)
    assert on_others.status == 0
    rows = read_csv(on_others.stdout)
    assert rows[0] == ["image", *drawn_classes()]
    assert [row[0] for row in rows[1:]] == sorted(path.name for path in others.iterdir())
    assert {cell for row in rows[1:] for cell in row[1:]} <= {"0", "1"}
    assert not (others / ".cdul").exists()
    for name in ("labels.csv", "labels.JSON"):
        output = tmp_path / name
        written = command("predict", folder, "--on", others, "--output", output)
        assert (written.status, written.stdout) == (0, "")
    assert read_csv((tmp_path / "labels.csv").read_text()) == rows
    assert len(json.loads((tmp_path / "labels.JSON").read_text())["images"]) == 3

    for label_format in ("csv", "json"):
        output = tmp_path / f"export.{label_format}"
        exported = command("export", folder, "--format", label_format, "--output", output)
        assert (exported.status, exported.stdout) == (0, "")
        assert str(output) in exported.stderr
    exported_rows = read_csv((tmp_path / "export.csv").read_text())
    assert len(exported_rows) == 13
    assert exported_rows[0] == rows[0]
    assert len(json.loads((tmp_path / "export.json").read_text())["images"]) == 12
    # What is exported is a truth file; labels measured with it agree with themselves.
    again = command("evaluate", folder, "--truth", tmp_path / "export.csv", "--json").json
    assert again["labels"]["pseudo"]["macro_F1"] == 100

    info = command("info", folder, "--json").json
    assert info["photos"] == 12
    assert info["classes"] == drawn_classes()
    assert info["skipped"] == {}
    assert info["labels"][-1] == "classifier"
    assert [run["kind"] for run in info["runs"]][-2:] == ["train", "score"]
    assert {run["outcome"] for run in info["runs"]} == {"done"}
    assert info["runs"][-2]["seed"] == 3
    shown = command("info", folder).stdout
    assert f"Folder      {folder}" in shown
    assert "house, tree" in shown
    assert "Labelled 12 photos" in shown


def test_an_end_to_end_classifier_from_a_local_checkpoint(
    command, photos, encoder: str, backbone_weights: Path, monkeypatch
):
    folder = photos("photos", 4)
    command("score", folder, "--classes", "cat, dog, person", "--encoder", encoder)
    monkeypatch.chdir(backbone_weights.parent)  # what is given as a relative path is kept as whole
    trained = command(
        "train", folder, "--classifier", "mobilenetv2_100", "--weights",
        backbone_weights.name, "--epochs", 1, "--device", "cpu",
    )  # fmt: skip
    assert trained.status == 0, trained.stderr
    run = command("info", folder, "--json").json["runs"][0]
    assert run["config"]["weights"] == str(backbone_weights)
    assert (run["config"]["epochs"], run["config"]["warm_up_epochs"]) == (1, 0)
    monkeypatch.chdir(folder.parent)
    predicted = command("predict", folder.name, "--on", f"other/../{folder.name}")
    assert predicted.stdout.startswith("image,cat,dog,person\n")
    assert "classifier" in command("info", folder, "--json").json["labels"]
