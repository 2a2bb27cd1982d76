"""Getting started: the method and the work, in plain words; and what the app is."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QWidget

from cdul_app.desktop.look.theme import SPACING
from cdul_app.desktop.widgets.layouts import vertical
from cdul_app.version import app_version

_TEXT = """
<h2>How the labels come about</h2>
<p><b>1. Name your classes.</b> One a line, in plain English, in the panel <i>Classes</i>. A line
such as <code>puffin: a photo of a puffin. | a seabird with an orange beak</code> gives a class
prompts of its own.</p>
<p><b>2. Score.</b> An encoder (CLIP) compares every photo, and every snippet of a grid laid over
it, with your class names. The whole photo tells what it is mostly about; a snippet finds the small
things that the whole photo drowns. Both together are the photo's <i>pseudo labels</i>. What the
encoder saw is stored: other class names, prompts or settings are scored in seconds, without reading
the photos again.</p>
<p><b>3. Look and correct.</b> Open a photo to see which snippet said what; <b>H</b> shows a heat
map, <b>V</b> up to three classes side by side. Choose a class, then answer <b>Y</b> or <b>N</b>;
<b>R</b> reviews it page by page: click what is wrong, Enter accepts the rest. Your answers are
never changed by the machine, and everything can be undone, also after a restart. Sort by
uncertainty to answer where it matters most. Each class's threshold is found from its scores;
<i>Calibrate</i> asks about photos near it and moves it with your answers, or move it by hand.</p>
<p><b>4. Train.</b> One click trains a classifier on the pseudo labels and your answers. While it
learns, undecided labels move towards what it has learnt. Its own labels appear beside the others;
it can label any other folder too.</p>
<p><b>5. Know how good the labels are.</b> In <i>Results</i>, the label report asks about a random
sample and tells precision, recall and F1 with the range they lie in: no truth is needed.</p>
<p><b>6. Export.</b> CSV or JSON, with scores and where each label comes from.</p>
<h2>Finding photos</h2>
<p>The field above the photos takes a part of a file name, or a query such as
<code>label:dog score(dog)&lt;0.4 NOT reviewed</code> (<b>?</b> beside it lists all words). Switched
to <i>Search</i>, it ranks the photos by what you describe. <i>View</i> has the best snippets of a
class, and the collection at a glance.</p>
<h2>Good to know</h2>
<p>Photos are never changed, moved or sent anywhere. The project is the folder <code>.cdul</code>
beside them; delete it to start anew.</p>
<p>Closing the window in the middle of a job keeps what was done; the job goes on from there next
time.</p>
<p>A <i>truth file</i> (a CSV with the columns image, class, class… and 0 or 1) is optional: with
one, the panel <i>Results</i> says how good each kind of label is.</p>
<p>The method is CDUL (ICCV 2023, arXiv 2307.16634).</p>
"""


class HelpDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Getting started")
        self.resize(640, 720)
        text = QTextBrowser(self)
        text.setAccessibleName("Getting started")
        text.setHtml(_TEXT)
        text.document().setDocumentMargin(SPACING[3])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        vertical(text, buttons, on=self, margins=SPACING[3])


def show_about(parent: QWidget) -> None:
    QMessageBox.about(
        parent,
        "About cdul_app",
        f"<h3>cdul_app {app_version()}</h3><p>Label photos without annotations, after CDUL "
        "(ICCV 2023, arXiv 2307.16634).</p><p>MIT licence. Photos never leave this "
        "machine.</p>",
    )
