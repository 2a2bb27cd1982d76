import pytest

from cdul_app.photos.kinds import Kind, kind_of
from cdul_app.settings.photo_files import (
    PHOTO_SUFFIXES,
    RAW_SUFFIXES,
    SYSTEM_FOLDERS,
    UNREAD_PICTURE_SUFFIXES,
)

DANGEROUS = {"EPS", "WMF", "ICNS", "ICO", "CUR", "FPX", "MIC", "PSD", "PDF", "MPEG", "HDF5", "GRIB"}


def test_the_list_of_readers_holds_none_that_runs_a_program_or_opens_a_container():
    readers = {name for kind in Kind for name in kind.formats}
    assert not readers & DANGEROUS
    assert readers >= {"JPEG", "PNG", "TIFF", "HEIF"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe1", Kind.JPEG),
        (b"\0\0\0\x18ftypheic", Kind.HEIF),
        (b"\0\0\0\x18ftypavif", Kind.AVIF),
        (b"\0\0\0\x18ftypcrx ", Kind.RAW),
        (b"\0\0\0\x18ftypisom", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"FUJIFILMCCD-RAW 0201", Kind.RAW),
        (b"II*\0\x10\0\0\0CR\2\0", Kind.RAW),
        (b"\xff\x0a", Kind.JPEG_XL),
        (b"%!PS-Adobe-3.0", None),
        (b"P7\n", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(head: bytes, kind: Kind | None):
    assert kind_of(head) is kind


def test_a_name_counts_for_cameras_files_alone():
    assert kind_of(b"II*\0\x08\0\0\0", "a.tif") is Kind.TIFF
    assert kind_of(b"II*\0\x08\0\0\0", "a.NEF") is Kind.RAW
    assert kind_of(b"\xff\xd8\xff\xe1", "a.nef") is Kind.JPEG


def test_what_is_read_is_not_counted_as_unread():
    assert not PHOTO_SUFFIXES & UNREAD_PICTURE_SUFFIXES
    assert RAW_SUFFIXES < PHOTO_SUFFIXES
    for names in (PHOTO_SUFFIXES, UNREAD_PICTURE_SUFFIXES, SYSTEM_FOLDERS):
        assert all(name == name.lower() for name in names)
