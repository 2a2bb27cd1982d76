"""The collection page of the scored and trained demo."""

import pytest

from cdul_app.desktop.collection.collection_page import CollectionPage


@pytest.fixture
def page(qtbot, demo_window) -> CollectionPage:
    demo_window.menu_actions["collection"].trigger()
    page = demo_window.view.collection
    qtbot.waitUntil(lambda: page.classes.rows.rowCount() > 0)
    return page
