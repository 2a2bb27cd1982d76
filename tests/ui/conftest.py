"""The same window and settings as the tests of the window's parts."""

from tests.desktop.conftest import garbage_on_this_thread, own_settings, window

__all__ = ["garbage_on_this_thread", "own_settings", "window"]
