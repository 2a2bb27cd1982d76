import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cdul_app.desktop.images.decoding import LoadedPhoto
from cdul_app.desktop.look.theme import ThemeChoice, theme_manager
from cdul_app.desktop.photo.snippet_view import CLASSES_IN_CARD, Overlay, SnippetView
from cdul_app.method.evidence import PhotoEvidence
from cdul_app.method.snippets import SnippetGrid
from cdul_app.method.view_plans import ViewPlan

NAMES = ["cat", "dog", "a bird with a very long name indeed that goes on", "fish", "boat", "car"]


def photo(width=600, height=300, color="#808080"):
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    return LoadedPhoto(image, QSize(width, height))


def evidence(rows=2, columns=3):
    random = np.random.default_rng(0)
    local = random.dirichlet(np.ones(len(NAMES)), rows * columns).astype(np.float32)
    local[:, 0] = 0.05
    local[4, 0] = 0.97  # row 2, column 2
    return PhotoEvidence(ViewPlan.parse(f"{rows}x{columns}"), local.mean(axis=0), local, "demo")


@pytest.fixture
def view(qtbot):
    view = SnippetView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    view.show_photo(photo())
    view.show_evidence(evidence(), NAMES, 0)
    return view


def hover(view, point):
    place = QPointF(point)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, QEnterEvent(place, place, place))
    QApplication.sendEvent(view, move)


def test_the_photo_is_shown_whole_and_in_its_shape(view):
    place = view.photo_rect().toRect()
    assert view.rect().contains(place)
    assert place.width() / place.height() == pytest.approx(2, abs=0.02)
    view.resize(300, 900)
    assert (
        view.photo_rect().toRect().width() / view.photo_rect().toRect().height()
        == pytest.approx(2, abs=0.02)
    )


def test_a_small_photo_is_enlarged_three_times_at_most(view):
    view.show_photo(photo(40, 20))
    assert view.photo_rect().toRect().size() == QSize(120, 60)
    view.show_photo(photo(1, 1000))
    assert view.photo_rect().toRect().width() >= 1


def test_snippets_lie_where_the_encoder_cut_them(view):
    place = view.photo_rect().toRect()
    boxes = view.snippet_rects()
    assert len(boxes) == 6
    across = place.width() / 600
    for box, (left, top, right, bottom) in zip(
        boxes, ViewPlan((SnippetGrid(2, 3),)).pixel_boxes(600, 300), strict=True
    ):
        assert box.left() == pytest.approx(place.left() + left * across)
        assert box.width() == pytest.approx((right - left) * across)
        assert box.height() == pytest.approx((bottom - top) * place.height() / 300)
    covered = sum(box.width() * box.height() for box in boxes)
    assert covered == pytest.approx(place.width() * place.height())


def test_hovering_a_snippet_tells_its_best_classes(view):
    assert view.hovered is None
    before = view.grab().toImage()
    hover(view, view.snippet_rects()[4].center())
    assert view.hovered == 4
    assert view.grab().toImage() != before
    lines = view.card_lines(4)
    assert len(lines) == CLASSES_IN_CARD
    assert (lines[0].name, lines[0].chosen) == ("cat", True)
    assert [line.score for line in lines] == sorted((line.score for line in lines), reverse=True)
    hover(view, QPoint(1, 1))
    assert view.hovered is None


def test_the_mouse_that_leaves_takes_the_card_along(view):
    hover(view, view.snippet_rects()[0].center())
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.hovered is None


def test_the_card_stays_inside_in_every_corner(view):
    for box in view.snippet_rects():
        for corner in (box.topLeft(), box.bottomRight()):
            hover(view, corner.toPoint())
            assert not view.grab().isNull()


def test_the_grid_can_be_hidden(view):
    with_grid = view.grab().toImage()
    view.set_overlay(Overlay.NONE)
    without = view.grab().toImage()
    assert without != with_grid
    hover(view, view.snippet_rects()[4].center())
    assert view.hovered is None
    middle = view.photo_rect().toRect().center()
    assert without.pixelColor(middle).name() == "#808080"  # the bare photo


def test_a_high_snippet_is_tinted_and_a_low_one_is_not(view):
    image = view.grab().toImage()
    boxes = view.snippet_rects()
    high, low = (image.pixelColor(boxes[place].center().toPoint()) for place in (4, 0))
    plain = QColor("#808080")

    def difference(color: QColor) -> int:
        return sum(abs(color.getRgb()[c] - plain.getRgb()[c]) for c in range(3))

    assert difference(high) > 60
    assert difference(low) < 20


