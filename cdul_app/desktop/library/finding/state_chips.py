"""One button a state of review, with how many photos are in it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.measures.reviews import ReviewState
from cdul_app.project.photo_filter import state_counts

STATE_TITLES: dict[ReviewState | None, str] = {
    None: "All",
    ReviewState.UNREVIEWED: "Unreviewed",
    ReviewState.ANSWERED: "Answered",
    ReviewState.DISAGREEMENT: "Disagreement",
    ReviewState.ERROR: "Unreadable",
}


class StateChips(QObject):
    """The buttons, for a layout to place: a choice of one state, and the flag beside it."""

    chosen = Signal(object)  # ReviewState, None for all
    flag_toggled = Signal(bool)

    def __init__(self, session: ProjectSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._project = session.project
        self.states: dict[ReviewState | None, QPushButton] = {}
        group = QButtonGroup(self)
        for state, title in STATE_TITLES.items():
            button = self._make_button(title, parent)
            button.clicked.connect(lambda _=False, chosen=state: self.chosen.emit(chosen))
            group.addButton(button)
            self.states[state] = button
        self.states[None].setChecked(True)
        self.flagged = self._make_button("Flagged", parent)
        self.flagged.toggled.connect(self.flag_toggled)

    @property
    def buttons(self) -> list[QPushButton]:
        return [*self.states.values(), self.flagged]

    def update_counts(self) -> None:
        counts = state_counts(self._project)
        for state, title in STATE_TITLES.items():
            self.states[state].setText(f"{title} {counts[state]:,}")
        flags = int(self._project.flags.sum())
        self.flagged.setText(f"Flagged {flags:,}")
        # What no photo is in, and that is not chosen, is only in the way.
        for state in (ReviewState.ERROR, ReviewState.DISAGREEMENT):
            button = self.states[state]
            button.setVisible(counts[state] > 0 or button.isChecked())
        self.flagged.setVisible(flags > 0 or self.flagged.isChecked())

    def _make_button(self, title: str, parent: QWidget) -> QPushButton:
        button = push_button(title, role="chip", name=f"Show photos: {title}", parent=parent)
        button.setCheckable(True)
        return button
