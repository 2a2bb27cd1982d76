"""What the photos were last compared with: how like it they are, and how new to the reviewer."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cdul_app.project.photo_table import PhotoTable

if TYPE_CHECKING:
    from cdul_app.project.project import Project


class SearchResults:
    """Kept by photo, so that they hold when photos come, go or change places."""

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._searched = _Figures()
        self._nearest = _Figures()
        self._duplicates = _Figures()

    def similarities(self) -> NDArray[np.float32] | None:
        """(n_photos,) cosines with what was searched for, NaN where a photo is not encoded; None
        while nothing is."""
        return self._searched.of(self._project.photos)

    def novelty(self) -> NDArray[np.float32] | None:
        """(n_photos,) in [0, 2]: 1 - the cosine with the nearest reviewed photo; None until it
        has been asked for and found."""
        nearest = self._nearest.of(self._project.photos)
        return None if nearest is None else 1 - nearest

    def keep(self, photo_ids: NDArray[np.int64], similarities: NDArray[np.float32]) -> None:
        """(n,) each: what was searched for."""
        self._searched = _Figures(photo_ids, similarities)

    def keep_nearest_reviewed(
        self, photo_ids: NDArray[np.int64], similarities: NDArray[np.float32]
    ) -> None:
        """(n,) each: the cosine with the nearest photo that was reviewed."""
        self._nearest = _Figures(photo_ids, similarities)

    def duplicates(self) -> NDArray[np.float32] | None:
        """(n_photos,) the number of the group of near-duplicates, NaN where a photo is alone;
        None until they have been looked for."""
        return self._duplicates.of(self._project.photos)

    def keep_duplicates(
        self, photo_ids: NDArray[np.int64] | None, groups: NDArray[np.float32] | None
    ) -> None:
        """(n,) each; None to forget them."""
        self._duplicates = _Figures(photo_ids, groups)

    def clear(self) -> None:
        """Nothing is searched for any more."""
        self._searched = _Figures()


class _Figures:
    """Figures of photos, in the order of the rows that are shown now."""

    def __init__(
        self,
        photo_ids: NDArray[np.int64] | None = None,
        values: NDArray[np.float32] | None = None,
    ) -> None:
        self._ids, self._values = photo_ids, values
        self._photos: PhotoTable | None = None
        self._aligned: NDArray[np.float32] | None = None

    def of(self, photos: PhotoTable) -> NDArray[np.float32] | None:
        if self._ids is None or self._values is None:
            return None
        if self._photos is not photos:
            rows = photos.rows_by_id.find(self._ids)
            self._aligned = np.full(len(photos), np.nan, dtype=np.float32)
            self._aligned[rows[rows >= 0]] = self._values[rows >= 0]
            self._photos = photos
        return self._aligned
