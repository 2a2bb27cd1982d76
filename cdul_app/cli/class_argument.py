"""What `--classes` takes: a preset, a file, or names with commas between them; and the command
`classes`, which renames and merges them."""

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from cdul_app.classes.class_files import read_class_file
from cdul_app.classes.class_list import (
    CLASS_PRESETS,
    ClassDefinition,
    parse_class_lines,
    preset_classes,
)
from cdul_app.cli.argument_types import read_text
from cdul_app.cli.command_parsers import Commands, add_project_command
from cdul_app.cli.output import print_result
from cdul_app.errors import ClassListError
from cdul_app.paths import absolute_path

if TYPE_CHECKING:
    from cdul_app.project.project import Project

_LIST_SUFFIXES = (".txt", ".csv", ".names", ".lst", ".list")
_LIKE_A_PRESET = re.compile(r"(pascal|voc|coco|ms-?coco)[ _-]*\d*", re.IGNORECASE)


def read_classes(text: str) -> list[ClassDefinition]:
    """Raises ClassListError, also for what was meant as a file or a preset and is none."""
    wanted = text.strip()
    if wanted.lower() in CLASS_PRESETS:
        return preset_classes(wanted.lower())
    try:
        file = absolute_path(Path(wanted))
        if file.is_file():
            return read_class_file(file)
    except (OSError, ValueError):  # too long for the name of a file: a list
        return parse_class_lines(text)
    if not re.search(r"[,;:\n]", wanted):
        if _looks_like_a_path(wanted):
            raise ClassListError(
                f"{file} is {_kind(file)}: give the text file with the class names."
                if file.exists()
                else f"There is no class list {file}: check the name of the file."
            )
        if _LIKE_A_PRESET.fullmatch(wanted):
            preset_classes(wanted)  # says which there are
    return parse_class_lines(text)


def _looks_like_a_path(text: str) -> bool:
    separators = {os.sep, os.altsep or os.sep, "/"}
    return Path(text).suffix.lower() in _LIST_SUFFIXES or any(sign in text for sign in separators)


def _kind(file: Path) -> str:
    return "a folder" if file.is_dir() else "a device or a pipe"


def add_class_command(commands: Commands) -> None:
    parser = add_project_command(
        commands,
        "classes",
        "list the classes, rename or merge them",
        "Print the classes of FOLDER as they then are, one a line. A class that is renamed keeps "
        "its answers, scores and threshold; one that is merged leaves the list, and each yes for "
        "it is one for the other where nothing was answered. Either is one step, which undo takes "
        "back.",
    )
    change = parser.add_mutually_exclusive_group()
    for option, names, text in (
        ("--rename", ("OLD", "NEW"), "give a class another name"),
        ("--merge", ("PART", "WHOLE"), "make the first class a part of the second"),
    ):
        change.add_argument(option, nargs=2, type=read_text, metavar=names, help=text)


def run_classes(arguments: argparse.Namespace, project: "Project") -> None:
    """Raises ClassListError."""
    from cdul_app.project.classes.class_edits import merge_classes, rename_class

    column_of = project.classes.column_of
    if arguments.rename is not None:
        old, new = arguments.rename
        rename_class(project, column_of(old), new)
    elif arguments.merge is not None:
        part, whole = arguments.merge
        merge_classes(project, column_of(part), column_of(whole))
    print_result("\n".join(project.classes.names))
