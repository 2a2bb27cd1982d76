"""One run in words: its settings, what it ran on, how it ended and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.events import EpochFinished, Outcome
from cdul_app.progress import format_duration
from cdul_app.project.runs import RunRecord
from cdul_app.settings.configs import TrainingConfig
from cdul_app.settings.fields import settings_of

_OUTCOMES = {Outcome.DONE: "done", Outcome.CANCELLED: "cancelled", Outcome.FAILED: "failed"}
_MOST_CLASSES = 6


def outcome_text(run: RunRecord) -> str:
    """An unfinished run was stopped from outside, or runs now."""
    return "not finished" if run.outcome is None else _OUTCOMES[run.outcome]


def run_title(run: RunRecord) -> str:
    """The line of the history: "Run 3 · 24 Nov 14:20 · features · done"."""
    classifier = run.config.get("classifier", "")
    parts = [f"Run {run.identifier}", _when(run.started), str(classifier), outcome_text(run)]
    return " · ".join(part for part in parts if part)


def _when(iso: str) -> str:
    try:
        moment = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{QLocale().monthName(moment.month, QLocale.FormatType.ShortFormat)} {moment:%d %H:%M}"


def run_time(run: RunRecord) -> str:
    """When it was started, in the person's time zone."""
    return _when(run.started)


def run_seconds(run: RunRecord) -> float | None:
    """How long it took; None where it did not end."""
    if not run.ended:
        return None
    return (datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)).total_seconds()


class RunDetails(QWidget):
    """A two-column list; empty without a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(SPACING[2])
        self._form.setVerticalSpacing(SPACING[0])
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def show_run(self, run: RunRecord | None, history: Sequence[EpochFinished] = ()) -> None:
        """`history` : the run's epochs; what moved is read from them."""
        while self._form.rowCount():
            self._form.removeRow(0)
        if run is None:
            return
        self._add("Outcome", run.summary or outcome_text(run).capitalize())
        if run.reason:
            self._add("Why it stopped", run.reason)
        moved = moved_text(history)
        if moved:
            self._add("Labels flipped", moved)
        self._add("Settings", settings_text(run.config))
        if run.device:
            self._add("Device", run.device)
        seconds = run_seconds(run)
        if seconds is not None:
            self._add("Time", format_duration(seconds))
        if run.versions:
            self._add("Versions", ", ".join(f"{k} {v}" for k, v in run.versions.items()))

    def texts(self) -> str:
        """All that is shown, for tests."""
        labels = self.findChildren(QLabel)
        return "\n".join(label.text() for label in labels)

    def _add(self, name: str, text: str) -> None:
        title = QLabel(name)
        title.setProperty("role", "muted")
        value = QLabel(text)
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setWordWrap(True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._form.addRow(title, value)


def moved_text(history: Sequence[EpochFinished]) -> str:
    """Labels that crossed 0.5 by class, most first, over all epochs: "cat 12, dog 3"."""
    flips: Counter[str] = Counter()
    for epoch in history:
        flips.update(epoch.flips_by_class)
    shown = [f"{name} {count:,}" for name, count in flips.most_common(_MOST_CLASSES)]
    others = sum(flips.values()) - sum(count for _, count in flips.most_common(_MOST_CLASSES))
    return ", ".join([*shown, f"others {others:,}"] if others else shown)


def settings_text(config: Mapping[str, Any]) -> str:
    """Those that were stored with a run: "features, epochs 20, …, preset default"."""
    parts = []
    for name, setting in settings_of(TrainingConfig).items():
        # A file of weights only where there is one; the device stands in a row of its own.
        if name in config and name != "device" and config[name] != "":
            title = setting.title if setting.title[1].isupper() else setting.title.lower()
            parts.append(f"{title} {setting.text(config[name])}")
    return ", ".join([*parts, f"preset {TrainingConfig.from_dict(dict(config)).preset}"])
