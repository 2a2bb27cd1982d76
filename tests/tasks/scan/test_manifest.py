"""Which photos a manifest names, and what it says of one that cannot be read."""

import io
from pathlib import Path

import fsspec
import numpy as np
import pytest

from cdul_app.errors import ManifestError
from cdul_app.photos.elsewhere.places import named_places
from cdul_app.tasks.scan.manifest import manifest_photos
from tests.drawn_photos import copy_photos
from tests.events import run_task
from tests.photos.elsewhere.stand_in_server import StandInServer
from tests.tar_files import write_tar
from tests.tasks.project_helpers import skipped

PATHS = ["b/1.jpg", "/data/2.jpg", "memory://host/3?size=big", "é ü.jpg"]


def named(manifest: object, folder: Path) -> list[str]:
    return list(run_task(manifest_photos(str(manifest), folder))[1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.txt", "\n".join(["./b/1.jpg", "", *PATHS, "b/1.jpg "])),
        ("list.txt", "\ufeff" + "\r\n".join(PATHS)),
        ("list.csv", "id,Path,url\n" + "\n".join(f'7,"{path}",x' for path in PATHS)),
        ("list.csv", "whatever,id\n" + "\n".join(f'"{path}",1' for path in PATHS)),
        ("list.tsv", "label\tfile\n" + "\n".join(f"cat\t{path}" for path in PATHS)),
    ],
)
def test_each_photo_of_a_list_once_and_in_its_order(tmp_path: Path, name: str, text: str):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert named(tmp_path / name, tmp_path) == PATHS
    assert named_places() == {str(Path("/data")), "memory://host"}


def test_a_column_of_a_parquet_file(tmp_path: Path):
    pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "list.parquet"
    parquet.write_table(pa.table({"id": [1, 2, 3], "image": ["a.jpg", None, "b.jpg"]}), file)
    assert named(file, tmp_path) == ["a.jpg", "b.jpg"]
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ManifestError, match="cannot be read"):
        named(file, tmp_path)


def test_a_parquet_file_of_which_little_stands_for_much(tmp_path: Path):
    pa = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "list.parquet"
    for column, reason in (
        (pa.DictionaryArray.from_arrays(np.zeros(400_000, np.int32), ["x" * 2000]), "than 600 MB"),
        (pa.array([7, 8]), "its column path holds no text"),
        (pa.array([["a.jpg"], ["b.jpg"]]), "its column path holds no text"),
    ):
        parquet.write_table(pa.table({"path": column}), file)
        with pytest.raises(ManifestError, match=reason):
            named(file, tmp_path)


def test_a_field_with_more_lines_names_no_place(tmp_path: Path):
    (tmp_path / "list.csv").write_text('path\n"/data/a\n/etc/a.jpg"\n')
    with pytest.raises(ManifestError, match=r"names /data/a /etc/a\.jpg, which is no path"):
        named(tmp_path / "list.csv", tmp_path)
    assert not named_places()


def test_the_manifest_s_own_url_is_looked_at_before_it_is_asked_for(tmp_path: Path):
    for url in ("https://me:secret@127.0.0.1:1/a.txt", "http://127.0.0.1:1/a.csv?sig=secret"):
        with pytest.raises(ManifestError, match=r"127\.0\.0\.1:1 hold a key") as caught:
            named(url, tmp_path)
        assert "secret" not in str(caught.value)
    with pytest.raises(ManifestError, match=r"zip::https:// are not read"):
        named("zip::https://host/list.txt", tmp_path)


def test_the_photos_of_a_series_of_tar_files(tmp_path: Path):
    first, second = copy_photos(tmp_path / "photos", 2)
    write_tar(tmp_path / "s-08.tar", {"x/1.jpg": first, "x/1.json": b"{}"})
    write_tar(tmp_path / "s-10.tar", {"2.JPG": second})
    events, found = run_task(manifest_photos(str(tmp_path / "s-{08..10}.tar"), tmp_path))
    inside = [str(tmp_path / "s-08.tar/x/1.jpg"), str(tmp_path / "s-10.tar/2.JPG")]
    assert list(found) == inside
    assert skipped(events) == {
        str(tmp_path / "s-09.tar"): "The file cannot be read (it is not there)."
    }
    (tmp_path / "list.txt").write_text("s-{08..10}.tar\n")
    assert named(tmp_path / "list.txt", tmp_path) == ["s-08.tar/x/1.jpg", "s-10.tar/2.JPG"]


