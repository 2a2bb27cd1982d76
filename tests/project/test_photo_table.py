from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.project.photo_table import PhotoTable, RowsById


@given(st.lists(st.integers(1, 10**12), unique=True), st.lists(st.integers(1, 10**12)))
def test_rows_are_found_as_a_dictionary_would(ids, others):
    rows = RowsById(np.array(ids, dtype=np.int64))
    expected = {photo: row for row, photo in enumerate(ids)}
    for photo in [*ids, *others]:
        assert rows.get(photo) == expected.get(photo)
    wanted = [*others, *ids]
    assert rows.find(wanted).tolist() == [expected.get(photo, -1) for photo in wanted]


def test_listed_photos_come_after_those_that_are_there(tmp_path: Path):
    table = PhotoTable.empty(tmp_path).extended(range(5, 7), ["a.jpg", "b/c.jpg"])
    longer = table.extended(range(7, 8), ["d.jpg"])
    assert longer.ids.tolist() == [5, 6, 7]
    assert longer.paths == ["a.jpg", "b/c.jpg", "d.jpg"]
    assert not longer.failed.any()
    assert longer.widths.tolist() == longer.heights.tolist() == [0, 0, 0]
    assert longer.absolute(1) == tmp_path / "b/c.jpg"
    assert longer.rows_by_id.get(7) == 2
    assert len(table) == 2
