"""What the one button says: the next act, and what it costs."""

from cdul_app.desktop.widgets.labels import shortened
from cdul_app.project.next_act import Act, NextAct
from cdul_app.project.project import Project


def counted(number: int, one: str = "photo", many: str = "photos") -> str:
    return f"{number:,} {one if number == 1 else many}"


def act_words(project: Project, wanted: NextAct, *, download: str = "", time: str = "") -> str:
    """download : what is fetched first, “605 MB”; time : how long it takes, “about 2 min”.

    Each is empty where there is none or it is not known.
    """
    photos = counted(wanted.photos)
    match wanted.act:
        case Act.LOOK:
            return "Look for photos"
        case Act.NAME:
            return "Name your classes"
        case Act.LABEL:
            words = f"Label {photos}"
        case Act.CONTINUE:
            words = f"Continue: {photos} left"
        case Act.LABEL_NEW:
            words = f"Label {counted(wanted.photos, 'new photo', 'new photos')}"
        case Act.LABEL_AGAIN:
            words = "Label again"
        case Act.CHECK:
            assert wanted.column is not None, "a class is checked at a time"
            name = shortened(project.classes[wanted.column].name, 20)
            uncertain = counted(wanted.photos, "uncertain photo", "uncertain photos")
            return f"Check {uncertain}: {name}"
        case Act.USE:
            return "Export labels"
    if download:
        words = f"Download {download} and {words[0].lower()}{words[1:]}"
    return f"{words}, {time}" if time else words
