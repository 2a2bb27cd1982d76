"""The line above the photos: how many there are, what is shown of the chosen class, how large."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from cdul_app.desktop.keys.key_map import key_map
from cdul_app.desktop.look.plain_text import without_mnemonic
from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.settings import WindowSettings
from cdul_app.desktop.timers import single_shot
from cdul_app.desktop.widgets.buttons import push_button
from cdul_app.desktop.widgets.labels import label
from cdul_app.desktop.widgets.layouts import horizontal
from cdul_app.desktop.widgets.one_line import OneLine
from cdul_app.language import tr


class GridLine(QWidget):
    """Where not all has room, the review's name is shorter, and then the slider is gone."""

    def __init__(self, of_class: OneLine, review: Callable[[], object]) -> None:
        """of_class : the filter of the chosen class."""
        super().__init__()
        self._of_class = of_class
        self.count, self.reading = label("", "caption"), label("", "caption")
        self.reading.setToolTip(
            tr(
                "Fingerprints and sizes are read while nothing else runs. By its fingerprint a "
                "photo is known again where you move or rename it."
            )
        )
        self.review_link = push_button(
            "",
            review,
            role="link",
            tip=tr("The least certain photos of the class first, answered a page at a time"),
        )
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(110, 360)
        self.zoom.setPageStep(40)
        self.zoom.setValue(WindowSettings().thumbnail_size)
        self.zoom.setFixedWidth(84)
        self.zoom.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.zoom.setAccessibleName(tr("Thumbnail size"))
        self.zoom.setToolTip(tr("Thumbnail size"))
        self._line = horizontal(
            self.count, SPACING[2], (of_class, 1), self.reading,
            self.review_link, SPACING[2], self.zoom,
            on=self, margins=(SPACING[2], 0),
        )  # fmt: skip
        self._fitting = single_shot(self, 0, self.fit)
        of_class.installEventFilter(self)
        self.setMinimumWidth(1)  # a page is no wider for it
        self.offer_review(False)

    def offer_review(self, offered: bool) -> None:
        self.review_link.setVisible(offered)
        self.fit()

    def fit(self) -> None:
        """Show as much as has room."""
        key = without_mnemonic(key_map().shown("review_class"))
        # Which class, the list says: a long name has no room here.
        names = [tr("Review page by page"), tr("By pages")]
        names = [f"{name}  ({key})" if key else name for name in names]
        parts = (self.count, self._of_class, self.reading, self.review_link)
        shown = [part for part in parts if not part.isHidden() and part is not self.review_link]
        wanted = sum(part.sizeHint().width() for part in shown) + 6 * self._line.spacing()
        wanted += 4 * SPACING[2]
        if not self.review_link.isHidden():
            self.review_link.setText(names[0])
            if wanted + self.review_link.sizeHint().width() + self.zoom.width() > self.width():
                self.review_link.setText(names[1])
            wanted += self.review_link.sizeHint().width()
        self.zoom.setVisible(wanted + self.zoom.width() <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The filter of a class has come, or has other words."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide):
            self._fitting.start()
        return False
