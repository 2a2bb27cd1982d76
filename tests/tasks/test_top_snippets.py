from cdul_app.paths import ProjectLocation
from cdul_app.storage.project_store import ProjectStore
from cdul_app.tasks.top_snippets import top_snippets
from tests.events import run_task


def test_the_best_are_kept_where_not_all_are(scored: ProjectLocation):
    with ProjectStore(scored.database) as store:
        classes = [record.identifier for record in store.classes.all()]
    for class_id in classes:
        found = run_task(top_snippets(scored, class_id))[1].snippets
        assert len({snippet.photo_id for snippet in found}) == len(found) == 8
        assert [each.score for each in found] == sorted((s.score for s in found), reverse=True)
        assert run_task(top_snippets(scored, class_id, most=3))[1].snippets == found[:3]
