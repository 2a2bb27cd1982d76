"""Photos in tar files and at URLs: the same picture as from a file, or the reason why not."""

import io
import tarfile
from pathlib import Path

import fsspec
import numpy as np
import pytest

from cdul_app.photos.decoding import decode_photo
from cdul_app.photos.elsewhere.distant_photo import DistantPhoto
from cdul_app.photos.elsewhere.places import name_places
from cdul_app.photos.elsewhere.tar_members import members
from cdul_app.photos.files import photo_file, size_and_time
from cdul_app.photos.unreadable import GONE, UnreadablePhoto
from cdul_app.tasks.scan.fingerprints import fingerprint_file
from tests.drawn_photos import copy_photos
from tests.tar_files import write_tar


def assert_same(folder: Path, path: str, photo: Path) -> None:
    file = photo_file(folder, path)
    assert isinstance(file, DistantPhoto)
    np.testing.assert_array_equal(decode_photo(file), decode_photo(photo))
    assert fingerprint_file(file) == fingerprint_file(photo)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_member_is_the_photo_that_was_packed(tmp_path: Path, form: int):
    first, second = copy_photos(tmp_path / "photos", 2)
    long = "deep/" * 30 + "é.jpg"
    folder = tmp_path / "project"
    folder.mkdir()
    names = {"./a.jpg": first, long: second, "a.json": b"{}"}
    write_tar(folder / "s.tar", names if form != tarfile.USTAR_FORMAT else {"./a.jpg": first}, form)
    assert_same(folder, "s.tar/a.jpg", first)
    if form != tarfile.USTAR_FORMAT:
        assert list(members(str(folder / "s.tar"))) == ["a.jpg", long]
        assert_same(folder, f"s.tar/{long}", second)
    member = photo_file(folder, "s.tar/a.jpg")
    size, time = first.stat().st_size, (folder / "s.tar").stat().st_mtime_ns
    assert size_and_time(member) == (size, time)
    assert size_and_time(photo_file(folder, "s.tar/b.jpg")) is None


def test_a_camera_s_file_in_a_tar_is_decoded_in_another_process(tmp_path: Path):
    heif = Path(__file__).parents[1] / "kinds" / "plain.heic"
    write_tar(tmp_path / "s.tar", {"a.heic": heif})
    assert_same(tmp_path, "s.tar/a.heic", heif)


def test_a_photo_at_a_url_is_the_one_that_was_put_there(tmp_path: Path):
    (photo,) = copy_photos(tmp_path / "photos", 1)
    server = fsspec.filesystem("memory")
    server.pipe_file("/bucket/a.jpg", photo.read_bytes())
    packed = io.BytesIO()
    write_tar(packed, {"b.jpg": photo})
    server.pipe_file("/bucket/s.tar", packed.getvalue())
    name_places(["memory://bucket/x"])
    assert_same(tmp_path, "memory://bucket/a.jpg", photo)
    assert_same(tmp_path, "memory://bucket/s.tar/b.jpg", photo)
    assert size_and_time(photo_file(tmp_path, "memory://bucket/a.jpg")) is None
    with pytest.raises(UnreadablePhoto, match=GONE):
        decode_photo(photo_file(tmp_path, "memory://bucket/c.jpg"))


