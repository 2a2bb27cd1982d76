import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from cdul_app.desktop.photo.photo_zoom import PhotoZoom

ROOM = QRect(10, 20, 800, 600)
FULL = QSize(4000, 3000)


def test_a_photo_is_fitted_at_first_and_small_ones_are_not_blown_up():
    assert PhotoZoom().rect(FULL, ROOM) == QRectF(10, 20, 800, 600)
    small = PhotoZoom().rect(QSize(100, 50), ROOM)
    assert small.width() == 300
    assert small.center() == QRectF(ROOM).center()


@given(
    x=st.floats(10, 810), y=st.floats(20, 620), factors=st.lists(st.floats(1.0, 1.6), max_size=6)
)
def test_what_is_under_the_cursor_stays_there_while_it_grows(x, y, factors):
    zoom, point = PhotoZoom(), QPointF(x, y)
    before = zoom.rect(FULL, ROOM)
    seen = (x - before.left()) / before.width(), (y - before.top()) / before.height()
    for factor in factors:
        zoom.scale_at(point, factor, FULL, ROOM)
    after = zoom.rect(FULL, ROOM)
    assert after.left() + seen[0] * after.width() == pytest.approx(x, abs=0.5)
    assert after.top() + seen[1] * after.height() == pytest.approx(y, abs=0.5)


@given(dx=st.floats(-5000, 5000), dy=st.floats(-5000, 5000), factor=st.floats(1, 8))
def test_no_drag_leaves_a_gap(dx, dy, factor):
    zoom = PhotoZoom()
    zoom.scale_at(QPointF(400, 300), factor, FULL, ROOM)
    zoom.move(QPointF(dx, dy), FULL, ROOM)
    place = zoom.rect(FULL, ROOM)
    assert place.left() <= ROOM.left() + 0.01
    assert place.top() <= ROOM.top() + 0.01
    assert place.right() >= ROOM.left() + ROOM.width() - 0.01
    assert place.bottom() >= ROOM.top() + ROOM.height() - 0.01


def test_full_size_and_back():
    zoom = PhotoZoom()
    zoom.toggle_full_size(QPointF(400, 300), FULL, ROOM, 1.0)
    assert zoom.rect(FULL, ROOM).width() == pytest.approx(4000)
    zoom.toggle_full_size(QPointF(400, 300), FULL, ROOM, 1.0)
    assert zoom.is_fitted


def test_it_grows_only_till_pixels_are_seen():
    zoom = PhotoZoom()
    for _ in range(100):
        zoom.scale_at(QPointF(400, 300), 1.25, FULL, ROOM)
    assert zoom.rect(FULL, ROOM).width() == pytest.approx(8 * 4000)
    for _ in range(100):
        zoom.scale_at(QPointF(400, 300), 0.8, FULL, ROOM)
    assert zoom.rect(FULL, ROOM) == QRectF(ROOM)
