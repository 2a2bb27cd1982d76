"""`ask` and `report`, with answers from stdin."""

import io

import pytest


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
    assert "precision" in result.stdout
    after = command("info", str(scored_folder), "--json").json
    assert after["answers"] == 6
    assert after["thresholds"]["dog"] < before


def test_a_report_is_estimated_from_its_sample(command, scored_folder, answer):
    assert command("report", str(scored_folder), "--json").json["overall"] is None
    answer("y\ns\ny\nq\n")
    result = command("ask", str(scored_folder), "--class", "cat", "--for", "report")
    assert "cannot be skipped" in result.stdout
    report = command("report", str(scored_folder), "--json").json
    assert report["classes"]["cat"]["answers"] == 2
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
