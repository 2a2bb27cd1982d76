"""Every key of the app in one table: actions, hints and the key reference are made from it."""

from dataclasses import dataclass

from cdul_app.language import tr, translatable

FILE, EDIT = translatable("Project"), translatable("Edit")
VIEW, HELP = translatable("View"), translatable("Help")
REVIEW, PHOTO = translatable("Review"), translatable("Photo")


@dataclass(frozen=True)
class Shortcut:
    name: str  # what the code calls it
    text: str  # menu text
    keys: tuple[str, ...]  # at first; a person can choose others
    group: str


SHORTCUTS = (
    Shortcut("open", tr("Open folder…"), ("Ctrl+O",), FILE),
    Shortcut("run", tr("Do the next step"), ("Ctrl+Return",), FILE),
    Shortcut("train", tr("Train on these labels"), ("Ctrl+T",), FILE),
    Shortcut("export", tr("Export labels…"), ("Ctrl+E",), FILE),
    Shortcut("close", tr("Close project"), ("Ctrl+W",), FILE),
    Shortcut("quit", tr("Quit"), ("Ctrl+Q",), FILE),
    Shortcut("undo", tr("Undo"), ("Ctrl+Z",), EDIT),
    Shortcut("redo", tr("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), EDIT),
    Shortcut("settings", tr("Settings…"), ("Ctrl+,",), EDIT),
    Shortcut("filter", tr("Find photos"), ("Ctrl+F",), VIEW),
    Shortcut("collection", tr("Collection"), ("Ctrl+I",), VIEW),
    Shortcut("snippet_wall", tr("Parts of photos most like the class"), ("Ctrl+J",), VIEW),
    Shortcut("search", tr("Search by words"), ("Ctrl+Shift+F",), VIEW),
    Shortcut("side_panel", tr("Side panel"), ("Ctrl+B",), VIEW),
    Shortcut("next_region", tr("Next part of the window"), ("F6",), VIEW),
    Shortcut("previous_region", tr("Previous part of the window"), ("Shift+F6",), VIEW),
    Shortcut("zoom_in", tr("Larger"), ("Ctrl++", "Ctrl+="), VIEW),
    Shortcut("zoom_out", tr("Smaller"), ("Ctrl+-",), VIEW),
    Shortcut("zoom_fit", tr("Whole photo"), ("Ctrl+0",), VIEW),
    Shortcut("keys", tr("Keyboard"), ("F1", "?"), HELP),
)

# Single keys act inside a page, where the widget that has the focus takes them, so that no text
# field loses a letter to them.
PAGE_SHORTCUTS = (
    Shortcut("yes", tr("Yes for the chosen class"), ("Y", "A"), REVIEW),
    Shortcut("no", tr("No for the chosen class"), ("N", "X"), REVIEW),
    Shortcut("clear", tr("Clear the answer"), ("C",), REVIEW),
    Shortcut("skip", tr("Next photo, undecided"), ("Space",), REVIEW),
    Shortcut("take_back", tr("Take the last decision back"), ("Backspace",), REVIEW),
    Shortcut("flag", tr("Flag, to come back to"), ("F",), REVIEW),
    Shortcut("next_unreviewed", tr("Next unreviewed photo"), ("Tab",), REVIEW),
    Shortcut("previous_unreviewed", tr("Previous unreviewed photo"), ("Shift+Tab",), REVIEW),
    Shortcut("open_photo", tr("Open the photo"), ("Return", "Enter"), REVIEW),
    Shortcut("leave", tr("Back to the grid"), ("Esc",), REVIEW),
    Shortcut("review_class", tr("Review the class page by page"), ("R",), REVIEW),
    Shortcut("similar", tr("More photos like this"), ("L",), REVIEW),
    Shortcut("find_class", tr("Choose a class by typing its name"), ("/",), REVIEW),
    Shortcut("rename_class", tr("Rename the class, in its list"), ("F2",), REVIEW),
    Shortcut("remove_class", tr("Remove the class, in its list"), ("Del",), REVIEW),
    Shortcut("show_file", tr("Show in file manager"), ("Ctrl+Shift+R",), REVIEW),
    Shortcut("select_all", tr("Select all that are shown"), ("Ctrl+A",), REVIEW),
    Shortcut("add_label", tr("Add a label by typing its name"), ("T",), PHOTO),
    Shortcut("previous_photo", tr("Previous photo"), ("Left",), PHOTO),
    Shortcut("next_photo", tr("Next photo"), ("Right",), PHOTO),
    Shortcut("previous_class", tr("Previous class"), ("Up",), PHOTO),
    Shortcut("next_class", tr("Next class"), ("Down",), PHOTO),
    Shortcut("snippets", tr("Parts of the photo on or off"), ("G",), PHOTO),
    Shortcut("heat_map", tr("Heat map of the class"), ("H",), PHOTO),
    Shortcut("compare", tr("Classes side by side"), ("V",), PHOTO),
    Shortcut("compare_class", tr("Chosen class into the comparison"), ("P",), PHOTO),
)

ALL_SHORTCUTS = {entry.name: entry for entry in (*PAGE_SHORTCUTS, *SHORTCUTS)}

# Keys that cannot be changed: the digit is printed beside each class, and selecting is Qt's own.
FIXED_KEYS = (
    (REVIEW, tr("Select a range"), tr("Shift+arrows")),
    (REVIEW, tr("Select one more, or less"), tr("Ctrl+Space")),
    (REVIEW, tr("Yes or no for class 1 to 10"), "1 … 9, 0"),
    (REVIEW, tr("Yes or no for class 11 to 20"), tr("Shift+1 … 9, 0")),
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
