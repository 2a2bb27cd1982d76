"""Reading the photo list on the job's thread, so that the window need not wait for it."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from cdul_app.events import Event, Events, Finished
from cdul_app.paths import ProjectLocation
from cdul_app.project.photo_table import PhotoTable
from cdul_app.storage.project_store import ProjectStore


@dataclass(frozen=True)
class PhotosRead:
    """The photos as a job leaves them; comes just before its end."""

    photos: PhotoTable


def with_photos(
    events: Events, location: ProjectLocation
) -> Generator[Event | PhotosRead, None, None]:
    """The events of a job that may have changed the photos, and the list as it is then."""
    with closing(events):
        for event in events:
            if isinstance(event, Finished):
                with ProjectStore(location.database) as store:
                    yield PhotosRead(PhotoTable.read(location.folder, store))
            yield event
