from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cdul_app.events import Skipped
from cdul_app.tasks.scan.passed_over import PassedOver
from cdul_app.tasks.scan.photo_names import photo_names


def names_below(folder: Path) -> list[str | Skipped]:
    return list(photo_names(folder, PassedOver()))


def make(folder: Path, paths: list[str]) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


def test_names_come_in_the_order_of_their_paths(tmp_path: Path):
    paths = ["a b/c.jpg", "a/b.jpg", "a.jpg", "a-1/d.jpg", "a/z/e.jpg", "a/a.jpg", "b.jpg"]
    assert names_below(make(tmp_path, paths)) == sorted(paths)


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
    assert names_below(folder) == sorted(paths)


def test_no_file_is_looked_at_but_links(tmp_path: Path):
    make(tmp_path, ["a.jpg"])
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "there.jpg").symlink_to(tmp_path / "a.jpg")
    (tmp_path / "folder.jpg").symlink_to(tmp_path, target_is_directory=True)
    passed = PassedOver()
    names = list(photo_names(tmp_path, passed))
    assert [name for name in names if isinstance(name, str)] == ["a.jpg", "there.jpg"]
    assert [name.item for name in names if isinstance(name, Skipped)] == ["gone.jpg"]
    assert passed.sentences() == ["Linked folders are not followed: folder.jpg."]


def test_folders_of_systems_and_network_disks_are_not_gone_into(tmp_path: Path):
    kept = ["a.jpg", "eaDir/b.jpg", "lost/c.jpg"]
    others = ["@eaDir", "#recycle", "#snapshot", "$RECYCLE.BIN", "lost+found", ".Trash-1000"]
    others += ["System Volume Information", ".Trashes", "b/@EADIR", "b/.hidden"]
    make(tmp_path, kept + [f"{name}/x/d.jpg" for name in others])
    assert names_below(tmp_path) == kept


def test_pictures_of_other_kinds_are_counted_and_linked_folders_named(tmp_path: Path):
    make(tmp_path / "photos", ["a.jpg", "b/a.PSD", "b/c.svg", "d.psd", "notes.txt", "film.mp4"])
    make(tmp_path / "else\nwhere", ["e.jpg", "f.psd"])
    (tmp_path / "photos" / "b" / "al\nbum").symlink_to(tmp_path / "else\nwhere")
    passed = PassedOver()
    assert list(photo_names(tmp_path / "photos", passed)) == ["a.jpg"]
    assert passed.sentences() == [
        "3 files of kinds this app cannot read: .psd, .svg.",
        "Linked folders are not followed: b/al bum.",
    ]


def test_many_links_are_counted_and_one_file_is_one():
    passed = PassedOver()
    passed.add_file("x.EPS")
    for number in range(8):
        passed.add_link(f"l{number}")
    assert passed.sentences() == [
        "1 file of a kind this app cannot read: .eps.",
        "Linked folders are not followed: l0, l1, l2, l3, l4 and 3 more.",
    ]
