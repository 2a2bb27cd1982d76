"""What the parsers of all commands have in common."""

import argparse
from typing import TypeAlias

from cdul_app.cli.argument_types import read_path
from cdul_app.cli.verbosity import Verbosity

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

_VERBOSE, _QUIET = ("-v", "--verbose"), ("-q", "--quiet")
VERBOSITY_OPTIONS = (*_VERBOSE, *_QUIET)


def add_command(
    commands: Commands, name: str, text: str, description: str | None = None
) -> argparse.ArgumentParser:
    """A command, or an action of one, with the options that all have."""
    parser = commands.add_parser(name, help=text, description=description)
    told = parser.add_mutually_exclusive_group()
    told.add_argument(
        *_VERBOSE,
        dest="verbosity",
        action="store_const",
        const=Verbosity.ALL,
        default=argparse.SUPPRESS,  # an action's default would hide what its command was told
        help="also what libraries log, and how long each stage took",
    )
    told.add_argument(
        *_QUIET,
        dest="verbosity",
        action="store_const",
        const=Verbosity.ERRORS,
        default=argparse.SUPPRESS,
        help="only results, and errors",
    )
    return parser


def add_project_command(
    commands: Commands, name: str, text: str, description: str, *, optional_folder: bool = False
) -> argparse.ArgumentParser:
    parser = add_command(commands, name, text, description)
    parser.add_argument(
        "folder",
        type=read_path,
        metavar="FOLDER",
        nargs="?" if optional_folder else None,
        help="the folder of photos",
    )
    parser.add_argument(
        "--project",
        type=read_path,
        metavar="FILE",
        help="the project database, default FOLDER/.cdul/project.sqlite, or in your user data "
        "directory where FOLDER cannot be written",
    )
    return parser


def add_overwrite(command: "argparse._ActionsContainer") -> None:
    command.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a file that this project did not write, or that was changed since",
    )
