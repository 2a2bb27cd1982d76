"""What the database keeps in English is told in the person's language: steps, runs and photos."""

import numpy as np
import pytest

from cdul_app.errors import in_english
from cdul_app.models.training.training import SETTLED
from cdul_app.photos.unreadable import DAMAGED, UNREAD, reason_in_words
from cdul_app.project.classes.class_edits import (
    add_class,
    merge_classes,
    move_class,
    remove_classes,
    rename_class,
    set_class_color,
    set_class_key,
)
from cdul_app.project.exchange.imported_answers import import_answers
from cdul_app.project.project import Project
from cdul_app.project.run_words import run_in_words


def told_of_undo(project: Project) -> str:
    step = project.decisions.undo()
    assert step is not None
    return step


@pytest.mark.usefixtures("german")
def test_each_step_is_undone_in_german(project: Project):
    name, other = project.classes[0].name, project.classes[1].name
    project.decisions.answer([0], 0, 1)
    assert told_of_undo(project) == f"Rückgängig: Ja für „{name}“ auf 1 Foto."
    project.decisions.answer([0, 1], 0, 0)
    assert told_of_undo(project) == f"Rückgängig: Nein für „{name}“ auf 2 Fotos."
    project.decisions.flag([0, 1], flagged=True)
    assert told_of_undo(project) == "Rückgängig: Markierung auf 2 Fotos."
    project.decisions.set_threshold(0, 0.5)
    assert told_of_undo(project) == f"Rückgängig: Schwelle 0,50 für „{name}“."
    answers = np.full(project.answers.shape, -1, dtype=np.int8)
    answers[0, 0] = 1
    assert import_answers(project, answers, "a.csv") == "1 Antwort zu 1 Foto importiert."
    assert told_of_undo(project) == "Rückgängig: 1 Antwort, importiert aus a.csv."
    rename_class(project, 0, "new")
    assert told_of_undo(project) == f"Rückgängig: der Name „new“ für „{name}“."
    merge_classes(project, 0, 1)
    assert told_of_undo(project) == f"Rückgängig: Zusammenführen von „{name}“ mit „{other}“."
    remove_classes(project, [0])
    assert told_of_undo(project) == f"Rückgängig: Entfernen von „{name}“."
    add_class(project, "new")
    assert told_of_undo(project) == "Rückgängig: Hinzufügen von „new“."
    set_class_color(project, 0, 3)
    assert told_of_undo(project) == f"Rückgängig: eine Farbe für „{name}“."
    set_class_key(project, 0, 5)
    assert told_of_undo(project) == f"Rückgängig: eine Taste für „{name}“."
    move_class(project, 0, 1)
    assert told_of_undo(project) == f"Rückgängig: der Platz von „{name}“."
    assert project.decisions.redo() == f"Wiederholt: der Platz von „{name}“."


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("It was cancelled.", "Er wurde abgebrochen."),
        (
            "Labelled 1,200 photos for 3 classes, 2 skipped.",
            "1.200 Fotos für 3 Klassen gelabelt, 2 übersprungen.",
        ),
        (
            "Trained on 6 photos. They are too few to teach each other: labels stay as they were.",
            "Auf 6 Fotos trainiert. Es sind zu wenige, um voneinander zu lernen: Die Labels "
            "bleiben, wie sie waren.",
        ),
        (
            SETTLED.format(epoch=7, epochs=20),
            "Labels und Verlust änderten sich nach 7 von 20 Epochen nicht mehr.",
        ),
        ("Labelled 3 photos of 2,000.", "3 Fotos von 2,000 gelabelt."),
    ],
)
def test_a_run_is_told_in_german(stored: str, told: str):
    assert run_in_words(stored) == told


@pytest.mark.usefixtures("german")
def test_why_a_photo_is_left_out_is_told_in_german():
    reason = UNREAD.format(why=in_english(PermissionError(13, "Permission denied")))
    assert reason_in_words(reason) == "Es lässt sich nicht lesen (die Berechtigung fehlt)."
    assert reason_in_words(DAMAGED) == "Die Datei ist abgeschnitten oder beschädigt."
    assert reason_in_words("Told by nobody.") == "Told by nobody."
