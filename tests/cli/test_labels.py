"""`export` and `import` as a terminal runs them."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from cdul_app.formats.label_formats import LABEL_FORMATS
from cdul_app.measures.reviews import NO, YES
from cdul_app.project.labels.label_sources import answer_provenance
from cdul_app.project.project import Project


def test_every_format_is_written_and_what_is_read_back_are_the_same_labels(
    command, scored_folder: Path, tmp_path: Path
):
    with Project.open_folder(scored_folder) as project:
        project.decisions.answer([0], 0, YES)
        wanted = {
            path: sorted(project.classes.names[column] for column in range(len(project.classes))
                         if project.facts.labels.values()[row, column])
            for row, path in enumerate(project.photos.paths)
        }  # fmt: skip
    for key, each in LABEL_FORMATS.items():
        output = tmp_path / f"out-{key}{each.suffix}"
        options = ["--several", "each"] if each.several else []
        options += ["--split", "0.5,0.5"] if key == "ultralytics" else []
        written = command("export", scored_folder, "--format", key, "--output", output, *options)
        assert written.status == 0, f"{key}: {written.stderr}"
        assert output.is_dir() == each.is_folder
        if key in ("json", "jsonl", "huggingface", "csv"):
            assert _labels(output, key) == wanted, key
    card = (tmp_path / "out-huggingface" / "README.md").read_text(encoding="utf-8")
    assert card.startswith('---\n{"configs"')
    assert "| cat |" in card or "| class | prompts |" in card
    photo = next((tmp_path / "out-huggingface").rglob("*.jpg"))
    assert photo.samefile(scored_folder / photo.name)  # no second copy of it


def _labels(output: Path, key: str) -> dict[str, list[str]]:
    if key == "csv":
        rows = csv.DictReader(io.StringIO(output.read_text(encoding="utf-8")))
        return {row.pop("image"): sorted(n for n, v in row.items() if v == "1") for row in rows}
    if key == "json":
        photos = json.loads(output.read_text(encoding="utf-8"))["images"]
    else:
        file = output / "metadata.jsonl" if output.is_dir() else output
        photos = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {each.get("image") or each["file_name"]: sorted(each["labels"]) for each in photos}


def test_standard_output(command, scored_folder: Path, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for place in ("-", "/dev/stdout"):
        written = command("export", scored_folder, "--format", "jsonl", "--output", place)
        assert len(written.stdout.splitlines()) == 8
        assert json.loads(written.stdout.splitlines()[0])["labels"] is not None
        assert "Wrote the labels of 8 photos." in written.stderr
    assert not (tmp_path / "-").exists()
    refused = command("export", scored_folder, "--format", "voc", "--output", "-")
    assert refused.status == 1
    assert "is a folder of files" in refused.stderr
    program = [sys.executable, "-m", "cdul_app", "export", str(scored_folder)]
    ended = subprocess.run(
        [*program, "--format", "csv", "--bom", "--output", "-"], capture_output=True, check=True
    )
    assert ended.stdout.startswith(b"\xef\xbb\xbfimage,")


def test_which_labels(command, scored_folder: Path, tmp_path: Path):
    with Project.open_folder(scored_folder) as project:
        project.decisions.answer([1], 0, NO)
        name, path = project.classes.names[0], project.photos.paths[1]

    def rows(*options: str) -> list[dict[str, str]]:
        written = command("export", scored_folder, "--format", "csv", "--output", "-", *options)
        assert written.status == 0, written.stderr
        return list(csv.DictReader(io.StringIO(written.stdout)))

    (reviewed,) = rows("--which", "reviewed")
    assert reviewed["image"] == path
    assert reviewed[name] == "0"
    assert "" not in reviewed.values()
    (answers,) = rows("--which", "answers")
    assert {value for key, value in answers.items() if key not in ("image", name)} == {""}
    assert [row["image"] for row in rows("--filter", Path(path).name)] == [path]
    scores = rows("--scores")[0]
    assert 0 <= float(scores[f"{name}_score"]) <= 1
    nothing = command(
        "export", scored_folder, "--format", "csv", "--output", "-", "--filter", "nowhere"
    )
    assert "No photo with labels is left to export" in nothing.stderr


def test_import_takes_what_was_exported_as_answers(command, scored_folder: Path, tmp_path: Path):
    file = tmp_path / "labels.csv"
    names = _names(scored_folder)
    with Project.open_folder(scored_folder) as project:
        first, second = project.photos.paths[:2]
    file.write_text(f"image,{names[0]},unicorn\n{first},1,0\n{second},,1\ngone.jpg,1,1\n")
    done = command("import", scored_folder, file)
    assert done.status == 0, done.stderr
    assert done.stdout == "Imported 1 answer on 1 photo.\n"
    assert "not found: gone.jpg; not among your classes: “unicorn”" in done.stderr
    with Project.open_folder(scored_folder) as project:
        assert project.answers[:2, 0].tolist() == [YES, -1]
        given = answer_provenance(project, 0, 0)
        assert given is not None
        assert given.shown.imported_from == "labels.csv"
    again = command("import", scored_folder, file)
    assert again.stdout == "Imported 0 answers on 0 photos. 1 answer was there already.\n"


def test_a_machine_s_labels_never_come_in_as_answers(command, scored_folder: Path, tmp_path: Path):
    for label_format in ("json", "csv-long", "labelstudio", "datumaro"):
        output = tmp_path / f"out-{label_format}{LABEL_FORMATS[label_format].suffix}"
        command("export", scored_folder, "--format", label_format, "--output", output)
        refused = command("import", scored_folder, output)
        assert refused.status == 1, label_format
        assert "holds no answer of a person" in refused.stderr


def test_import_as_truth(command, scored_folder: Path, tmp_path: Path):
    output = tmp_path / "out"
    command("export", scored_folder, "--format", "voc", "--output", output)
    assert command("import", scored_folder, output, "--as", "truth").status == 0
    measured = command("evaluate", scored_folder, "--truth", output, "--json").json
    assert measured["labels"]["pseudo"]["macro_F1"] == 100
    with Project.open_folder(scored_folder) as project:
        assert project.truth.file == output
        assert (project.answers == -1).all()


def _names(folder: Path) -> tuple[str, ...]:
    with Project.open_folder(folder) as project:
        return project.classes.names
