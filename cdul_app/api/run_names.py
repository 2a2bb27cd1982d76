"""Runs of the projects that are open in this process, found by their name."""

import os
import weakref
from pathlib import Path

from cdul_app.paths import ProjectLocation, absolute_path

_open: "weakref.WeakKeyDictionary[object, ProjectLocation]" = weakref.WeakKeyDictionary()


def remember_open(project: object, location: ProjectLocation) -> None:
    """Until it is forgotten, or `project` is not referred to any more."""
    _open[project] = location


def forget_open(project: object) -> None:
    _open.pop(project, None)


def place_of(name: str | os.PathLike[str]) -> Path:
    """The path `name`; where there is nothing, the run called so of the project opened last."""
    path = absolute_path(Path(name))
    if not path.exists() and Path(name).name == os.fspath(name):
        for location in reversed(list(_open.values())):
            run = location.classifiers_dir / name
            if run.is_dir():
                return run
    return path
