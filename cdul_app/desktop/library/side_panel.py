"""Beside the grid: the panels, one at a time, in the order of the work."""

from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cdul_app.desktop.panels.classes_panel import ClassesPanel
from cdul_app.desktop.panels.export_panel import ExportPanel
from cdul_app.desktop.panels.other_folder_panel import OtherFolderPanel
from cdul_app.desktop.panels.results_panel import ResultsPanel
from cdul_app.desktop.panels.scoring_panel import ScoringPanel
from cdul_app.desktop.panels.training_panel import TrainingPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.layouts import horizontal, paint_as, stack, vertical
from cdul_app.desktop.widgets.panel import Panel

WIDTH = 400  # pixels at first
MINIMUM_WIDTH = 321
_OTHER_FOLDER = "Other folder"


class SidePanel(QWidget):
    def __init__(self, session: ProjectSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "side")
        self.setMinimumWidth(MINIMUM_WIDTH)
        self.resize(WIDTH, self.height())
        self.classes = ClassesPanel(session)
        self.results = ResultsPanel(session)
        self.other_folder = OtherFolderPanel(session)
        self.export = ExportPanel(session)
        self.panels: dict[str, Panel] = {
            "Classes": self.classes,
            "Scoring": ScoringPanel(session),
            "Training": TrainingPanel(session),
            "Results": self.results,
            "Export": self.export,
            _OTHER_FOLDER: self.other_folder,
        }
        self.stack = stack(parent=self)
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        tabbed = [(name, panel) for name, panel in self.panels.items() if name != _OTHER_FOLDER]
        for name, panel in tabbed:  # in turn: Tab goes from a button to its panel
            button = push_button(
                name,
                lambda _=False, chosen=name: self.show_panel(chosen),
                role="tab",
                name=f"{name} panel",
                parent=self,
            )
            button.setCheckable(True)
            group.addButton(button)
            self.buttons[name] = button
            self.stack.addWidget(panel)
        self.stack.addWidget(self.other_folder)
        self.export.other_folder_link.clicked.connect(lambda: self.show_panel(_OTHER_FOLDER))
        tabs = horizontal(*self.buttons.values(), spacing=0, margins=(4, 0))
        vertical(tabs, (self.stack, 1), on=self, spacing=0, margins=(1, 0, 0, 0))
        self.show_panel("Classes" if not session.project.classes else "Scoring")

    def show_panel(self, name: str) -> None:
        """ "Classes", "Scoring", "Training", "Results", "Export" or "Other folder"."""
        self.stack.setCurrentWidget(self.panels[name])
        self.tab.setChecked(True)

    @property
    def tab(self) -> QPushButton:
        """That of the panel that is shown; another folder is labelled beside the export."""
        return self.buttons.get(self.current_panel, self.buttons["Export"])

    @property
    def current_panel(self) -> str:
        shown = self.stack.currentWidget()
        return next(name for name, panel in self.panels.items() if panel is shown)

    def release(self) -> None:
        """Store what is waiting: the session is about to be closed."""
        for panel in self.panels.values():
            panel.release()
