from hypothesis import given
from hypothesis import strategies as st

from cdul_app.formats.short_names import Short, short_names

paths = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "a.jpg", "sub/a"]), st.sampled_from([".jpg", ".png", ".cr2"])
    ).map("".join),
    unique=True,
)


@given(paths=paths, short=st.sampled_from(Short))
def test_no_two_photos_go_by_one_name(paths: list[str], short: Short):
    names = short_names(paths, short)
    assert len(set(names)) == len(paths)
    assert all(path.startswith(name) for path, name in zip(paths, names, strict=True))


def test_the_short_name_is_that_of_the_kind_that_readers_open():
    pair = ["a.CR2", "a.jpg"]
    assert short_names(pair, Short.PICTURE) == ["a.CR2", "a"]
    assert short_names(pair, Short.RAW) == ["a", "a.jpg"]
    assert short_names(pair, Short.NONE) == pair


def test_a_name_is_not_guessed_where_two_photos_have_the_same_right_to_it():
    assert short_names(["a.jpg", "a.png"], Short.PICTURE) == ["a.jpg", "a.png"]
    assert short_names(["a.cr2", "a.nef"], Short.RAW) == ["a.cr2", "a.nef"]
    assert short_names(["a.cr2", "a.nef"], Short.PICTURE) == ["a.cr2", "a.nef"]
