import contextlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cdul_app.photos.decoding import decode_photo, read_photo
from cdul_app.photos.unreadable import UnreadablePhoto
from tests.photos.photo_makers import corners, jpeg_bytes, noise, quadrants, save_turned

UPRIGHT = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str):
    path = tmp_path / f"turned{suffix}"
    save_turned(path, quadrants(96, 64), orientation)
    photo = read_photo(path)
    assert photo.image.mode == "RGB"
    assert photo.image.size == photo.size == (96, 64)
    assert corners(photo.image) == UPRIGHT


@pytest.mark.parametrize("orientation", [1, 6])
def test_jpeg_is_decoded_small_but_never_below_what_is_needed(tmp_path: Path, orientation: int):
    path = tmp_path / "large.jpg"
    save_turned(path, quadrants(1600, 800), orientation)
    photo = read_photo(path, smallest=(390, 150))
    assert photo.size == (1600, 800)  # of the file, upright
    assert photo.image.size == (400, 200)
    assert corners(photo.image) == UPRIGHT
    assert decode_photo(path, smallest=(401, 10)).size == (800, 400)
    assert decode_photo(path, smallest=(10, 201)).size == (800, 400)
    assert decode_photo(path, smallest=(9000, 9000)).size == (1600, 800)


def test_cmyk_keeps_its_colours(tmp_path: Path):
    path = tmp_path / "print.jpg"
    quadrants().convert("CMYK").save(path, quality=95)
    assert corners(decode_photo(path)) == UPRIGHT


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_16_bits_are_scaled_not_cut(tmp_path: Path, mode: str):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(1, 256).repeat(4, axis=0)
    path = tmp_path / ("deep.png" if mode == "I;16" else "deep.tif")
    if mode == "I;16":
        Image.fromarray(ramp).save(path)
    else:
        Image.frombytes("I;16B", (256, 4), ramp.astype(">u2").tobytes()).save(path)
    row = np.asarray(decode_photo(path))[0]
    np.testing.assert_array_equal(row, np.arange(256)[:, None].repeat(3, axis=1))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0.0, 100.0, 255.0]], np.float32), [0, 100, 255]),
        (np.array([[-1.0, 0.0, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[np.nan, 1.0, np.inf]], np.float32), [0, 255, 0]),
        (np.array([[0, 32896, 65535]], np.int32), [0, 128, 255]),
        (np.array([[7, 7, 7]], np.int32), [7, 7, 7]),
        (np.array([[-5, -5, -5]], np.int32), [0, 0, 0]),
    ],
)
def test_deep_modes_use_the_range_they_have(tmp_path: Path, values: np.ndarray, expected):
    path = tmp_path / "deep.tif"
    Image.fromarray(values).save(path)
    assert np.asarray(decode_photo(path))[0, :, 0].tolist() == expected


def test_transparency_lies_over_white(tmp_path: Path):
    for name, mode in (("a.png", "RGBA"), ("b.png", "LA"), ("c.webp", "RGBA")):
        Image.new(mode, (8, 8)).save(tmp_path / name)  # black, fully transparent
        assert decode_photo(tmp_path / name).getpixel((4, 4)) == (255, 255, 255)
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 0, 200, 0, 0])
    palette.save(tmp_path / "d.png", transparency=1)
    assert decode_photo(tmp_path / "d.png").getpixel((4, 4)) == (255, 255, 255)
    palette.save(tmp_path / "e.png")
    assert decode_photo(tmp_path / "e.png").getpixel((4, 4)) == (200, 0, 0)


def test_first_frame_of_an_animation(tmp_path: Path):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert decode_photo(tmp_path / "moving.gif").getpixel((8, 8)) == (255, 0, 0)


@pytest.mark.parametrize("name", ["with space.jpg", "emoji 🐈.jpg", "line\nbreak.jpg", "no suffix"])
def test_odd_names(tmp_path: Path, name: str):
    path = tmp_path / name
    path.write_bytes(jpeg_bytes(quadrants()))
    assert corners(decode_photo(path)) == UPRIGHT


def reason_for(path: Path) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        decode_photo(path)
    return str(caught.value)


def test_reasons_in_plain_words(tmp_path: Path):
    path = tmp_path / "photo.jpg"
    assert reason_for(path) == "The file is gone."
    path.write_bytes(b"")
    assert reason_for(path) == "The file is empty."
    path.write_text("Dear diary, this is no photo.")
    assert reason_for(path) == "Not an image this app can read."
    whole = jpeg_bytes(noise(300, 200))
    path.write_bytes(whole[: len(whole) // 2])
    assert reason_for(path) == "The file is truncated or damaged."
    folder = tmp_path / "folder.jpg"
    folder.mkdir()
    assert reason_for(folder) == "It is a folder, not a file."


def test_huge_is_refused_before_a_pixel_is_decoded(tmp_path: Path):
    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b""))
    assert reason_for(path).startswith("It has 900 megapixels; of its kind the app reads up to")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "JPEG2000"])
def test_damage_anywhere_is_a_reason_or_an_image(tmp_path: Path, kind: str):
    source = tmp_path / "whole"
    noise(40, 30).save(source, kind)
    content = source.read_bytes()
    generator = np.random.default_rng(3)
    path = tmp_path / "damaged"
    for trial in range(40):
        damaged = bytearray(content)
        for place in generator.integers(0, min(len(damaged), 400), 4):
            damaged[place] = int(generator.integers(0, 256))
        path.write_bytes(
            damaged[: int(generator.integers(1, len(damaged)))] if trial % 2 else damaged
        )
        with contextlib.suppress(UnreadablePhoto):  # and nothing else
            assert decode_photo(path).mode == "RGB"
