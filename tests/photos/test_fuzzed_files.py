"""Small valid files of every kind with some bytes changed: a picture or a reason, in bounds."""

import resource
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdul_app.photos.decoding import read_photo, read_photo_header
from cdul_app.photos.unreadable import UnreadablePhoto
from tests.photos.corpus import corpus

NAMES = [
    "a.jpg", "progressive.jpg", "two pictures.jpg", "xmp 6.jpg", "a.png", "alpha.png",
    "10 bits.png", "exif behind the pixels.png", "a.gif", "animated.webp", "lossless.webp",
    "a.bmp", "444.bmp", "a.ppm", "a.tif", "tiff_lzw.tif", "jpeg.tif", "10 bits grey.tif", "a.jp2",
    "a.avif", "a.jxl", "turned.heic", "turned.dng", "a.nef",
]  # fmt: skip
SEEDS = {case.name: case.content for case in corpus() if case.name in NAMES}
edits = st.lists(
    st.tuples(
        st.integers(0, 600) | st.integers(0, 20_000),
        st.sampled_from([b"\0", b"\xff", b"\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0"])
        | st.binary(min_size=1, max_size=6),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


def changed(content: bytes, edits: list[tuple[int, bytes, bool]], cut: int | None) -> bytes:
    """Each edit is (place, bytes, whether they are put between those that are there)."""
    found = bytearray(content)
    for place, data, between in edits:
        at = place % len(found)
        found[at : at if between else at + len(data)] = data
    return bytes(found[:cut])


def megabytes() -> float:
    """The most memory that this process, or a decoder that has ended, ever took."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(each).ru_maxrss for each in whose) / 1024


def test_every_kind_is_among_them():
    assert set(SEEDS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=edits, cut=st.none() | st.integers(1, 4000))
def test_a_changed_file_is_a_picture_or_a_reason(tmp_path: Path, name: str, edits, cut):
    file = tmp_path / name
    file.write_bytes(changed(SEEDS[name], edits, cut))
    before, begun = megabytes(), time.monotonic()
    try:
        photo = read_photo(file, bound=(40, 40))
        assert photo.image.mode == "RGB"
        assert max(photo.image.size) <= 40
    except UnreadablePhoto:
        pass
    header = read_photo_header(file)
    assert header is None or min(header.size) >= 0
    assert time.monotonic() - begun < 30
    assert megabytes() - before < 800
