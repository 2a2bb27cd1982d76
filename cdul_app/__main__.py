"""Where the program starts: a command in the terminal, or the window."""

import argparse
import os
import sys

from cdul_app.cli.arguments import parse_arguments
from cdul_app.cli.exit_status import exit_status_of
from cdul_app.errors import WindowError, in_words
from cdul_app.memory import keep_freed_memory


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 an error, 2 usage, 130 cancelled."""
    return exit_status_of(lambda: _start(sys.argv[1:] if arguments is None else arguments))


def main_gui() -> int:
    """The entry point without a terminal."""
    return main()


def _start(arguments: list[str]) -> int:
    parsed = parse_arguments(arguments)
    keep_freed_memory()
    if parsed.command == "demo" and not _has_screen():
        parsed.headless = True
    if parsed.command is not None and not (parsed.command == "demo" and not parsed.headless):
        from cdul_app.cli.commands import run_command

        run_command(parsed)
        return 0
    return _open_window(parsed)


def _open_window(parsed: argparse.Namespace) -> int:
    if not _has_screen():
        raise WindowError(
            "There is no screen for the window (neither DISPLAY nor WAYLAND_DISPLAY is set): use "
            "the commands, see cdul-app --help, or log in with a desktop."
        )
    if sys.platform == "win32":
        # There torch fails to load its libraries once Qt has loaded its own.
        import torch  # noqa: F401
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        raise WindowError(
            f"The window cannot start ({in_words(error)}): install what Qt needs of the system, "
            "see “Try it” in the README; the commands of cdul-app --help work without it."
        ) from error
    from cdul_app.desktop.language_choice import name_the_app, speak_chosen_language

    name_the_app()
    speak_chosen_language()
    from cdul_app.desktop.app import run_app

    if parsed.command == "demo":
        return run_app(demo=True, demo_into=parsed.into)
    return run_app(parsed.folder, database=parsed.project)


def _has_screen() -> bool:
    """Whether Qt finds a display; where it finds none it aborts the process."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
