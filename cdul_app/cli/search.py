"""The command `search`: photos by likeness to words or to one of them."""

import argparse
import json
from pathlib import Path

import numpy as np

from cdul_app.cli.output import print_result
from cdul_app.cli.progress import run_events
from cdul_app.composed_names import composed
from cdul_app.errors import ProjectError
from cdul_app.paths import ProjectLocation, absolute_path
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.search import SearchCache, search_like, search_words


def run_search(arguments: argparse.Namespace, location: ProjectLocation) -> None:
    """Print the photos that are most like it, the most like first.  Raises UserError."""
    with ProjectStore(location.database) as store:
        columns = store.photos.columns()
    paths = dict(zip(columns.ids.tolist(), columns.paths, strict=True))
    if arguments.like is not None:
        photo = _photo(arguments.like, location.folder, paths)
        search = search_like(location, photo, SearchCache())
    else:
        search = search_words(location, arguments.words, SearchCache())
    found = run_events(search)
    best = np.argsort(-found.similarities, kind="stable")[: arguments.top]
    rows = [(paths[int(found.photos[row])], float(found.similarities[row])) for row in best]
    if arguments.json:
        photos = [{"photo": path, "similarity": round(value, 6)} for path, value in rows]
        print_result(json.dumps({"photos": photos}, allow_nan=False))
    else:
        print_result("\n".join(f"{value:.4f}  {path}" for path, value in rows))


def _photo(wanted: str, folder: Path, paths: dict[int, str]) -> int:
    """The identifier of a photo that was named by its path, from here or within the folder."""
    identifiers = {composed(path): identifier for identifier, path in paths.items()}
    identifiers |= {path: identifier for identifier, path in paths.items()}
    for file in (folder / wanted, absolute_path(Path(wanted))):
        if file.is_relative_to(folder):
            path = file.relative_to(folder).as_posix()
            for name in (path, composed(path)):
                if name in identifiers:
                    return identifiers[name]
    raise ProjectError(f"{wanted} is no photo of the project: name one that lies in {folder}.")
