"""What can be written into the query box, in the place where one looks for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.elided_label import ElidedLabel
from cdul_app.desktop.widgets.labels import label
from cdul_app.language import tr

EXAMPLES = (  # a language may have classes of its own in the examples, but not its own words
    (
        tr("IMG_20  name:*.png  folder:2021/"),
        tr("a part of the path; the file's name; the folder"),
    ),
    (tr("label:dog  -label:cat"), tr("has the label; does not have it")),
    (tr("yes:dog  no:dog"), tr("you answered so")),
    (
        tr("score(dog)<0.4"),
        tr("also <= > >= =, and of clip, classifier, global, snippet, ranking"),
    ),
    (tr("labels>=2"), tr("how many labels a photo has")),
    (
        tr("answered  unreviewed  unsure"),
        tr("also disagreement, unlabelled, error, flagged, changed"),
    ),
    (tr("(label:dog OR label:cat) NOT reviewed"), tr("words side by side must all be true")),
    (
        tr(r'label:"24\" monitor"  "error"'),
        tr(r"quotes: a name with spaces, \" in it; a word as it is"),
    ),
)


class QueryHelp(QFrame):
    """A plain sheet of examples; they can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "sheet")
        layout = QGridLayout(self)
        layout.setContentsMargins(SPACING[2], SPACING[1], SPACING[2], SPACING[1])
        layout.setHorizontalSpacing(SPACING[3])
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        for row, (example, meaning) in enumerate(EXAMPLES):
            explained = ElidedLabel(meaning)
            explained.setProperty("role", "caption")
            for column, shown in enumerate((label(example, "code-line"), explained)):
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                layout.addWidget(shown, row, column)
