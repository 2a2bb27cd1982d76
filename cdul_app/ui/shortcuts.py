"""Every key of the app in one table: the actions are made from it, and the key reference too."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shortcut:
    name: str  # what the code calls it
    text: str  # menu text
    keys: tuple[str, ...]
    group: str


FILE, EDIT, VIEW, REVIEW, HELP = "Project", "Edit", "View", "Review", "Help"

SHORTCUTS = (
    Shortcut("open", "Open folder…", ("Ctrl+O",), FILE),
    Shortcut("run", "Score photos", ("Ctrl+Return",), FILE),
    Shortcut("train", "Train classifier", ("Ctrl+T",), FILE),
    Shortcut("export", "Export labels…", ("Ctrl+E",), FILE),
    Shortcut("close", "Close project", ("Ctrl+W",), FILE),
    Shortcut("quit", "Quit", ("Ctrl+Q",), FILE),
    Shortcut("undo", "Undo", ("Ctrl+Z",), EDIT),
    Shortcut("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT),
    Shortcut("filter", "Find by file name", ("Ctrl+F",), VIEW),
    Shortcut("side_panel", "Side panel", ("Ctrl+B",), VIEW),
    Shortcut("zoom_in", "Larger thumbnails", ("Ctrl++", "Ctrl+="), VIEW),
    Shortcut("zoom_out", "Smaller thumbnails", ("Ctrl+-",), VIEW),
    Shortcut("keys", "Keyboard reference", ("F1", "?"), HELP),
)

# Keys that work inside a page, where the widget that has the focus takes them.
PAGE_KEYS = (
    (REVIEW, "Open the photo", "Enter"),
    (REVIEW, "Back to the grid", "Esc"),
    (REVIEW, "Yes for the chosen class", "Y or A"),
    (REVIEW, "No for the chosen class", "N or X"),
    (REVIEW, "Clear the answer", "C"),
    (REVIEW, "Take the last answer back", "Backspace"),
    (REVIEW, "Next photo", "Space"),
    (REVIEW, "Previous and next photo", "← →"),
    (REVIEW, "Previous and next class (photo)", "↑ ↓"),
    (REVIEW, "Choose class 1 to 10 (photo)", "1 … 9, 0"),
    (REVIEW, "Snippet grid on or off (photo)", "G"),
)


def shortcut(name: str) -> Shortcut:
    """Raises KeyError for a name that is not in the table."""
    for entry in SHORTCUTS:
        if entry.name == name:
            return entry
    raise KeyError(name)
