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

_LEAST_OF_CLASS = 100  # pixels: less is no filter any more


class GridLine(QWidget):
    """Where not all has room, the review's name is shorter, then the slider is gone, and at last
    the review, which has its key and the panel *Check*."""

    def __init__(self, of_class: OneLine, review: Callable[[], object]) -> None:
        """of_class : the filter of the chosen class."""
        super().__init__()
        self._of_class, self._is_offered = of_class, False
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
        self._is_offered = offered
        self.fit()

    def fit(self) -> None:
        """Show as much as has room."""
        key = without_mnemonic(key_map().shown("review_class"))
        # Which class, the list says: a long name has no room here.
        names = [tr("Review page by page"), tr("By pages")]
        names = [f"{name}  ({key})" if key else name for name in names]
        room = self.width() - 4 * SPACING[2] - 6 * self._line.spacing()
        room -= self.count.sizeHint().width() + self.reading.sizeHint().width()
        of_class = 0 if self._of_class.isHidden() else self._of_class.sizeHint().width()
        self.review_link.setText(names[0])
        if of_class + self.review_link.sizeHint().width() + self.zoom.width() > room:
            self.review_link.setText(names[1])
        link = self.review_link.sizeHint().width()
        self.review_link.setVisible(
            self._is_offered and room - link >= min(of_class, _LEAST_OF_CLASS)
        )
        link = 0 if self.review_link.isHidden() else link
        self.zoom.setVisible(of_class + link + self.zoom.width() <= room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The filter of a class has come, or has other words."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide):
            self._fitting.start()
        return False
