"""Photos: how many there are, which cannot be read, and where they lie."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from cdul_app.desktop.panels.skipped_list import SkippedList
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import body_label
from cdul_app.desktop.widgets.message import Message, Tone
from cdul_app.desktop.widgets.panel import Panel
from cdul_app.language import ntr, tr


class PhotosPanel(Panel):
    def __init__(self, session: ProjectSession) -> None:
        super().__init__(
            tr("Photos"), tr("Photos stay where they are and never leave this machine.")
        )
        self._session, self._project = session, session.project
        self.counts = body_label("")
        self.folder = ElidedLabel(str(self._project.location.folder))
        self.folder.setProperty("role", "muted")
        self.look_button = push_button(tr("Look for new photos"), self._on_look)
        self.show_button = push_button(tr("Show the folder"), self._on_show)
        self.skipped = SkippedList()
        self.problem = Message(dismissible=True)
        self.show_body(self.counts, self.folder, self.look_button, self.show_button, self.skipped)
        self.show_footer(self.problem)
        for changed in (session.photos_changed, session.photos_listed, session.scores_changed):
            changed.connect(self.refresh)
        session.jobs.started.connect(self.refresh)
        session.jobs.finished.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        photos = self._project.photos
        unreadable = int(photos.failed.sum())
        text = ntr("{n} photo", "{n} photos", len(photos))
        if unreadable:
            text = tr("{photos}, {count} of them unreadable", photos=text, count=unreadable)
        self.counts.setText(text)
        self.look_button.setEnabled(not self._session.jobs.is_busy)
        self.skipped.show_items([(photos.paths[row], why) for row, why in photos.errors.items()])

    def _on_look(self) -> None:
        self.problem.clear()
        with self.problem.telling_errors(Tone.WARNING):
            self._session.jobs.start_scan()

    def _on_show(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._project.location.folder)))