def test_members_of_a_tar_file_that_cannot_be_read_now_stay(tmp_path: Path):
    (tmp_path / "list.txt").write_text("s.tar\na.jpg\n")
    known = ["s.tar/1.jpg", "s.tar2/1.jpg"]
    _, found = run_task(manifest_photos(str(tmp_path / "list.txt"), tmp_path, known))
    assert list(found) == ["s.tar/1.jpg", "a.jpg"]


def test_a_manifest_at_a_url(tmp_path: Path):
    packed = io.BytesIO()
    write_tar(packed, {"1.jpg": copy_photos(tmp_path / "photos", 1)[0]})
    server = fsspec.filesystem("memory")
    server.pipe_file("/lists/s.tar", packed.getvalue())
    server.pipe_file("/lists/list.txt", b"memory://lists/s.tar\nb.jpg\n")
    assert named("memory://lists/list.txt", tmp_path) == ["memory://lists/s.tar/1.jpg", "b.jpg"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no photo"),
        ("../a.jpg\n", "leads out of the folder"),
        ("nosuch://a/b.jpg\n", "nosuch:// are not read: name them at https://, s3://"),
        ("zip://a.jpg::http://host/x.zip\n", "zip:// are not read"),
        ("simplecache::s3://bucket/a.jpg\n", "simplecache::s3:// are not read"),
        ("github://org:repository@/a.jpg\n", "github:// are not read"),
        ("local:///etc/passwd\n", "local:// are not read"),
        ("s-{0..1000000}.tar\n", "more than 1,000,000 tar files"),
        ("s-{0..99999}-{0..99999}.tar\n", "more than 1,000,000 tar files"),
        (f"s-{{0..{'9' * 5000}}}.tar\n", "which is no path: one has up to 4,096 letters"),
        ("a" * 5000 + ".jpg\n", r"names a{79}…, which is no path"),
        ("a\0b.jpg\n", "names a b.jpg, which is no path"),
        ("https://me:secret@host/a.jpg\n", "URLs of host hold a key or a password"),
        ("https://token@host/a.jpg\n", "URLs of host hold a key"),
        ("s3://key:secret@bucket/a.jpg\n", "URLs of bucket hold a key"),
        ("https://host/a.jpg?x=1&X-Amz-Signature=secret\n", "URLs of host hold a key"),
        ("https://host/s.tar?sv=1&sig=secret\n", "URLs of host hold a key"),
        ("\0" * 3 + "\udcff", "cannot be read"),
    ],
)
def test_what_cannot_be_a_manifest_is_told(tmp_path: Path, text: str, reason: str):
    (tmp_path / "list.txt").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ManifestError, match=reason) as caught:
        named(tmp_path / "list.txt", tmp_path)
    assert "secret" not in str(caught.value)
    assert not named_places()
    with pytest.raises(ManifestError, match=r"cannot be read \(it is not there\)"):
        named(tmp_path / "absent.txt", tmp_path)


def test_many_tar_files_of_a_server_in_their_order(tmp_path: Path):
    files = {}
    for number in range(40):
        packed = io.BytesIO()
        write_tar(packed, {f"{number}.jpg": b"x"})
        files[f"/{number}.tar"] = packed.getvalue()
    with StandInServer(files) as server:
        manifest = f"{server.address}/{{0..40}}.tar"
        events, found = run_task(manifest_photos(manifest, tmp_path))
        assert list(found) == [f"{server.address}/{each}.tar/{each}.jpg" for each in range(40)]
        assert skipped(events) == {
            f"{server.address}/40.tar": "The file cannot be read (it is not there)."
        }
