"""Tar files of servers: gone through once, with few requests, several at once."""

import io
from collections.abc import Iterator

import pytest

from cdul_app.paths import user_cache_dir
from cdul_app.photos.elsewhere import tar_members
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.elsewhere.places import name_places
from cdul_app.photos.elsewhere.tar_members import members, tell_members
from cdul_app.photos.elsewhere.web_files import NO_PARTS
from tests.photos.elsewhere.stand_in_server import StandInServer
from tests.tar_files import write_tar

PHOTOS = {f"{each:03}.jpg": bytes([each]) * 1000 for each in range(200)}


def packed(contents: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    write_tar(target, contents)
    return target.getvalue()


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer({"/s.tar": packed(PHOTOS)}) as found:
        name_places([found.address])
        yield found
    tar_members._members.cache_clear()


def test_small_members_are_found_with_few_requests_and_read_with_one(server: StandInServer):
    archive = f"{server.address}/s.tar"
    assert list(members(archive)) == list(PHOTOS)
    assert len(server.requests) <= 4
    asked = len(server.requests)
    assert DistantPhoto(archive, "007.jpg").read() == PHOTOS["007.jpg"]
    assert len(server.requests) == asked + 1


def test_large_members_are_passed_over(server: StandInServer):
    large = {f"{each}.jpg": bytes(2**20) for each in range(8)}
    server.files["/large.tar"] = packed(large)
    assert list(members(f"{server.address}/large.tar")) == list(large)
    parts = [each.rpartition("=")[2].split("-") for each in server.requests if "bytes" in each]
    assert sum(int(last) - int(first) for first, last in parts) < 2**20


def test_what_was_found_is_kept_for_as_long_as_the_file_is_the_same(server: StandInServer):
    archive = f"{server.address}/s.tar"
    found = members(archive)
    tar_members._members.cache_clear()  # as another process
    asked = len(server.requests)
    assert members(archive) == found
    assert [each.split()[0] for each in server.requests[asked:]] == ["HEAD"]
    server.files["/s.tar"] = packed({"new.jpg": b"new", **PHOTOS})
    tar_members._members.cache_clear()
    assert next(iter(members(archive))) == "new.jpg"
    (index,) = (user_cache_dir() / "tar-files").iterdir()
    for damage in (b"", b"[]", b'{"stamp": 1}', index.read_bytes()[:-9]):
        index.write_bytes(damage)
        tar_members._members.cache_clear()
        assert len(members(archive)) == 201


def test_a_worker_that_was_told_looks_for_nothing(server: StandInServer):
    archive = f"{server.address}/s.tar"
    place = members(archive)["005.jpg"]
    tar_members._members.cache_clear()
    tell_members({(archive, "renamed.jpg"): place})
    asked = len(server.requests)
    assert DistantPhoto(archive, "renamed.jpg").read() == PHOTOS["005.jpg"]
    assert len(server.requests) == asked + 1
    tell_members({})
    with pytest.raises(FileNotFoundError):
        DistantPhoto(archive, "renamed.jpg").read()


def test_a_server_that_sends_no_parts_says_so(server: StandInServer):
    server.faults["/s.tar"] = "no ranges"
    with pytest.raises(OSError, match=NO_PARTS):
        members(f"{server.address}/s.tar")
