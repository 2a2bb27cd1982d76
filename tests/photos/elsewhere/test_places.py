from pathlib import Path

import pytest

from cdul_app.paths import user_data_dir
from cdul_app.photos.elsewhere.places import give_places, is_named, name_places, named_places


def test_places_are_remembered_and_others_are_not_among_them():
    assert not is_named("s3://bucket/a.jpg")
    name_places(["s3://bucket/deep/a.jpg", "/data/photos/a.jpg"])
    name_places(["s3://bucket/b.jpg", "https://host:8080/a.jpg"])
    assert named_places() == {"s3://bucket", str(Path("/data/photos")), "https://host:8080"}
    for path in ("s3://bucket/x.tar", "/data/photos/below/b.jpg", "https://host:8080/c"):
        assert is_named(path)
    for path in (
        "s3://bucket2/x", "s3://bucket.evil/x", "https://host/c", "http://host:8080/c",
        "gs://bucket/x", "https://host:8080@evil/x", "/data/b.jpg", "/data/photos/../b.jpg",
        "/data/photos2/b.jpg",
    ):  # fmt: skip
        assert not is_named(path), path


def test_a_photo_at_the_root_does_not_name_the_whole_disk():
    name_places(["/a.jpg"])
    assert is_named("/a.jpg")
    assert not is_named("/etc/passwd")


def test_a_worker_is_told_for_its_own_life(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("cdul_app.photos.elsewhere.places._given", set())
    give_places(["s3://given"])
    assert is_named("s3://given/a.jpg")
    assert not (user_data_dir() / "named-places.txt").exists()


def test_a_damaged_list_names_nothing():
    name_places(["s3://bucket/a.jpg"])
    (user_data_dir() / "named-places.txt").write_bytes(b"\xff\xfe\0")
    assert not is_named("s3://bucket/a.jpg")
    name_places(["s3://bucket/a.jpg"])
    assert is_named("s3://bucket/a.jpg")
