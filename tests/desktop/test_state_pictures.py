"""Pictures of states that several parts of the window make together."""

import numpy as np

from cdul_app.classes.class_list import ClassDefinition, preset_classes
from cdul_app.measures.reviews import YES


def test_pictures_of_a_long_list_of_classes(qtbot, demo_window, screenshot):
    session, library = demo_window.view.session, demo_window.view.library
    own = session.project.classes.definitions
    known = {definition.name for definition in own}
    others = [ClassDefinition(each.name) for each in preset_classes("coco80")]
    more = [each for each in others if each.name not in known]
    session.project.decisions.set_classes([*own, *more][:80])
    with qtbot.waitSignal(session.jobs.finished, timeout=120_000):
        session.jobs.start_scoring()
    assert len(session.project.classes) == 80
    demo_window.messages.clear()
    session.current_class.choose(7)
    qtbot.waitUntil(lambda: library.navigator.model.place_of(7) is not None)
    screenshot(demo_window, "window-many-classes")


def test_pictures_of_a_notice_with_its_undo(qtbot, demo_window, screenshot):
    session, library = demo_window.view.session, demo_window.view.library
    session.current_class.choose(7)
    rows = library.model.rows[:6]
    session.project.decisions.answer(np.sort(rows), 7, YES)
    assert demo_window.messages.action_button.text() == "Undo"
    screenshot(demo_window, "window-notice-undo")
