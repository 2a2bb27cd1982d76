"""What a word of the command line is read as: each raises ArgumentTypeError with the reason."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdul_app.paths import absolute_path
from cdul_app.photos.elsewhere.places import absolute_address


def read_path(text: str) -> Path:
    if not text.strip():  # as of a variable that is not set; Path("") would be this folder
        raise argparse.ArgumentTypeError("a path is missing")
    return absolute_path(Path(text))


def read_manifest(text: str) -> str:
    """A path, made absolute, or a URL."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a path is missing")
    return absolute_address(read_text(text))


def read_count(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number") from error
    if number < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return number


def read_text(text: str) -> str:
    """What was typed, also where Python took its bytes for those of a locale without umlauts."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError as error:
        raise argparse.ArgumentTypeError("it is no valid text in UTF-8") from error


def read_number_or_word(words: Mapping[str, Any], text: str) -> float | str:
    word = text.strip().lower()
    if word in words:
        return word
    try:
        return float(text)
    except ValueError as error:
        known = " nor ".join(words)
        raise argparse.ArgumentTypeError(f"“{text}” is neither a number nor {known}") from error
