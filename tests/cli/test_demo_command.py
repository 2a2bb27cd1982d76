"""`cdul-app demo`: all three stages without a window and without a network."""

import socket
from pathlib import Path

import pytest


class NoNetwork:
    def __call__(self, *_: object) -> None:
        raise AssertionError("a network call")


def test_headless_demo_prints_the_map_of_each_kind(command, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", NoNetwork())
    folder = tmp_path / "drawn scenes"
    shown = command("demo", "--headless", "--into", folder)
    assert shown.status == 0, shown.stderr
    title, counts, heading, *rows = shown.stdout.splitlines()
    assert title == f"Demo project: {folder}"
    assert counts == "60 photos, 16 classes; percentages"
    assert heading.split() == ["labels", "mAP", "macro-F1"]
    figures = {row[:22].strip(): [float(cell) for cell in row[22:].split()] for row in rows}
    assert list(figures) == [
        "Global",
        "Snippet max",
        "Aggregated",
        "Ranking score",
        "Initial pseudo label",
        "Pseudo label",
        "Classifier",
    ]
    assert all(0 < value <= 100 for row in figures.values() for value in row)
    measured = command("evaluate", folder, "--truth", folder / "truth.csv", "--json").json
    assert figures["Classifier"][0] == pytest.approx(
        measured["labels"]["classifier"]["mAP"], abs=0.06
    )


def test_a_demo_that_cannot_be_copied(refused, tmp_path: Path):
    (tmp_path / "file").touch()
    assert "choose another folder with --into" in refused(
        "demo", "--headless", "--into", tmp_path / "file"
    )
