"""The window and settings of the tests of its parts, and a project to walk through."""

from tests.desktop.conftest import garbage_on_this_thread, own_settings, window
from tests.ui.labelled_folder import labelled_folder

__all__ = ["garbage_on_this_thread", "labelled_folder", "own_settings", "window"]
