import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.project.labels.row_cache import ROWS_AT_ONCE, RowCache


class Squares:
    """Counts the rows that were worked out."""

    def __init__(self, count):
        self.numbers = np.arange(count)
        self.computed = 0

    def of(self, rows):
        chosen = self.numbers[rows]
        self.computed += len(chosen)
        return chosen**2


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 3])
def test_each_row_is_worked_out_once(count):
    squares = Squares(count)
    cache = RowCache(lambda: count, squares.of)
    for _ in range(2):
        np.testing.assert_array_equal(cache.values(), np.arange(count) ** 2)
    assert squares.computed == count


def test_only_rows_that_changed_are_worked_out_again():
    squares = Squares(5)
    cache = RowCache(lambda: 5, squares.of)
    cache.update(np.array([1]))  # nobody has asked yet
    assert squares.computed == 0
    cache.values()
    squares.numbers[[1, 3]] = 10, 20
    cache.update(np.array([3]))
    assert cache.values().tolist() == [0, 1, 4, 400, 16]
    assert squares.computed == 6
    cache.forget()
    assert cache.values().tolist() == [0, 100, 4, 400, 16]


def test_nobody_else_writes_to_it():
    cache = RowCache(lambda: 3, Squares(3).of)
    with pytest.raises(ValueError, match="read-only"):
        cache.values()[0] = 1


def test_counts_follow_the_rows_that_change():
    random = np.random.default_rng(3)
    table = random.random((5000, 4)) < 0.3
    cache: RowCache[np.bool_] = RowCache(lambda: len(table), lambda rows: table[rows])
    assert cache.counts().tolist() == table.sum(axis=0).tolist()
    for _ in range(5):
        rows = random.choice(5000, 40, replace=False)
        table[rows] = ~table[rows]
        cache.update(rows)
        assert cache.counts().tolist() == table.sum(axis=0).tolist()
    table[:] = True
    cache.forget()
    assert cache.counts().tolist() == [5000] * 4


@given(seed=st.integers(0, 1000))
def test_a_column_is_worked_out_again_as_the_whole_row_would_be(seed):
    random = np.random.default_rng(seed)
    table = random.random((30, 4))
    cache = RowCache(
        lambda: len(table),
        lambda rows: table[rows] > 0.5,
        lambda rows, column: table[rows, column] > 0.5,
    )
    cache.counts()
    for column in (0, 3, None):
        rows = random.choice(30, 8, replace=False)
        table[rows, slice(None) if column is None else column] = random.random()
        cache.update(rows, column)
        assert (cache.values() == (table > 0.5)).all()
        assert cache.counts().tolist() == (table > 0.5).sum(axis=0).tolist()
