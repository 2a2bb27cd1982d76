"""Beside the photos: what belongs to a step of the way, open while it is of use."""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cdul_app.desktop.exchange.classifier_panel import ClassifierPanel
from cdul_app.desktop.exchange.export_panel import ExportPanel
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.panels.check_panel import CheckPanel
from cdul_app.desktop.panels.classes_panel import ClassesPanel
from cdul_app.desktop.panels.other_folder_panel import OtherFolderPanel
from cdul_app.desktop.panels.photos_panel import PhotosPanel
from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.desktop.panels.scoring_panel import ScoringPanel
from cdul_app.desktop.panels.training_panel import TrainingPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button, tool_button
from cdul_app.desktop.widgets.layouts import STRETCH, box, horizontal, paint_as, stack, vertical
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.language import tr, translatable
from cdul_app.project.next_act import Step

WIDTH = 400  # pixels at first, where the window has them
_WIDE_WINDOW = 1200  # in a narrower one the photos would have less than two columns
MINIMUM_WIDTH = 321
_TURN_MS = 20
# By their titles in English; the tabs say them in the person's language.
OF_STEPS: dict[Step, tuple[str, ...]] = {
    Step.PHOTOS: (translatable("Photos"),),
    Step.CLASSES: (translatable("Classes"),),
    Step.LABEL: (translatable("Label"),),
    Step.CHECK: (translatable("Check"), translatable("Quality"), translatable("Train")),
    Step.USE: (translatable("Export"), translatable("Other folder"), translatable("Classifier")),
}
_KINDS: dict[str, Callable[[ProjectSession], Panel]] = {
    "Photos": PhotosPanel,
    "Classes": ClassesPanel,
    "Label": ScoringPanel,
    "Check": CheckPanel,
    "Quality": ResultsPanel,
    "Train": TrainingPanel,
    "Export": ExportPanel,
    "Other folder": OtherFolderPanel,
    "Classifier": ClassifierPanel,
}


class Panels(Mapping[str, Panel]):
    """By their titles; one is made when it is first asked for."""

    def __init__(self, make: Callable[[str], Panel]) -> None:
        self._make = make
        self.made: dict[str, Panel] = {}

    def __getitem__(self, name: str) -> Panel:
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_KINDS)

    def __len__(self) -> int:
        return len(_KINDS)


class SidePanel(QWidget):
    """Hidden at first: photos have the room.  A step may have several panels.

    Opening a project does not wait for its panels: they are made after it, one at a turn, or when
    one is asked for.
    """

    changed = Signal()  # another panel is shown, or none

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "side")
        self.setMinimumWidth(MINIMUM_WIDTH)
        self.resize(WIDTH, self.height())
        self._session = session
        self.panels = Panels(self._make)
        self.current_panel = "Photos"  # that is shown, or will be when this comes into sight
        self._wishes: dict[str, list[Callable[[], object]]] = {}
        self._turns = QTimer(self, interval=_TURN_MS)
        self._turns.timeout.connect(self._make_next)
        self._turns.start()
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for name in _KINDS:
            button = push_button(
                tr(name),
                lambda _=False, chosen=name: self.show_panel(chosen),
                role="tab",
                name=tr("{title} panel", title=tr(name)),
            )
            button.setCheckable(True)
            self._group.addButton(button)
            self.buttons[name] = button
        self.close_button = tool_button(
            "close", tr("Put this panel away"), self.put_away, role="quiet"
        )
        tabs = horizontal(
            *self.buttons.values(), STRETCH, self.close_button, spacing=0, margins=(SPACING[1], 0)
        )
        head = box(tabs, parent=self)
        head.setFixedHeight(40)
        self.stack = stack(parent=self)  # Tab comes to it after the head
        vertical(head, (self.stack, 1), on=self, spacing=0, margins=(1, 0, 0, 0))
        self.hide()
        self._show_tabs("Photos")

    def sizeHint(self) -> QSize:
        """As wide in every language: sentences that wrap would make it wider, the longer more."""
        most = WIDTH if self.window().width() >= _WIDE_WINDOW else MINIMUM_WIDTH
        return QSize(most, super().sizeHint().height())

    @property
    def photos(self) -> PhotosPanel:
        return cast(PhotosPanel, self.panels["Photos"])

    @property
    def classes(self) -> ClassesPanel:
        return cast(ClassesPanel, self.panels["Classes"])

    @property
    def label(self) -> ScoringPanel:
        return cast(ScoringPanel, self.panels["Label"])

    @property
    def check(self) -> CheckPanel:
        return cast(CheckPanel, self.panels["Check"])

    @property
    def results(self) -> ResultsPanel:
        return cast(ResultsPanel, self.panels["Quality"])

    @property
    def train(self) -> TrainingPanel:
        return cast(TrainingPanel, self.panels["Train"])

    @property
    def export(self) -> ExportPanel:
        return cast(ExportPanel, self.panels["Export"])

    @property
    def other_folder(self) -> OtherFolderPanel:
        return cast(OtherFolderPanel, self.panels["Other folder"])

    @property
    def classifier(self) -> ClassifierPanel:
        return cast(ClassifierPanel, self.panels["Classifier"])

    def when_made(self, name: str, act: Callable[[], object]) -> None:
        """Connect to a panel, now or once it is made."""
        if name in self.panels.made:
            act()
        else:
            self._wishes.setdefault(name, []).append(act)

    def show_panel(self, name: str) -> None:
        """One of `panels`, in sight."""
        self.stack.setCurrentWidget(self.panels[name])
        self.current_panel = name
        self._show_tabs(name)
        self.show()
        self.changed.emit()

    def show_step(self, step: Step) -> None:
        """Its first panel, or the one of it that is shown already."""
        if self.step is not step:
            self.show_panel(OF_STEPS[step][0])

    def edit_classes(self) -> None:
        """The whole list, ready to be typed in."""
        self.show_panel("Classes")
        self.classes.editor.text.setFocus()

    def focus_panel(self) -> None:
        """The first field of the panel that is shown."""
        panel = self.panels[self.current_panel]
        field = self.close_button.nextInFocusChain()
        while field is not None and field is not self.close_button:
            takes_it = field.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_it and panel.isAncestorOf(field) and field.isVisible() and field.isEnabled():
                field.setFocus(Qt.FocusReason.TabFocusReason)
                return
            field = field.nextInFocusChain()

    def put_away(self) -> None:
        if not self.isHidden():
            self.hide()
            self.changed.emit()

    @property
    def step(self) -> Step | None:
        """The step whose panel is in sight."""
        if self.isHidden():
            return None
        return next(step for step, names in OF_STEPS.items() if self.current_panel in names)

    def release(self) -> None:
        """Store what is waiting: the session is about to be closed."""
        self._turns.stop()
        for panel in self.panels.made.values():
            panel.release()

    def _show_tabs(self, name: str) -> None:
        together = next(names for names in OF_STEPS.values() if name in names)
        for each, button in self.buttons.items():
            button.setVisible(each in together)
        self.buttons[name].setChecked(True)

    def _make(self, name: str) -> Panel:
        panel = _KINDS[name](self._session)
        panel.heading.hide()  # its tab says the same
        self.stack.addWidget(panel)
        self.panels.made[name] = panel
        for act in self._wishes.pop(name, ()):
            act()
        return panel

    def _make_next(self) -> None:
        left = next((name for name in _KINDS if name not in self.panels.made), None)
        if left is None:
            self._turns.stop()
        else:
            _ = self.panels[left]
