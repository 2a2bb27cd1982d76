"""Where the program starts: a command in the terminal, or the window."""

import sys

from cdul_app.cli.arguments import parse_arguments


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 a user's error, 2 usage, 130 cancelled."""
    parsed = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    windowed_demo = parsed.command == "demo" and not parsed.headless
    if parsed.command is not None and not windowed_demo:
        from cdul_app.cli.commands import run_command

        return run_command(parsed)
    if sys.platform == "win32":
        # There torch fails to load its libraries once Qt has loaded its own.
        import torch  # noqa: F401
    from cdul_app.ui.app import run_app

    if windowed_demo:
        return run_app(demo=True, demo_into=parsed.into)
    return run_app(parsed.folder, database=parsed.project)


def main_gui() -> int:
    """The entry point without a terminal."""
    return main()


if __name__ == "__main__":
    sys.exit(main())
