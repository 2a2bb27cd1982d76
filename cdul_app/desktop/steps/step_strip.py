"""Above the photos: the steps of the way, where the project stands, and the one next act."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from cdul_app.desktop.look.icons import icon
from cdul_app.desktop.look.plain_text import plain_tip, without_mnemonic
from cdul_app.desktop.look.restyle import mark
from cdul_app.desktop.look.theme import SPACING, current_theme, theme_manager
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import horizontal, paint_as
from cdul_app.language import tr, translatable
from cdul_app.project.next_act import Step

TITLES = {
    Step.PHOTOS: tr("Photos"),
    Step.CLASSES: tr("Classes"),
    Step.LABEL: tr("Label"),
    Step.CHECK: tr("Check"),
    Step.USE: tr("Use"),
}
_MEANINGS = {
    Step.PHOTOS: tr("The photos of the folder, and those that cannot be read"),
    Step.CLASSES: tr("What to look for: the list of classes"),
    Step.LABEL: tr("How well and how fast photos are labelled"),
    Step.CHECK: tr("Correct what matters, see how good the labels are, train"),
    Step.USE: tr("Take the labels along, or label another folder"),
}
_SPOKEN, _SPOKEN_DONE = translatable("Step: {title}"), translatable("Step: {title}, done")
_HEIGHT = 48  # pixels


class StepStrip(QWidget):
    """A step opens what belongs to it, or closes it; the button does the next act."""

    step_clicked = Signal(object)  # Step
    act_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        paint_as(self, "bar")
        self.setAccessibleName(tr("Steps"))
        self.setFixedHeight(_HEIGHT)
        self.steps: dict[Step, QPushButton] = {}
        self._done: set[Step] = set()
        parts: list[QWidget] = []
        for step, title in TITLES.items():
            button = push_button(
                title,
                # Qt hands a StrEnum on as a bare string.
                lambda _=False, chosen=step: self.step_clicked.emit(chosen),
                role="step",
                name=tr(_SPOKEN, title=title),
                tip=_MEANINGS[step],
                parent=self,
            )
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.steps[step] = button
            parts += [button] if step is Step.PHOTOS else [label("›", "muted"), button]
        self.hint = ElidedLabel()
        self.hint.setProperty("role", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.act_button = push_button("", self.act_clicked, role="primary", parent=self)
        horizontal(
            *parts, (self.hint, 1), self.act_button,
            on=self, spacing=SPACING[0], margins=(SPACING[1], 0, SPACING[2], 0),
        )  # fmt: skip
        theme_manager().changed.connect(self._show_marks)

    def show_steps(self, counts: dict[Step, str], done: set[Step], current: Step) -> None:
        """counts : what stands beside the title of each, “128”; current : the first that is not
        done."""
        self._done = done
        for step, button in self.steps.items():
            text = f"{TITLES[step]} {counts.get(step, '')}".strip()
            button.setText(without_mnemonic(text))
            form = _SPOKEN_DONE if step in self._done else _SPOKEN
            button.setAccessibleName(tr(form, title=text))
            mark(button, "current", step is current)
        self._show_marks()

    def show_open(self, step: Step | None) -> None:
        """Which step's panel is open."""
        for each, button in self.steps.items():
            button.setChecked(each is step)

    def show_act(self, words: str, *, enabled: bool = True, hint: str = "", tip: str = "") -> None:
        """Without words there is no button: a page has one of its own."""
        self.act_button.setText(without_mnemonic(words))
        self.act_button.setAccessibleName(words)
        self.act_button.setToolTip(plain_tip(tip))
        self.act_button.setEnabled(enabled)
        self.act_button.setVisible(bool(words))
        self.hint.set_text(hint)

    def _show_marks(self) -> None:
        for step, button in self.steps.items():
            done = step in self._done
            button.setIcon(icon("check", color=current_theme().yes) if done else icon("circle"))
