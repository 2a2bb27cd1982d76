"""The command line, as argparse reads it; imports neither Qt nor torch."""

import argparse
import difflib
import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from cdul_app.cli.argument_types import read_path
from cdul_app.cli.backups import add_backup_commands
from cdul_app.cli.command_parsers import VERBOSITY_OPTIONS
from cdul_app.cli.completion import SHELLS, completion_script
from cdul_app.cli.labels import add_label_commands
from cdul_app.cli.method_arguments import (
    add_encoder_commands,
    add_method_commands,
    check_predict,
)
from cdul_app.cli.output import print_result
from cdul_app.cli.question_arguments import add_question_commands
from cdul_app.cli.verbosity import Verbosity
from cdul_app.version import app_version

COMMANDS = (
    "demo", "score", "train", "predict", "search", "ask", "report", "evaluate", "classes",
    "export", "export-classifier", "import", "info", "backup", "restore", "check", "encoders",
)  # fmt: skip

_USAGE = "cdul-app [FOLDER] [--project FILE]\n       cdul-app COMMAND …"

_DESCRIPTION = """\
Label photos without annotations: CLIP scores, pseudo labels with evidence, one-click training.

Without a command the window opens, on FOLDER where it is given (./score for a folder that is
called like a command). “cdul-app COMMAND --help” explains a command.
"""

_EPILOG = """\
Settings that a command is not told are those the project was last scored with, at first the
defaults. Results go to stdout, progress and messages to stderr; of these -q leaves errors alone,
and -v adds what libraries log and how long each stage took.
Exit status: 0 done, 1 an error you can mend, 2 wrong usage, 130 cancelled.
Environment: CDUL_DATA is the folder of encoders, the demo and projects of folders that cannot be
written, CDUL_CACHE that of thumbnails, of encoders made faster (see --runtime) and of what encoders
saw, of which at most CDUL_KEPT_GB are kept; with CDUL_DEBUG a bug is told with its traceback.
"""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Returns a namespace with `command`, None for the window; paths in it are absolute.

    Exits with 2 for wrong usage, 0 for --help and --version.
    """
    arguments = _command_first(arguments)
    if arguments and arguments[0] in COMMANDS:
        parser = _command_parser()
        parsed = parser.parse_args(arguments)
        if parsed.command == "predict":
            check_predict(parser, parsed)
        if "verbosity" not in parsed:
            parsed.verbosity = Verbosity.NOTES
        return parsed
    return _parse_for_window(arguments)


def _command_first(arguments: list[str]) -> list[str]:
    """What is said of how much to tell may stand before the command, too."""
    before = list(takewhile(VERBOSITY_OPTIONS.__contains__, arguments))
    command = arguments[len(before) : len(before) + 1]
    if command and command[0] in COMMANDS:
        return [*command, *before, *arguments[len(before) + 1 :]]
    return arguments


def _parse_for_window(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cdul-app", usage=_USAGE, add_help=False)
    parser.add_argument("-h", "--help", action=_WholeHelp)
    parser.add_argument("word", nargs="?", metavar="FOLDER")
    parser.add_argument("--project", type=read_path, metavar="FILE")
    parser.add_argument("--print-completion", action=_Completion, choices=SHELLS, metavar="SHELL")
    _add_version(parser)
    parsed, rest = parser.parse_known_args(arguments)
    # A misspelt command is the first thing to tell, before the options that belong to it.
    if parsed.word and "--" not in arguments and _is_misspelt(parsed.word):
        close = difflib.get_close_matches(parsed.word.lower(), COMMANDS, n=1)
        parser.error(
            f"“{parsed.word}” is neither a command nor a folder here"
            + (f": did you mean {close[0]}?" if close else "; see cdul-app --help.")
        )
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    folder = None
    if parsed.word is not None:
        try:
            folder = read_path(parsed.word)
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument FOLDER: {error}")
    return argparse.Namespace(command=None, folder=folder, project=parsed.project)


def _is_misspelt(word: str) -> bool:
    """Whether a word can only have been meant as a command; of a path the window tells more."""
    separators = [os.sep, "/", os.altsep or "/", "~"]
    return not any(sign in word for sign in separators) and not Path(word).exists()


class _WholeHelp(argparse.Action):
    """The help of the window is that of the whole program."""

    def __init__(self, option_strings: list[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        _command_parser().print_help()
        parser.exit()


class _Completion(argparse.Action):
    """The script by which a shell completes the whole command line."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: object, value: Any, *_: Any
    ) -> None:
        print_result(completion_script(_command_parser(), value))
        parser.exit()


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--version",
        action="version",
        version=f"cdul-app {app_version()}",
        help="show the version and exit",
    )


def _or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cdul-app",
        usage=_USAGE,
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_EPILOG,
    )
    # Told here, read by _parse_for_window and by each command.
    parser.add_argument(
        "--project",
        metavar="FILE",
        help="the project database of FOLDER, default FOLDER/.cdul/project.sqlite",
    )
    parser.add_argument(
        "--print-completion",
        choices=SHELLS,
        metavar="SHELL",
        help=f"print a script that completes commands and options in {_or(SHELLS)}, and exit",
    )
    _add_version(parser)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", prog="cdul-app"
    )
    add_method_commands(commands)
    add_question_commands(commands)
    add_label_commands(commands)
    add_backup_commands(commands)
    add_encoder_commands(commands)
    return parser
