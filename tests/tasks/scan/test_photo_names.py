from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cdul_app.events import Skipped
from cdul_app.tasks.scan.photo_names import photo_names


def make(folder: Path, paths: list[str]) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


def test_names_come_in_the_order_of_their_paths(tmp_path: Path):
    paths = ["a b/c.jpg", "a/b.jpg", "a.jpg", "a-1/d.jpg", "a/z/e.jpg", "a/a.jpg", "b.jpg"]
    assert list(photo_names(make(tmp_path, paths))) == sorted(paths)


@given(
    st.lists(
        st.lists(st.text("ab-.~ é", min_size=1, max_size=3), min_size=1, max_size=3),
        min_size=1,
        max_size=12,
    )
)
def test_any_tree_is_listed_in_the_order_of_its_paths(tmp_path_factory, trees):
    folder = tmp_path_factory.mktemp("tree")
    paths = {
        "/".join([*(f"d{part}" for part in parts[:-1]), f"f{parts[-1]}.jpg"]) for parts in trees
    }
    make(folder, sorted(paths))
    assert list(photo_names(folder)) == sorted(paths)


def test_no_file_is_looked_at_but_links(tmp_path: Path):
    make(tmp_path, ["a.jpg"])
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "there.jpg").symlink_to(tmp_path / "a.jpg")
    (tmp_path / "folder.jpg").symlink_to(tmp_path, target_is_directory=True)
    names = list(photo_names(tmp_path))
    assert [name for name in names if isinstance(name, str)] == ["a.jpg", "there.jpg"]
    assert [name.item for name in names if isinstance(name, Skipped)] == ["gone.jpg"]