def test_another_class_changes_the_tint(view):
    before = view.grab().toImage()
    view.show_evidence(evidence(), NAMES, 1)
    assert view.grab().toImage() != before
    assert view.snippet_scores == pytest.approx(evidence().local_similarities[:, 1])


def test_without_evidence_there_is_the_photo_alone(view):
    for found, column in ((None, 0), (evidence(), None)):
        view.show_evidence(found, NAMES, column)
        assert view.snippet_scores is None
        assert (
            view.grab().toImage().pixelColor(view.photo_rect().toRect().center()).name()
            == "#808080"
        )
    gaps = evidence()
    gaps.snippet_similarities[:, 0] = np.nan  # a class added since the photos were scored
    view.show_evidence(gaps, NAMES, 0)
    assert view.snippet_scores is None
    assert all(line.name != "cat" for line in view.card_lines(0))


def test_the_photo_before_stays_till_the_next_is_there(qtbot, view):
    view.show_photo(None)
    assert view.is_loading
    assert view.snippet_scores is None  # they are of another photo
    assert view.grab().toImage().pixelColor(350, 250).name() == "#808080"
    qtbot.waitUntil(lambda: view.photo_rect().isEmpty())  # one that takes long is said to load


def test_while_it_loads_and_when_it_cannot_be_shown(qtbot, view):
    view.show_photo(None)
    assert view.is_loading
    qtbot.waitUntil(lambda: view.photo_rect().isEmpty())
    loading = view.grab().toImage()
    view.show_photo(None, error="The file is truncated.")
    assert not view.is_loading
    assert "truncated" in view.accessibleDescription()
    assert view.grab().toImage() != loading
    view.show_photo(LoadedPhoto(QImage(), QSize(), "It is damaged."))
    assert view.error == "It is damaged."
    hover(view, QPoint(200, 200))
    assert view.hovered is None


def test_screen_readers_hear_where_the_class_is(view):
    text = view.accessibleDescription().replace("\N{NO-BREAK SPACE}", " ")
    assert text == "cat: highest in row 2, column 2, 97 %"


@pytest.mark.parametrize("grid", [(1, 1), (10, 10), (1, 7)])
def test_other_grids(view, grid):
    view.show_evidence(
        PhotoEvidence(
            ViewPlan.parse("{}x{}".format(*grid)),
            np.ones(6) / 6,
            np.full((grid[0] * grid[1], 6), 1 / 6, dtype=np.float32),
            "demo",
        ),
        NAMES,
        0,
    )
    hover(view, view.snippet_rects()[-1].center())
    assert view.hovered == grid[0] * grid[1] - 1
    assert not view.grab().isNull()


def test_it_can_be_tiny(view):
    view.resize(view.minimumSize())
    assert not view.grab().isNull()


def test_both_themes(view):
    light = view.grab().toImage()
    theme_manager().choose(ThemeChoice.DARK)
    assert view.grab().toImage() != light


# ---- heat map and zoom ----


def test_the_heat_map_is_lightest_where_the_class_is(view):
    view.set_overlay(Overlay.HEAT)
    image = view.grab().toImage()
    rects = view.snippet_rects()
    scores = view.snippet_scores
    best, worst = rects[int(scores.argmax())].center(), rects[int(scores.argmin())].center()
    light = image.pixelColor(best.toPoint()).lightness()
    assert light > image.pixelColor(worst.toPoint()).lightness()


def test_the_wheel_zooms_where_the_cursor_is_and_a_drag_moves(qtbot, view):
    point = view.snippet_rects()[4].center()
    fitted = view.photo_rect()
    with qtbot.waitSignal(view.zoomed):
        view.zoom_by(2.0, point)
    enlarged = view.photo_rect()
    assert enlarged.width() == pytest.approx(2 * fitted.width())
    assert view.snippet_rects()[4].contains(point)
    start = point.toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, start + QPoint(-40, -30))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(-40, -30))
    moved = view.photo_rect()
    assert moved.left() == pytest.approx(enlarged.left() - 40, abs=1)
    view.fit()
    assert view.photo_rect() == fitted


def test_enlarged_beyond_its_pixels_it_asks_for_all_of_them(qtbot, view):
    small = LoadedPhoto(photo(300, 150).image, QSize(3000, 1500))
    view.show_photo(small)
    with qtbot.waitSignal(view.full_wanted):
        view.zoom_by(4.0)
    view.show_full(LoadedPhoto(photo(3000, 1500).image, QSize(3000, 1500)))
    with qtbot.assertNotEmitted(view.full_wanted):
        view.zoom_by(1.1)
