import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.method.stopping import has_settled

STILL = (0.2, 0.0001)


def test_it_settles_after_as_many_still_epochs_as_asked():
    history = [(0.2, 0.01), *[STILL] * 3]
    assert has_settled(history, patience=3)
    assert not has_settled(history, patience=4)
    assert not has_settled(history[:3], patience=3)


def test_moving_labels_or_a_falling_loss_go_on():
    assert not has_settled([(0.2, 0.01), STILL, STILL, (0.2, 0.002)], patience=2)
    assert not has_settled([(0.2, 0.01), STILL, STILL, (0.19, 0.0001)], patience=2)


def test_labels_that_never_move_settle_with_the_loss():
    assert has_settled([(0.2, 0.0)] * 4, patience=3)


def test_an_empty_history_has_not_settled():
    assert not has_settled([], patience=1)
    with pytest.raises(ValueError, match="patience"):
        has_settled([STILL], patience=0)


@given(
    st.lists(st.tuples(st.floats(1e-3, 1), st.floats(0, 1)), max_size=12),
    st.integers(1, 6),
)
def test_units_of_loss_and_change_do_not_matter(history: list[tuple[float, float]], patience: int):
    scaled = [(4 * loss, 2 * change) for loss, change in history]
    assert has_settled(history, patience=patience) == has_settled(scaled, patience=patience)
    if has_settled(history, patience=patience):
        for fewer in range(1, patience):
            assert has_settled(history, patience=fewer)


def test_each_of_the_last_epochs_has_to_be_still():
    moved = (0.2, 0.005)
    assert not has_settled([(0.2, 0.01), STILL, moved, STILL], patience=2)
    assert has_settled([(0.2, 0.01), moved, STILL, STILL], patience=2)
    assert not has_settled([(0.2, 0.01), (0.3, 0.0001), STILL, STILL], patience=3)
