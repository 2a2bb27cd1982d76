"""Photos in object storage: S3 as s3fs asks for it, from a stand-in server."""

import io
from collections.abc import Iterator

import pytest

pytest.importorskip("s3fs", reason="s3fs is not installed: pip install s3fs")

import fsspec

from cdul_app.errors import in_english
from cdul_app.photos.elsewhere.addresses import NO_KEY, read_address, stamp_of
from cdul_app.photos.elsewhere.tar_members import members
from tests.photos.elsewhere.stand_in_server import StandInServer
from tests.tar_files import write_tar

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInServer]:
    files = {f"/bucket/{name}": CONTENT for name in ("a é.jpg", "secret", "failed", "broken")}
    faults = {"/bucket/secret": "403", "/bucket/broken": "broken off"}
    with StandInServer(files | {"/bucket/empty": b""}, faults) as found:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", found.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "name")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        forget_s3()
        yield found
        forget_s3()


def forget_s3() -> None:
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def reason(address: str) -> str:
    with pytest.raises(OSError, match=r".") as caught:
        read_address(address, most_bytes=2**20)
    return in_english(caught.value)


def test_a_file_and_its_parts_are_brought_with_one_request_each(server: StandInServer):
    assert read_address("s3://bucket/a é.jpg", most_bytes=2**20) == CONTENT
    assert read_address("s3://bucket/a é.jpg", start=7, most_bytes=20) == CONTENT[7:27]
    assert len(server.requests) == 2
    assert read_address("s3://bucket/empty", most_bytes=2**20) == b""


def test_what_fails_says_why(server: StandInServer, monkeypatch: pytest.MonkeyPatch):
    assert reason("s3://bucket/none.jpg") == "it is not there"
    assert reason("s3://bucket/a é.jpg::file:///etc/passwd") == "it is not there"
    assert reason("s3://bucket/secret") == "there is no permission"
    assert reason("s3://bucket/broken") == "the connection broke off"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    forget_s3()
    assert reason("s3://bucket/a é.jpg") == NO_KEY


def test_members_of_a_tar_file(server: StandInServer):
    packed = io.BytesIO()
    write_tar(packed, {f"{each}.jpg": bytes([each]) * 1000 for each in range(100)})
    server.files["/bucket/s.tar"] = packed.getvalue()
    assert len(members("s3://bucket/s.tar")) == 100
    assert len(server.requests) <= 4
    before = stamp_of("s3://bucket/s.tar")
    forget_s3()
    assert stamp_of("s3://bucket/s.tar") == before