def test_what_cannot_be_read_says_why(tmp_path: Path):
    (photo,) = copy_photos(tmp_path / "photos", 1)
    write_tar(tmp_path / "s.tar", {"a.jpg": photo, "empty.jpg": b"", "text.jpg": b"no photo"})
    for name, reason in {
        "absent.jpg": "file is gone", "empty.jpg": "is empty", "text.jpg": "Not an image",
    }.items():  # fmt: skip
        with pytest.raises(UnreadablePhoto, match=reason):
            decode_photo(photo_file(tmp_path, f"s.tar/{name}"))
    content = (tmp_path / "s.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(content[: 512 + 100])
    with pytest.raises(UnreadablePhoto, match=r"cannot be read|file is gone"):
        decode_photo(photo_file(tmp_path, "cut.tar/a.jpg"))
    (tmp_path / "text.tar").write_bytes(b"no tar file" * 100)
    with pytest.raises(UnreadablePhoto, match="no plain tar file"):
        decode_photo(photo_file(tmp_path, "text.tar/a.jpg"))
    with pytest.raises(UnreadablePhoto, match="file is gone"):
        decode_photo(photo_file(tmp_path, "absent.tar/a.jpg"))


def test_a_tar_file_that_was_written_anew_is_read_anew(tmp_path: Path):
    first, second = copy_photos(tmp_path / "photos", 2)
    write_tar(tmp_path / "s.tar", {"a.jpg": first})
    assert_same(tmp_path, "s.tar/a.jpg", first)
    write_tar(tmp_path / "s.tar", {"b.jpg": first, "a.jpg": second})
    assert_same(tmp_path, "s.tar/a.jpg", second)


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = kind
    block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    block[124:136] = size.to_bytes(12, "big", signed=True) if size < 0 else b"%011o\0" % size
    block[148:156] = b"%06o\0 " % (8 * 32 + sum(block[:148]) + sum(block[156:]))
    return bytes(block)


@pytest.mark.parametrize(
    "content",
    [
        header("a.jpg", 3) + b"abc".ljust(512, b"\0") + header("back.jpg", -1024),
        header("././@LongLink", -1024, tarfile.GNUTYPE_LONGNAME) + b"x" * 1024,
        header("././@LongLink", 2**32, tarfile.GNUTYPE_LONGNAME) + b"x" * 1024,
        header("x", 2**32, tarfile.XHDTYPE) + b"x" * 1024,
        header("huge.jpg", 2**32) + b"abc",
        (header("././@LongLink", 512, tarfile.GNUTYPE_LONGNAME) + b"y" * 512) * 3000,
        b"\x1f\x8b\x08" + bytes(1000),
    ],
)
def test_a_tar_file_that_leads_nowhere_says_so(tmp_path: Path, content: bytes):
    (tmp_path / "s.tar").write_bytes(content)
    with pytest.raises(OSError, match="no plain tar file"):
        members(str(tmp_path / "s.tar"))


def test_members_that_are_no_files_of_their_own_are_none(tmp_path: Path):
    with tarfile.open(tmp_path / "s.tar", "w") as tar:
        for name, kind in (("l", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(f"{name}.jpg")
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        for name in ("/etc/a.jpg", "../b.jpg", "caf\udce9.jpg", "c\nd.jpg"):
            tar.addfile(tarfile.TarInfo(name))
    names = list(members(str(tmp_path / "s.tar")))
    assert names == ["/etc/a.jpg", "../b.jpg", "caf\ufffd.jpg", "c\ufffdd.jpg"]
    for name in names:  # read from the tar file, where they are empty, and from nowhere else
        assert photo_file(tmp_path, f"s.tar/{name}").read() == b""


def test_a_fuzzed_tar_file_has_members_or_a_reason(tmp_path: Path):
    (photo,) = copy_photos(tmp_path / "photos", 1)
    packed = io.BytesIO()
    write_tar(packed, {"a.jpg": b"x" * 700, "b.jpg": photo}, tarfile.PAX_FORMAT)
    content, random = packed.getvalue(), np.random.default_rng(0)
    file = tmp_path / "s.tar"
    for _ in range(200):
        changed = bytearray(content[: random.integers(len(content)) + 1])
        for place in random.integers(0, min(len(changed), 2048), 3):
            changed[place] = random.integers(256)
        file.write_bytes(changed)
        try:
            found = members(str(file))
        except OSError:
            continue
        for name in found:
            try:
                DistantPhoto(str(file), name, is_inside=True).read()
            except OSError:
                continue
