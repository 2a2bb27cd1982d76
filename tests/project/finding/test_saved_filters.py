from cdul_app.project.finding.saved_filters import SETTING, SavedFilter, read_saved_filters
from cdul_app.project.project import Project

FILTERS = [
    SavedFilter("doubtful dogs", "dog", "has", "unreviewed", True, "labels>=2", (0.25, 0.5)),
    SavedFilter("newest", sort="novelty", descending=True),
]


def test_they_are_kept_in_the_project(project):
    assert project.settings.saved_filters == []
    project.settings.saved_filters = FILTERS
    with Project(project.location) as again:
        assert again.settings.saved_filters == FILTERS


def test_what_another_version_wrote_is_read_as_far_as_it_is_known(project):
    project.store.settings.set(SETTING, [{"name": "a", "colour": "red"}, {"query": "no name"}])
    assert read_saved_filters(project.store.settings) == [SavedFilter("a")]
