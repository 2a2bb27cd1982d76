"""Whether the labels, as they are now, were taken along."""

from dataclasses import asdict, dataclass
from typing import Any

from cdul_app.measures.label_kinds import LabelKind
from cdul_app.storage.journal.decision_log import StepKind
from cdul_app.storage.project_store import ProjectStore

_SETTING = "labels_used"


@dataclass(frozen=True)
class LabelsState:
    """What labels are shown from: another one may mean other labels."""

    run: int | None  # that scored or trained them last
    step: int  # the newest decision

    @classmethod
    def now(cls, store: ProjectStore) -> "LabelsState":
        return cls(store.labels.run_of(LabelKind.PSEUDO), store.decisions.last())


def remember_used(store: ProjectStore, state: LabelsState) -> None:
    """state : as it was when they were read.  A read-only project remembers nothing."""
    if not store.read_only:
        store.settings.set(_SETTING, asdict(state))


def are_used(store: ProjectStore) -> bool:
    """Whether they were exported, or the classifier was, or it labelled another folder, and no
    label can be another one since."""
    used = store.settings.read(_SETTING, _state)
    if used is None or used.run != store.labels.run_of(LabelKind.PSEUDO):
        return False
    return store.decisions.kinds_after(used.step) <= {StepKind.FLAG}


def _state(stored: dict[str, Any]) -> LabelsState:
    return LabelsState(stored["run"], int(stored["step"]))
