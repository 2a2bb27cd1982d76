from PySide6.QtGui import QColor

from cdul_app.desktop.look.theme import ThemeChoice, current_theme, theme_manager
from cdul_app.desktop.panels.training_curves import TrainingCurves
from cdul_app.events import EpochFinished


def epochs(count, *, warm_up=2, truth=False):
    return [
        EpochFinished(
            epoch=number,
            epochs=10,
            loss=1 / number,
            label_change=0.0 if number <= warm_up else 0.01,
            labels_flipped=0 if number <= warm_up else number,
            warm_up=number <= warm_up,
            mean_average_precision=0.5 if truth else None,
        )
        for number in range(1, count + 1)
    ]


def shown_titles(curves):
    """As a screen reader hears them, without the last values."""
    return [text.split("   ")[0] for text in curves.accessibleDescription().split("; ")]


def test_map_has_a_plot_only_where_truth_is_loaded(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.set_history(epochs(4))
    assert shown_titles(curves) == ["Loss", "Mean label change", "Labels flipped"]
    low = curves.height()
    curves.set_history(epochs(4, truth=True))
    assert shown_titles(curves)[-1] == "mAP, %"
    assert curves.height() > low
    curves.set_history(epochs(4))
    assert curves.height() == low


def test_plots_can_be_made_one_by_one_and_then_show_what_came_meanwhile(qtbot):
    curves = TrainingCurves(gradual=True)
    qtbot.addWidget(curves)
    assert not curves.is_complete
    curves.set_history(epochs(4))
    qtbot.waitUntil(lambda: curves.is_complete)
    assert list(curves.plots[0].curve.getData()[0]) == [1, 2, 3, 4]
    assert shown_titles(curves) == ["Loss", "Mean label change", "Labels flipped"]


def test_other_epochs_replace_those_before(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.set_history(epochs(5))
    curves.set_history(epochs(4))
    x, y = curves.plots[0].curve.getData()
    assert list(x) == [1, 2, 3, 4]
    assert y[0] == 1


def test_the_warm_up_stands_on_a_tint(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.set_history(epochs(6, warm_up=3))
    assert curves.plots[0].shade.getRegion() == (0.5, 3.5)
    curves.set_history(epochs(6, warm_up=0))
    assert not curves.plots[0].shade.isVisible()


def test_values_that_are_not_finite_are_left_out(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.set_history([EpochFinished(1, 3, float("nan"), 0.0, 0, warm_up=True)])
    x, _ = curves.plots[0].curve.getData()
    assert x is None or len(x) == 0


def test_colours_follow_the_theme(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    curves.set_history(epochs(3))
    before = theme_manager().choice
    try:
        for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
            theme_manager().choose(choice)
            pen = curves.plots[0].curve.opts["pen"]
            assert pen.color() == QColor(current_theme().accent)
    finally:
        theme_manager().choose(before)
