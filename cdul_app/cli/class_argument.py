"""What `--classes` takes: a preset, a file, or names with commas between them."""

import os
import re
from pathlib import Path

from cdul_app.classes.class_files import read_class_file
from cdul_app.classes.class_list import (
    CLASS_PRESETS,
    ClassDefinition,
    parse_class_lines,
    preset_classes,
)
from cdul_app.errors import ClassListError
from cdul_app.paths import absolute_path

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
