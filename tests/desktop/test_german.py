"""The second language: whole sentences, plurals and numbers as a German writes them."""

import numpy as np
import pytest

from cdul_app.desktop.collection.co_occurrence_view import CoOccurrenceView
from cdul_app.desktop.navigator.navigator_model import AllClasses
from cdul_app.desktop.photo.photo_explanation import explain_label
from cdul_app.measures.reviews import NO, UNOBSERVED

SPACE = "\N{NO-BREAK SPACE}"


pytestmark = pytest.mark.usefixtures("german")


def test_one_photo_and_many():
    assert AllClasses(1).spoken() == "Alle Klassen; 1 Foto"
    assert AllClasses(12_345).spoken() == "Alle Klassen; 12.345 Fotos"


def test_a_sentence_has_its_values_where_german_wants_them():
    told = explain_label(UNOBSERVED, 0.7, 0.5).replace(SPACE, " ")
    assert told == "Label: ja, 70 % erreicht die Schwelle von 50 %"
    told = explain_label(NO, 0.7, 0.5).replace(SPACE, " ")
    assert told == "Ihre Antwort: nein (ohne sie: ja, 70 % erreicht die Schwelle von 50 %)"


def test_names_of_classes_stay_as_they_are(qtbot):
    view = CoOccurrenceView()
    qtbot.addWidget(view)
    view.show_counts(np.array([[2_000, 1], [1, 4]]), ["{dog}", "cat, 1,5"])
    view.current = (0, 1)
    told = view.sentence().replace(SPACE, " ")
    assert told == "{dog} und cat, 1,5: 1 Foto, 0 % derer mit {dog}"
    view.current = (0, 0)
    assert view.sentence() == "{dog}: 2.000 Fotos"
