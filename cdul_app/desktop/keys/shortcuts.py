"""Every key of the app in one table: actions, hints and the key reference are made from it."""

from dataclasses import dataclass

FILE, EDIT, VIEW, HELP = "Project", "Edit", "View", "Help"
REVIEW, PHOTO = "Review", "Photo"


@dataclass(frozen=True)
class Shortcut:
    name: str  # what the code calls it
    text: str  # menu text
    keys: tuple[str, ...]  # at first; a person can choose others
    group: str


SHORTCUTS = (
    Shortcut("open", "Open folder…", ("Ctrl+O",), FILE),
    Shortcut("run", "Do the next step", ("Ctrl+Return",), FILE),
    Shortcut("train", "Train on these labels", ("Ctrl+T",), FILE),
    Shortcut("export", "Export labels…", ("Ctrl+E",), FILE),
    Shortcut("close", "Close project", ("Ctrl+W",), FILE),
    Shortcut("quit", "Quit", ("Ctrl+Q",), FILE),
    Shortcut("undo", "Undo", ("Ctrl+Z",), EDIT),
    Shortcut("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT),
    Shortcut("settings", "Settings…", ("Ctrl+,",), EDIT),
    Shortcut("filter", "Find photos", ("Ctrl+F",), VIEW),
    Shortcut("collection", "Collection", ("Ctrl+I",), VIEW),
    Shortcut("snippet_wall", "Parts of photos most like the class", ("Ctrl+J",), VIEW),
    Shortcut("search", "Search by words", ("Ctrl+Shift+F",), VIEW),
    Shortcut("side_panel", "Side panel", ("Ctrl+B",), VIEW),
    Shortcut("next_region", "Next part of the window", ("F6",), VIEW),
    Shortcut("previous_region", "Previous part of the window", ("Shift+F6",), VIEW),
    Shortcut("zoom_in", "Larger", ("Ctrl++", "Ctrl+="), VIEW),
    Shortcut("zoom_out", "Smaller", ("Ctrl+-",), VIEW),
    Shortcut("zoom_fit", "Whole photo", ("Ctrl+0",), VIEW),
    Shortcut("keys", "Keyboard", ("F1", "?"), HELP),
)

# Single keys act inside a page, where the widget that has the focus takes them, so that no text
# field loses a letter to them.
PAGE_SHORTCUTS = (
    Shortcut("yes", "Yes for the chosen class", ("Y", "A"), REVIEW),
    Shortcut("no", "No for the chosen class", ("N", "X"), REVIEW),
    Shortcut("clear", "Clear the answer", ("C",), REVIEW),
    Shortcut("skip", "Next photo, undecided", ("Space",), REVIEW),
    Shortcut("take_back", "Take the last decision back", ("Backspace",), REVIEW),
    Shortcut("flag", "Flag, to come back to", ("F",), REVIEW),
    Shortcut("next_unreviewed", "Next unreviewed photo", ("Tab",), REVIEW),
    Shortcut("previous_unreviewed", "Previous unreviewed photo", ("Shift+Tab",), REVIEW),
    Shortcut("open_photo", "Open the photo", ("Return", "Enter"), REVIEW),
    Shortcut("leave", "Back to the grid", ("Esc",), REVIEW),
    Shortcut("review_class", "Review the class page by page", ("R",), REVIEW),
    Shortcut("similar", "More photos like this", ("L",), REVIEW),
    Shortcut("find_class", "Choose a class by typing its name", ("/",), REVIEW),
    Shortcut("rename_class", "Rename the class, in its list", ("F2",), REVIEW),
    Shortcut("remove_class", "Remove the class, in its list", ("Del",), REVIEW),
    Shortcut("show_file", "Show in file manager", ("Ctrl+Shift+R",), REVIEW),
    Shortcut("select_all", "Select all that are shown", ("Ctrl+A",), REVIEW),
    Shortcut("add_label", "Add a label by typing its name", ("T",), PHOTO),
    Shortcut("previous_photo", "Previous photo", ("Left",), PHOTO),
    Shortcut("next_photo", "Next photo", ("Right",), PHOTO),
    Shortcut("previous_class", "Previous class", ("Up",), PHOTO),
    Shortcut("next_class", "Next class", ("Down",), PHOTO),
    Shortcut("snippets", "Parts of the photo on or off", ("G",), PHOTO),
    Shortcut("heat_map", "Heat map of the class", ("H",), PHOTO),
    Shortcut("compare", "Classes side by side", ("V",), PHOTO),
    Shortcut("compare_class", "Chosen class into the comparison", ("P",), PHOTO),
)

ALL_SHORTCUTS = {entry.name: entry for entry in (*PAGE_SHORTCUTS, *SHORTCUTS)}

# Keys that cannot be changed: the digit is printed beside each class, and selecting is Qt's own.
FIXED_KEYS = (
    (REVIEW, "Select a range", "Shift+arrows"),
    (REVIEW, "Select one more, or less", "Ctrl+Space"),
    (REVIEW, "Yes or no for class 1 to 10", "1 … 9, 0"),
    (REVIEW, "Yes or no for class 11 to 20", "Shift+1 … 9, 0"),
)


def shortcut(name: str) -> Shortcut:
    """Raises KeyError for a name that is not in the tables."""
    return ALL_SHORTCUTS[name]


def class_key(place: int) -> str:
    """The key at a place among those of classes, see `ClassTable.keys`."""
    digit = str((place + 1) % 10)
    return digit if place < 10 else f"Shift+{digit}"


def class_key_mark(place: int | None) -> str:
    """The key as it is printed beside the class: 3, or ⇧3; empty for a class without one."""
    return "" if place is None else class_key(place).replace("Shift+", "⇧")
