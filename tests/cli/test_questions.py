"""`ask` and `report`, with answers from stdin."""

import io
import json

import pytest

from cdul_app.measures.reviews import UNOBSERVED, YES
from cdul_app.measures.sample_design import ENOUGH_ANSWERS
from cdul_app.project.classes.class_order import class_to_ask
from cdul_app.project.project import Project


@pytest.fixture
def answer(monkeypatch):
    def type_in(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return type_in


def test_calibration_moves_the_threshold_and_keeps_the_answers(command, scored_folder, answer):
    before = command("info", str(scored_folder), "--json").json["thresholds"]["dog"]
    answer("y\nmaybe\ns\n" + "y\n" * 6)
    result = command("ask", str(scored_folder), "--class", "Dog", "--answers", "6")
    assert result.status == 0
    assert "Write y for yes" in result.stdout
    assert "The app labelled" in result.stdout
    assert "precision" not in result.stdout  # answers near the threshold are no fair sample
    after = command("info", str(scored_folder), "--json").json
    assert after["answers"] == 6
    assert after["thresholds"]["dog"] < before


@pytest.mark.parametrize("purpose", ["calibration", "report"])
def test_answers_keep_the_score_threshold_and_run_that_were_shown(
    command, scored_folder, answer, tmp_path, purpose
):
    before = command("info", str(scored_folder), "--json").json
    answer("y\n")
    command("ask", str(scored_folder), "--class", "dog", "--for", purpose, "--answers", "1")
    output = tmp_path / "labels.json"
    command("export", str(scored_folder), "--format", "json", "--output", output)
    reasons = [
        image["why"]["dog"] | {"score": image["scores"]["dog"]}
        for image in json.loads(output.read_text(encoding="utf-8"))["images"]
        if "dog" in image["answers"]
    ]
    assert len(reasons) == 1
    assert reasons[0]["source"] == "answer"
    assert reasons[0]["answered"]
    assert reasons[0]["score_shown"] == pytest.approx(reasons[0]["score"], abs=1e-4)
    assert reasons[0]["threshold_shown"] == pytest.approx(before["thresholds"]["dog"], abs=1e-4)
    assert reasons[0]["run_shown"] == before["runs"][0]["id"]


def test_answers_of_the_terminal_are_undone_in_the_window(command, scored_folder, answer):
    answer("y\nn\n")
    command("ask", str(scored_folder), "--class", "dog", "--answers", "2")
    with Project.open_folder(scored_folder) as project:
        assert project.decisions.undo() == "Undid no for “dog” on 1 photo."
        assert project.decisions.undo() == "Undid yes for “dog” on 1 photo."
        assert (project.answers == UNOBSERVED).all()


def test_a_report_is_estimated_from_its_sample(command, scored_folder, answer):
    assert command("report", str(scored_folder), "--json").json["overall"] is None
    answer("y\ns\ny\nq\n")
    result = command("ask", str(scored_folder), "--class", "cat", "--for", "report")
    assert "cannot be skipped" in result.stdout
    report = command("report", str(scored_folder), "--json").json
    assert report["classes"]["cat"]["answers"] == 2
    assert report["classes"]["cat"]["f1"] is None  # not yet
    needed = report["classes"]["cat"]["answers_needed"]
    assert 0 < needed < ENOUGH_ANSWERS
    answer("y\n" * needed)
    command("ask", str(scored_folder), "--class", "cat", "--for", "report")
    report = command("report", str(scored_folder), "--json").json
    assert report["classes"]["cat"]["answers_needed"] == 0
    assert (
        0 <= report["classes"]["cat"]["f1"]["low"] <= report["classes"]["cat"]["f1"]["high"] <= 100
    )
    assert report["classes"]["dog"]["f1"] is None
    table = command("report", str(scored_folder))
    assert "cat" in table.stdout


def test_the_end_of_the_input_ends_the_questions(command, scored_folder, answer):
    answer("")
    assert command("ask", str(scored_folder), "--class", "cat").status == 0
    assert command("info", str(scored_folder), "--json").json["answers"] == 0


def test_what_cannot_be_asked_is_a_sentence(command, scored_folder, answer):
    answer("y\n")
    result = command("ask", str(scored_folder), "--class", "zebra")
    assert result.status == 1
    assert "no class “zebra”" in result.stderr


def test_a_photo_that_is_skipped_is_not_asked_about_again(command, scored_folder, answer):
    answer("s\ns\ny\nq\n")
    result = command("ask", str(scored_folder), "--class", "cat")
    asked = [line for line in result.stdout.splitlines() if line.endswith(".jpg")]
    assert len(asked) == 4
    assert len(set(asked)) == 4


def test_without_a_class_the_one_whose_answers_are_worth_most_is_asked_about(
    command, scored_folder, answer
):
    with Project.open_folder(scored_folder) as project:
        column = class_to_ask(project)
        name = project.classes[column].name
    answer("y\n")
    assert f"{name}? [y/n/s/q]" in command("ask", scored_folder, "--answers", "1").stdout
    with Project.open_folder(scored_folder) as project:
        assert (project.answers[:, column] == YES).sum() == 1
