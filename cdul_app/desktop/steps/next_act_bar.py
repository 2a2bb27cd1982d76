"""Keeps the strip of steps in step with the project, and does the next act."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.library.side_panel import SidePanel
from cdul_app.desktop.panels.job_panel import JobPanel
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.steps.step_strip import StepStrip
from cdul_app.desktop.timers import single_shot
from cdul_app.errors import UserError
from cdul_app.language import figure, ntr, tr, translatable
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.project.exchange.used_labels import are_used
from cdul_app.project.next_act import NextAct, Step, labels_to_check, next_act

_REFRESH_MS = 60  # many answers given at once are counted once
_ORDER = list(Step)
# What the button says in each panel that it belongs to.
_PANEL_WORDS = {
    "Train": translatable("Train on these labels"),
    "Export": translatable("Export labels"),
    "Other folder": translatable("Label the other folder"),
    "Classifier": translatable("Export the classifier"),
}
_OF_CLASSIFIERS = ("Other folder", "Classifier")


class NextActBar(QObject):
    """The act follows the panel that is open: whoever is at *Export* exports, whatever is left."""

    failed = Signal(str)
    check_wanted = Signal(int)  # column
    panel_wanted = Signal()  # a step's panel is about to be opened, and is to be seen

    def __init__(
        self, session: ProjectSession, strip: StepStrip, side: SidePanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._project = session, session.project
        self._strip, self._side = strip, side
        self.owner: str = ""  # who has the primary button in place of the next act; empty: nobody
        self._owners_words = ""
        self._timer = single_shot(self, _REFRESH_MS, self.refresh)
        strip.step_clicked.connect(self._on_step)
        side.changed.connect(self.refresh)
        side.when_made("Classes", self._connect_classes)
        side.when_made("Label", lambda: side.label.changed.connect(self._timer.start))
        for name in _PANEL_WORDS:
            side.when_made(name, partial(self._connect_panel, name))
        session.labeling.changed.connect(self._timer.start)
        jobs = session.jobs
        for at_once in (
            session.current_class.changed,
            session.photos_changed,
            session.scores_changed,
            session.classes_changed,
            jobs.started,
            jobs.finished,
        ):
            at_once.connect(lambda *_: self.refresh())
        for soon in (session.photos_listed, session.answers_changed, session.thresholds_changed):
            soon.connect(lambda *_: self._timer.start())
        self.refresh()

    def stop_waiting(self) -> None:
        """The project is about to be closed."""
        self._timer.stop()

    def give_button_to(self, owner: str, words: str = "") -> None:
        """Another page or bar has the one primary button; an empty name gives it back.

        words : what the strip's says meanwhile; empty where the owner has a button of its own.
        """
        if owner != self.owner:
            self.owner, self._owners_words = owner, words
            self.refresh()

    @property
    def wanted(self) -> NextAct:
        return next_act(self._project)

    def refresh(self) -> None:
        self._timer.stop()
        wanted, jobs = self.wanted, self._session.jobs
        self._show_steps(wanted)
        self._strip.show_open(self._side.step)
        if self.owner:
            self._strip.show_act(self._owners_words)
        elif self._project.location.read_only:
            self._strip.show_act(tr("Export labels"), tip=tr("The project can be read only"))
        elif jobs.kind is not None:
            self._strip.show_act(f"{jobs.kind.heading}…", enabled=False)
        else:
            words, hint = self._words(wanted)
            self._strip.show_act(words, enabled=not hint, hint=hint, tip=key_map().shown("run"))

    def act(self) -> None:
        """Do what the button says; where a choice is missing, open what it is made in."""
        self._side.label.store()
        wanted = self.wanted
        try:
            self._session.jobs.refuse_while_busy()
            self._act(wanted)
        except UserError as error:
            self.failed.emit(str(error))
        self.refresh()

    # ---- helpers ----

    def _act(self, wanted: NextAct) -> None:
        if name := self._acting_name:
            if self._needs_training(name):
                self._side.show_panel("Train")
            else:
                self._panel(name).start()
            return
        if self._project.location.read_only:
            self._side.show_panel("Export")
            return
        if self._is_naming:
            self._side.classes.editor.apply()
            return
        match wanted.step:
            case Step.PHOTOS:
                self._session.jobs.start_scan()
            case Step.CLASSES:
                self._side.edit_classes()
            case Step.LABEL:
                self._session.jobs.start_scoring()
                self._side.put_away()  # the photos are what one looks at now
            case Step.CHECK:
                assert wanted.column is not None, "a class is checked at a time"
                self.check_wanted.emit(wanted.column)
            case Step.USE:
                self._side.show_panel("Export")

    @property
    def _acting_name(self) -> str:
        """The panel in sight, where the button does what it is about; empty where it does not.

        A project that is read only is exported, and one without labels has nothing to train on or
        to use.
        """
        if self._side.step is None or self._project.display_kind is None:
            return ""
        if self._project.location.read_only:
            return "Export" if self._side.step is Step.USE else ""
        name = self._side.current_panel
        return name if name in _PANEL_WORDS else ""

    def _panel(self, name: str) -> JobPanel:
        panel = self._side.panels[name]
        assert isinstance(panel, JobPanel)
        return panel

    def _needs_training(self, name: str) -> bool:
        """Whether the panel waits for a classifier that has not been trained."""
        return name in _OF_CLASSIFIERS and self._project.scores(LabelKind.CLASSIFIER) is None

    @property
    def _is_naming(self) -> bool:
        """Whether a list of classes is written and waits to be used."""
        return self._side.step is Step.CLASSES and self._side.classes.editor.can_apply

    def _words(self, wanted: NextAct) -> tuple[str, str]:
        """What the button says, and why it cannot be pressed."""
        if name := self._acting_name:
            if self._needs_training(name):
                return tr("Train first…"), ""  # the panel says why
            return tr(_PANEL_WORDS[name]), self._panel(name).hint.text()
        if self._is_naming:
            count = len(self._side.classes.editor.draft or [])
            return ntr("Use this class", "Use {n} classes", count), ""
        hint = self._side.label.form.problem if wanted.step is Step.LABEL else ""
        return wanted.words, hint

    def _show_steps(self, wanted: NextAct) -> None:
        project = self._project
        current = wanted.step
        done = set(_ORDER[: _ORDER.index(current)])
        if Step.LABEL in done and are_used(project.store):
            done.add(Step.USE)
        counts = {Step.PHOTOS: figure(len(project.photos)) if len(project.photos) else ""}
        counts[Step.CLASSES] = figure(len(project.classes)) if project.classes else ""
        if project.display_kind is not None:
            to_check = labels_to_check(project)
            counts[Step.CHECK] = figure(to_check) if to_check else ""
        self._strip.show_steps(counts, done, current)

    def _on_step(self, step: Step) -> None:
        step = Step(step)
        if self._side.step is step and self._side.isVisible():
            self._side.put_away()
        else:  # it may be open behind the page of a photo
            self.panel_wanted.emit()
            self._side.show_step(step)

    def _connect_classes(self) -> None:
        self._side.classes.draft_changed.connect(self.refresh)
        self._side.classes.applied.connect(self._on_applied)

    def _connect_panel(self, name: str) -> None:
        self._panel(name).changed.connect(self._timer.start)

    def _on_applied(self) -> None:
        """The list of classes is in use: on to labeling."""
        self._side.show_step(Step.LABEL)
        self._strip.act_button.setFocus()
