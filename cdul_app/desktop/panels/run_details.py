"""One run in words: its settings, what it ran on, how it ended and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QFormLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.labels import label
from cdul_app.events import EpochFinished, Outcome
from cdul_app.language import ENGLISH, figure, language, tr
from cdul_app.progress import format_duration
from cdul_app.project.run_words import run_in_words
from cdul_app.project.runs import RunRecord
from cdul_app.settings.configs import FEATURES, TrainingConfig
from cdul_app.settings.fields import settings_of

_MOST_CLASSES = 6
_OUTCOMES = {
    None: tr("not finished"),
    Outcome.DONE: tr("done"),
    Outcome.CANCELLED: tr("cancelled"),
    Outcome.FAILED: tr("failed"),
}


def outcome_text(run: RunRecord) -> str:
    """An unfinished run was stopped from outside, or runs now."""
    return _OUTCOMES[run.outcome]


def run_title(run: RunRecord) -> str:
    """The line of the history: "Run 3 · 24 Nov 14:20 · features · done"."""
    classifier = run.config.get("classifier", "")
    parts = [
        tr("Run {number}", number=str(run.identifier)),
        run_time(run),
        str(classifier),
        outcome_text(run),
    ]
    return " · ".join(part for part in parts if part)


def run_time(run: RunRecord) -> str:
    """When it was started, in the person's time zone."""
    try:
        moment = datetime.fromisoformat(run.started).astimezone()
    except ValueError:
        return run.started
    return QLocale().toString(
        QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), tr("MMM dd HH:mm")
    )


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
        seconds = run_seconds(run)
        why = tr("What it found") if len(history) == 1 else tr("Why it stopped")
        told = {
            tr("Outcome"): run_in_words(run.summary) or outcome_text(run).capitalize(),
            why: run_in_words(run.reason),
            tr("Labels flipped"): moved_text(history),
            tr("Settings"): settings_text(run.config),
            tr("Device"): run.device,
            tr("Time"): "" if seconds is None else format_duration(seconds),
            tr("Versions"): ", ".join(f"{name} {number}" for name, number in run.versions.items()),
        }
        for name, text in told.items():
            if text:
                value = label(text, wrap=True)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._form.addRow(label(name, "muted"), value)


def moved_text(history: Sequence[EpochFinished]) -> str:
    """Labels that crossed 0.5 by class, most first, over all epochs: "cat 12, dog 3"."""
    flips: Counter[str] = Counter()
    for epoch in history:
        flips.update(epoch.flips_by_class)
    most = flips.most_common(_MOST_CLASSES)
    shown = [f"{name} {figure(count)}" for name, count in most]
    others = flips.total() - sum(count for _, count in most)
    return ", ".join([*shown, tr("others {count}", count=others)] if others else shown)


def settings_text(config: Mapping[str, Any]) -> str:
    """Those that were stored with a run and mean something to its classifier: "resnet101, epochs
    20, …, preset default"."""
    reads_photos, parts = config.get("classifier") != FEATURES, []
    for name, setting in settings_of(TrainingConfig).items():
        # A file of weights only where there is one; the device stands in a row of its own.
        known = name in config and (reads_photos or not setting.end_to_end)
        if known and name != "device" and config[name] != "":
            title = tr(setting.title)
            if language() == ENGLISH and not title[1].isupper():  # nouns may be large elsewhere
                title = title.lower()
            parts.append(f"{title} {setting.text(config[name])}")
    preset = TrainingConfig.from_dict(dict(config)).preset
    return ", ".join([*parts, tr("preset {name}", name=preset)])
