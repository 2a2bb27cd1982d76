"""Panels that are released before their session closes, as the window does it."""

import pytest


@pytest.fixture
def keep(qtbot, trained_session):
    """Call with a panel over `trained_session`; returns the panel."""
    kept = []

    def keep_panel(panel):
        qtbot.addWidget(panel)
        kept.append(panel)
        return panel

    yield keep_panel
    for panel in kept:
        panel.release()
