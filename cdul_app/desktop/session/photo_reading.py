"""Reading the photo list on the job's thread, so that the window need not wait for it."""

from dataclasses import dataclass

from cdul_app.events import Events, TaskResult
from cdul_app.paths import ProjectLocation
from cdul_app.project.photo_table import PhotoTable


@dataclass(frozen=True)
class PhotosRead(TaskResult):
    value: TaskResult  # the job's own result
    photos: PhotoTable  # as the job leaves them


def with_photos(events: Events[TaskResult], location: ProjectLocation) -> Events[PhotosRead]:
    """A job that may change the photos, and the list as it is then."""
    value = yield from events
    return PhotosRead(value.summary, value, PhotoTable.load(location))
