"""What the tour of a new user shows, on the library of an open project."""

from cdul_app.desktop.library.library_page import LibraryPage
from cdul_app.desktop.tour import TourStep


def first_steps(library: LibraryPage) -> tuple[TourStep, ...]:
    panels = library.side_panel

    def about_panel(name: str, title: str, text: str) -> TourStep:
        def show() -> None:
            panels.show()  # it may have been put away
            panels.show_panel(name)

        return TourStep(title, text, lambda: panels.panels[name], show)

    return (
        about_panel(
            "Classes",
            "Name what to look for",
            "One class a line, in plain English. A line can carry prompts of its own, and the "
            "list can change at any time.",
        ),
        about_panel(
            "Scoring",
            "Score the photos",
            "An encoder compares every photo, and every snippet of it, with your classes. It runs "
            "on this machine; what it saw is stored, so other classes later take seconds.",
        ),
        TourStep(
            "Correct what matters",
            "Every label shows its score; Enter opens a photo and shows which snippet said so. "
            "Choose a class above, then Y or N answers it. Your answers are never changed by the "
            "machine, and everything can be undone. F1 shows all keys.",
            lambda: (
                library.grid if library.stack.currentWidget() is library.grid else library.stack
            ),
        ),
        about_panel(
            "Training",
            "Train, then take the labels along",
            "One click trains a classifier on the labels and your answers. Results tells how good "
            "they are, Export writes them for other programs.",
        ),
    )
