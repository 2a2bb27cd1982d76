"""Beside the photos: what belongs to a step of the way, open while it is of use."""

from PySide6.QtCore import QSize, Qt, Signal
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


class SidePanel(QWidget):
    """Hidden at first: photos have the room.  A step may have several panels."""

    changed = Signal()  # another panel is shown, or none

    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "side")
        self.setMinimumWidth(MINIMUM_WIDTH)
        self.resize(WIDTH, self.height())
        self.photos, self.classes = PhotosPanel(session), ClassesPanel(session)
        self.label, self.check = ScoringPanel(session), CheckPanel(session)
        self.results, self.train = ResultsPanel(session), TrainingPanel(session)
        self.export, self.other_folder = ExportPanel(session), OtherFolderPanel(session)
        self.classifier = ClassifierPanel(session)
        # By their titles in English; the tabs say them in the person's language.
        self.of_steps: dict[Step, dict[str, Panel]] = {
            Step.PHOTOS: {translatable("Photos"): self.photos},
            Step.CLASSES: {translatable("Classes"): self.classes},
            Step.LABEL: {translatable("Label"): self.label},
            Step.CHECK: {
                translatable("Check"): self.check,
                translatable("Quality"): self.results,
                translatable("Train"): self.train,
            },
            Step.USE: {
                translatable("Export"): self.export,
                translatable("Other folder"): self.other_folder,
                translatable("Classifier"): self.classifier,
            },
        }
        self.panels = {name: each for part in self.of_steps.values() for name, each in part.items()}
        for panel in self.panels.values():
            panel.heading.hide()  # its tab says the same
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for name in self.panels:
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
        self.stack = stack(*self.panels.values(), parent=self)  # Tab comes to it after the head
        vertical(head, (self.stack, 1), on=self, spacing=0, margins=(1, 0, 0, 0))
        self.hide()
        self._show_tabs("Photos")

    def sizeHint(self) -> QSize:
        """As wide in every language: sentences that wrap would make it wider, the longer more."""
        hint = super().sizeHint()
        most = WIDTH if self.window().width() >= _WIDE_WINDOW else MINIMUM_WIDTH
        return QSize(min(hint.width(), most), hint.height())

    def show_panel(self, name: str) -> None:
        """One of `panels`, in sight."""
        self.stack.setCurrentWidget(self.panels[name])
        self._show_tabs(name)
        self.show()
        self.changed.emit()

    def show_step(self, step: Step) -> None:
        """Its first panel, or the one of it that is shown already."""
        if self.step is not step:
            self.show_panel(next(iter(self.of_steps[step])))

    def edit_classes(self) -> None:
        """The whole list, ready to be typed in."""
        self.show_panel("Classes")
        self.classes.editor.text.setFocus()

    def focus_panel(self) -> None:
        """The first field of the panel that is shown."""
        panel = self.panels[self.current_panel]
        field = panel.nextInFocusChain()
        while field is not None and panel.isAncestorOf(field):
            takes_it = field.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_it and field.isVisible() and field.isEnabled():
                field.setFocus(Qt.FocusReason.TabFocusReason)
                return
            field = field.nextInFocusChain()

    def put_away(self) -> None:
        if not self.isHidden():
            self.hide()
            self.changed.emit()

    @property
    def current_panel(self) -> str:
        """The panel that is shown, or will be when this comes into sight."""
        shown = self.stack.currentWidget()
        return next(name for name, panel in self.panels.items() if panel is shown)

    @property
    def step(self) -> Step | None:
        """The step whose panel is in sight."""
        if self.isHidden():
            return None
        name = self.current_panel
        return next(step for step, panels in self.of_steps.items() if name in panels)

    def release(self) -> None:
        """Store what is waiting: the session is about to be closed."""
        for panel in self.panels.values():
            panel.release()

    def _show_tabs(self, name: str) -> None:
        together = next(panels for panels in self.of_steps.values() if name in panels)
        for each, button in self.buttons.items():
            button.setVisible(each in together)
        self.buttons[name].setChecked(True)
