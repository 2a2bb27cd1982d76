"""The best snippets of a class are those of the scores that are there now."""

import time
from threading import Event as Flag

import pytest

from cdul_app.desktop.session import snippet_search
from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.desktop.session.snippet_search import SnippetSearch
from cdul_app.tasks.top_snippets import top_snippets


class CountedSearches:
    """Searches, and says when each is done."""

    def __init__(self) -> None:
        self.begun, self.done = 0, Flag()

    def __call__(self, location, class_id):
        self.begun += 1
        result = yield from top_snippets(location, class_id)
        self.done.set()
        return result


def test_what_was_found_among_earlier_scores_is_forgotten(
    qtbot, trained_session: ProjectSession, monkeypatch: pytest.MonkeyPatch
):
    searches = CountedSearches()
    monkeypatch.setattr(snippet_search, "top_snippets", searches)
    project = trained_session.project
    search = SnippetSearch(project)
    class_id = int(project.classes.ids[0])
    search.start(class_id)
    assert searches.done.wait(30)
    time.sleep(0.1)  # its result waits for the event loop
    project.changes.scores()
    with qtbot.waitSignal(search.found, timeout=30_000):
        search.start(class_id)
    assert searches.begun == 2
    assert search.snippets(class_id)
    project.changes.scores()
    assert search.snippets(class_id) is None
    search.close()
