from cdul_app.desktop.session.project_session import ProjectSession
from cdul_app.project.saved_filters import SETTING, SavedFilter, read_saved_filters

FILTERS = [
    SavedFilter("doubtful dogs", "dog", "has", "unreviewed", True, "labels>=2", (0.25, 0.5)),
    SavedFilter("newest", sort="novelty", descending=True),
]


def test_they_are_kept_in_the_project(session):
    assert project.settings.saved_filters == []
    project.settings.saved_filters = FILTERS
    session.close()
    again = ProjectSession(project.location)
    assert again.saved_filters() == FILTERS
    again.close()


def test_what_another_version_wrote_is_read_as_far_as_it_is_known(session):
    project.store.settings.set(
        SETTING, [{"name": "a", "colour": "red"}, {"query": "no name"}]
    )
    assert read_saved_filters(project.store.settings) == [SavedFilter("a")]
