"""What a session tells the window around its jobs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.events import EpochFinished
from cdul_app.measures.reviews import YES
from cdul_app.settings.configs import TrainingConfig
from tests.drawn_photos import copy_photos


def test_reading_stops_as_soon_as_a_job_starts(session: ProjectSession, qtbot: QtBot):
    copy_photos(session.project.location.folder, 300, start=8)
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scan()
    session.jobs.read_when_idle()
    assert session.jobs.reading.is_running
    session.jobs.start_scoring()
    qtbot.waitUntil(lambda: not session.jobs.reading.is_running, timeout=60_000)
    assert session.jobs.is_busy
    assert session.jobs.reading.done < 300
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.cancel()


def test_runs_are_announced_after_each_epoch_and_each_job(
    session: ProjectSession, qtbot: QtBot, slow_training: Callable[..., TrainingConfig]
):
    heard: list[str] = []
    session.runs_changed.connect(lambda: heard.append(session.project.runs.all()[0].kind))
    session.jobs.event_sent.connect(
        lambda event: heard.append("epoch") if isinstance(event, EpochFinished) else None
    )
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scoring(replace(session.project.settings.scoring, zeta=0.2))
    assert heard == ["score"]
    heard.clear()
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_training(slow_training(3))
    assert heard == ["epoch", "train"] * 3 + ["train"]


def test_a_job_that_reads_no_scores_announces_no_run(
    session: ProjectSession, qtbot: QtBot, tmp_path: Path
):
    heard: list[str] = []
    session.runs_changed.connect(lambda: heard.append("runs"))
    session.scores_changed.connect(lambda: heard.append("scores"))
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_export("csv", tmp_path / "labels.csv")
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scan()
    assert heard == []


def compare(session: ProjectSession, qtbot: QtBot) -> np.ndarray:
    with qtbot.waitSignal(session.search.found, timeout=60_000):
        session.search.compare_with_reviewed()
    qtbot.waitUntil(lambda: not session.search.is_running)
    novelty = session.project.search_results.novelty()
    assert novelty is not None
    return novelty


def test_novelty_is_found_anew_when_photos_were_encoded(session: ProjectSession, qtbot: QtBot):
    session.project.decisions.answer([4], 0, YES)
    assert np.isfinite(compare(session, qtbot)).all()
    copy_photos(session.project.location.folder, 2, start=8)
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        session.jobs.start_scoring()
    novelty = compare(session, qtbot)  # about the same reviewed photo as before
    assert novelty.shape == (10,)
    assert np.isfinite(novelty).all()
