"""What a shell needs to complete the command line, made from its parser."""

import argparse
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """shell : one of SHELLS."""
    import shtab

    for action in _actions(parser):
        words = str(action.metavar).split("|")
        if "FILE" in words:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif any(word.endswith(("FOLDER", "DIR")) for word in words):
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return shtab.complete(parser, shell)


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Those of its commands, too."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
