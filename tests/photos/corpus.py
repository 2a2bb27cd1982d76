"""A folder of files as people have them: every kind, every way to be odd, and some traps."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from cdul_app.photos import unreadable
from tests.photos.photo_makers import ORIENTATION_TAG, jpeg_bytes, noise, quadrants
from tests.photos.raw_makers import camera_file

SIZE = (96, 64)
KINDS = Path(__file__).parent / "kinds"
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    'tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    size: tuple[int, int] | None = SIZE  # upright; None where it is not known beforehand
    is_quadrants: bool = True  # upright, it shows photo_makers.quadrants
    refusal: str = ""  # why it is left out, or what its reason begins with
    note: bool = False


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif(orientation: object) -> Image.Exif:
    found = Image.Exif()
    found[ORIENTATION_TAG] = orientation
    return found


def chunk(kind: bytes, content: bytes, *, wrong: int = 0) -> bytes:
    checksum = zlib.crc32(kind + content) ^ wrong
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png(width: int, height: int, colour: int, data: bytes, *, depth: int = 8) -> bytes:
    """colour : 0 grey, 2 RGB, 4 grey and alpha, 6 RGBA; data : compressed lines."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def deep_png(values: np.ndarray) -> bytes:
    """(height, width, 3 or 4) uint16."""
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    colour = 2 if values.shape[2] == 3 else 6
    return png(values.shape[1], values.shape[0], colour, zlib.compress(lines), depth=16)


def zero_png(width: int, height: int, colour: int) -> bytes:
    """Black, of few bytes whatever its size."""
    packer = zlib.compressobj(1)
    line = bytes(1 + width * {0: 1, 2: 3, 6: 4}[colour])
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return png(width, height, colour, data)


def bitfield_bmp(masks: tuple[int, ...], bits: int) -> bytes:
    """The quadrants, each colour in the bits that its mask tells; an alpha is full."""
    pixels = np.asarray(quadrants(*SIZE))
    words = np.zeros(pixels.shape[:2], np.uint32)
    for band, mask in enumerate(masks):
        level = np.uint32(mask)
        full = pixels[..., band] > 127 if band < 3 else np.ones(pixels.shape[:2], bool)
        words |= np.where(full, level, np.uint32(0))
    data = words[::-1].astype(f"<u{bits // 8}").tobytes()
    header = struct.pack("<IiiHHIIiiII", 124, *SIZE, 1, bits, 3, len(data), 2835, 2835, 0, 0)
    whole = (header + struct.pack("<4I", *masks, *[0] * (4 - len(masks)))).ljust(124, b"\0")
    return struct.pack("<2sIHHI", b"BM", 138 + len(data), 0, 0, 138) + whole + data


def corpus() -> Iterator[Case]:
    """More than 80 cases."""
    yield from _kinds()
    yield from _orientations()
    yield from _modes()
    yield from _depths()
    yield from _odd_but_whole()
    yield from _no_pictures()
    yield from _damaged()
    yield from bombs()


def _kinds() -> Iterator[Case]:
    picture = quadrants(*SIZE)
    for name, kind, options in (
        ("a.jpg", "JPEG", {"quality": 95}),
        ("progressive.jpg", "JPEG", {"progressive": True, "quality": 95}),
        ("a.png", "PNG", {}),
        ("lossy.webp", "WEBP", {"quality": 95}),
        ("lossless.webp", "WEBP", {"lossless": True}),
        ("a.gif", "GIF", {}),
        ("a.bmp", "BMP", {}),
        ("a.ppm", "PPM", {}),
        ("a.jp2", "JPEG2000", {}),
        ("a.j2k", "JPEG2000", {"no_jp2": True}),
        ("a.avif", "AVIF", {"quality": 90}),
        ("a.tif", "TIFF", {}),
        ("big.tif", "TIFF", {"big_tiff": True}),
        *(
            (f"{packing}.tif", "TIFF", {"compression": packing})
            for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "lzma", "zstd")
        ),
    ):
        yield Case(name, saved(picture, kind, **options))
    yield Case("a.jxl", _jpeg_xl(picture))
    for file in ("plain.heic", "turned.heic", "ten_bits.heif"):
        yield Case(file, (KINDS / file).read_bytes())
    yield Case("a.dng", camera_file(jpeg_bytes(picture)))
    yield Case("a.nef", camera_file(jpeg_bytes(picture), make=b"NIKON CORPORATION\0"))
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    yield Case("turned.dng", camera_file(jpeg_bytes(turned), orientation=6))
    for name, kind in (
        ("avif.jpg", "AVIF"), ("png.jpg", "PNG"), ("gif.png", "GIF"), ("webp.bmp", "WEBP"),
        ("jp2.jpg", "JPEG2000"), ("tiff.png", "TIFF"), ("jpeg.heic", "JPEG"), ("bmp.gif", "BMP"),
        ("jpeg.dng", "JPEG"), ("tiff.nef", "TIFF"),
    ):  # fmt: skip
        yield Case(f"really {name}", saved(picture, kind))
    yield Case("animated.gif", _animated("GIF"))
    yield Case("animated.webp", _animated("WEBP", lossless=True))
    yield Case("animated.png", _animated("PNG"))
    yield Case("animated.avif", _animated("AVIF", quality=90))
    yield Case("pages.tif", _animated("TIFF"))
    yield Case("two pictures.jpg", _animated("MPO", quality=95))


def _animated(kind: str, **options: object) -> bytes:
    others = [Image.new("RGB", SIZE, colour) for colour in ("black", "gray")]
    return saved(quadrants(*SIZE), kind, save_all=True, append_images=others, **options)


def _jpeg_xl(picture: Image.Image) -> bytes:
    import pylibjxl

    return bytes(pylibjxl.encode(np.asarray(picture), effort=1))


def _orientations() -> Iterator[Case]:
    turned = quadrants(*SIZE).transpose(Image.Transpose.ROTATE_90)
    upright = quadrants(*SIZE)
    for suffix, kind, options in (
        ("jpg", "JPEG", {"quality": 95}),
        ("png", "PNG", {}),
        ("webp", "WEBP", {"lossless": True}),
        ("tif", "TIFF", {}),
        ("avif", "AVIF", {"quality": 90}),
    ):
        yield Case(f"exif 6.{suffix}", saved(turned, kind, exif=exif(6), **options))
    for nothing in (0, 9, 65535):
        yield Case(f"exif {nothing}.jpg", saved(upright, "JPEG", quality=95, exif=exif(nothing)))
    yield Case("exif garbage.png", saved(upright, "PNG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    yield Case("xmp 6.jpg", saved(turned, "JPEG", quality=95, xmp=_XMP.encode()))
    yield Case("xmp 6.webp", saved(turned, "WEBP", lossless=True, xmp=_XMP.encode()))
    yield Case("xmp 6.tif", saved(turned, "TIFF", tiffinfo={700: _XMP.encode()}))
    note = PngImagePlugin.PngInfo()
    note.add_itxt("XML:com.adobe.xmp", _XMP)
    yield Case("xmp 6.png", saved(turned, "PNG", pnginfo=note))
    both = saved(upright, "JPEG", quality=95, exif=exif(1), xmp=_XMP.encode())
    yield Case("exif 1 and xmp 6.jpg", both)
    whole = saved(turned, "PNG")
    behind = chunk(b"eXIf", exif(6).tobytes().removeprefix(b"Exif\0\0"))
    yield Case("exif behind the pixels.png", whole[:-12] + behind + whole[-12:])


def _modes() -> Iterator[Case]:
    picture = quadrants(*SIZE)
    yield Case("palette.png", saved(picture.convert("P"), "PNG"))
    yield Case("palette.bmp", saved(picture.convert("P"), "BMP"))
    opaque = picture.convert("RGBA")
    yield Case("alpha.png", saved(opaque, "PNG"))
    yield Case("alpha.tif", saved(opaque, "TIFF"))
    yield Case("cmyk.jpg", saved(picture.convert("CMYK"), "JPEG", quality=95))
    yield Case("cmyk.tif", saved(picture.convert("CMYK"), "TIFF"))
    yield Case("ycbcr.tif", saved(picture.convert("YCbCr"), "TIFF"))
    lab = Image.merge("LAB", picture.split())
    for mode, suffix, kind in (
        ("L", "jpg", "JPEG"), ("L", "png", "PNG"), ("LA", "png", "PNG"), ("1", "png", "PNG"),
        ("1", "tif", "TIFF"), ("LAB", "tif", "TIFF"), ("F", "tif", "TIFF"), ("I", "tif", "TIFF"),
    ):  # fmt: skip
        image = picture.convert(mode, dither=Image.Dither.NONE) if mode != "LAB" else lab
        yield Case(f"{mode}.{suffix}", saved(image, kind), is_quadrants=False)
    key = picture.copy()
    yield Case("transparent colour.png", saved(key, "PNG", transparency=(255, 255, 255)))


def _depths() -> Iterator[Case]:
    colours = np.asarray(quadrants(*SIZE)).astype(np.uint16)
    for bits in (10, 12, 14, 16):
        scaled = (colours.astype(np.float64) * (2**bits - 1) / 255).astype(np.uint16)
        yield Case(f"{bits} bits.png", deep_png(scaled))
        grey = Image.fromarray(scaled[..., 1])
        yield Case(f"{bits} bits grey.png", saved(grey, "PNG"), is_quadrants=False)
        yield Case(f"{bits} bits grey.tif", saved(grey, "TIFF"), is_quadrants=False)
        maximum = b"P6 %d %d %d\n" % (*SIZE, 2**bits - 1)
        yield Case(f"{bits} bits.ppm", maximum + scaled.astype(">u2").tobytes())
    few = np.dstack([colours * 4, np.full(SIZE[::-1], 1023, np.uint16)])
    yield Case("10 bits and alpha.png", deep_png(few))
    full = np.dstack([colours * 4, np.full(SIZE[::-1], 65535, np.uint16)])
    yield Case("10 bits and full alpha.png", deep_png(full))


def _odd_but_whole() -> Iterator[Case]:
    picture = quadrants(*SIZE)
    whole = saved(picture, "JPEG", quality=95)
    yield Case("no end.jpg", whole[:-2], note=True)
    yield Case("cut tail.jpg", whole[:-20], note=True)
    scans = saved(picture, "JPEG", quality=95, progressive=True)
    yield Case("cut tail progressive.jpg", scans[:-20], note=True)
    yield Case("more behind it.jpg", whole + bytes(5000))
    bare = saved(picture, "PNG")
    data = bare.index(b"IDAT") - 4
    wrong = chunk(b"tEXt", b"a\0b", wrong=1)
    yield Case("wrong sum of a text.png", bare[:data] + wrong + bare[data:])
    yield Case("no end.png", bare[:-12])
    for name, packed in (("text", False), ("packed text", True)):
        info = PngImagePlugin.PngInfo()
        info.add_text("workflow", "node " * 500_000, zip=packed)
        yield Case(f"large {name}.png", saved(picture, "PNG", pnginfo=info))
    yield Case("565.bmp", bitfield_bmp((0xF800, 0x07E0, 0x001F), 16))
    yield Case("444.bmp", bitfield_bmp((0x0F00, 0x00F0, 0x000F), 16))
    yield Case("10 bits.bmp", bitfield_bmp((0x3FF00000, 0x000FFC00, 0x000003FF), 32))
    yield Case("4444.bmp", bitfield_bmp((0x0F00, 0x00F0, 0x000F, 0xF000), 16))
    red = Image.new("RGB", (1, 1), "red")
    for width, height, suffix, kind in (
        (1, 1, "png", "PNG"), (1, 3000, "png", "PNG"), (20_000, 2, "jpg", "JPEG"),
        (65_500, 8, "jpg", "JPEG"), (40_000, 100, "png", "PNG"), (3, 9000, "tif", "TIFF"),
    ):  # fmt: skip
        content = saved(red.resize((width, height)), kind)
        yield Case(f"{width} x {height}.{suffix}", content, (width, height), is_quadrants=False)


def _no_pictures() -> Iterator[Case]:
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n{} loop\nshowpage\n"
    picture = quadrants(*SIZE)
    for name, content in (
        ("eps.jpg", eps),
        ("svg.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        ("text.jpg", b"Dear diary, this is no photo."),
        ("pdf.tif", b"%PDF-1.7\n"),
        ("icon.png", saved(picture, "ICO")),
        ("apple icon.png", saved(picture.resize((128, 128)), "ICNS")),
        ("texture.png", saved(picture, "DDS")),
        ("pcx.bmp", saved(picture, "PCX")),
        ("film.avif", b"\0\0\0\x20ftypisom\0\0\0\0isomiso2avc1mp41"),
    ):
        yield refused(name, content, unreadable.NO_IMAGE)
    yield refused("empty.jpg", b"", unreadable.EMPTY)


def _damaged() -> Iterator[Case]:
    picture = noise(300, 200)
    for suffix, kind in (
        ("jpg", "JPEG"), ("png", "PNG"), ("gif", "GIF"), ("bmp", "BMP"), ("tif", "TIFF"),
        ("ppm", "PPM"), ("jp2", "JPEG2000"), ("avif", "AVIF"),
    ):  # fmt: skip
        content = saved(picture, kind)
        yield refused(f"half of it.{suffix}", content[: len(content) // 2], "")
    heic = (KINDS / "plain.heic").read_bytes()
    yield refused("half of it.heic", heic[: len(heic) // 2], "")
    jxl = _jpeg_xl(picture)
    yield refused("half of it.jxl", jxl[: len(jxl) // 2], "")
    dng = camera_file(jpeg_bytes(quadrants(*SIZE)))
    yield refused("half of it.dng", dng[:1500], "")
    bare = bytearray(saved(picture, "PNG"))
    bare[bare.index(b"IDAT") + 50] ^= 0xFF
    yield refused("wrong pixels.png", bytes(bare), unreadable.DAMAGED)
    printed = bytearray(saved(quadrants(*SIZE), "BMP"))
    printed[30] = 4  # compression: a JPEG inside
    yield refused("jpeg inside.bmp", bytes(printed), unreadable.UNSUPPORTED)


def bombs() -> Iterator[Case]:
    """Small files that would take gigabytes, or hours."""
    large = "It has "
    yield refused("30000.png", png(30_000, 30_000, 2, b""), large)
    yield Case("20000.png", zero_png(20_000, 20_000, 0), (20_000, 20_000), is_quadrants=False)
    yield refused("12000.png", zero_png(12_000, 12_000, 6), large)
    packed = zlib.compress(bytes(900 * 2**20), 1)
    texts = chunk(b"zTXt", b"a\0\0" + packed) * 3
    bare = saved(quadrants(*SIZE), "PNG")
    data = bare.index(b"IDAT") - 4
    yield Case("packed texts.png", bare[:data] + texts + bare[data:])
    yield refused(
        "header.gif", b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\0;", large
    )
    yield refused("header.ppm", b"P6 60000 60000 255\n", large)
    moving = bytearray(_animated("WEBP"))
    canvas = moving.index(b"VP8X") + 12
    moving[canvas : canvas + 6] = b"\xfe\x3f\0" * 2  # its width and height less one
    yield refused("canvas.webp", bytes(moving), large)
    jp2 = bytearray(saved(Image.new("L", (64, 64)), "JPEG2000", no_jp2=True))
    struct.pack_into(">2I", jp2, 8, 20_000, 20_000)  # the picture's size in its own header
    yield refused("size.j2k", bytes(jp2), "")
    boxed = bytearray(saved(Image.new("L", (20_000, 1000)), "JPEG2000", quality_layers=[2000]))
    struct.pack_into(">2I", boxed, boxed.index(b"ihdr") + 4, 10, 10)
    yield Case("small box.jp2", bytes(boxed), None, is_quadrants=False, refusal="any")
    yield refused("tiles.tif", _huge_tile(), "")
    yield refused("scans.jpg", _many_scans(), unreadable.TOO_SLOW)


def _huge_tile() -> bytes:
    """A small picture whose only tile claims 60,000 x 60,000 pixels."""
    packed = zlib.compress(bytes(100_000))
    entries = {
        256: (4, 96), 257: (4, 64), 258: (3, 8), 259: (3, 8), 262: (3, 1), 277: (3, 1),
        322: (4, 60_000), 323: (4, 60_000), 324: (4, 8), 325: (4, len(packed)),
    }  # fmt: skip
    directory = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in entries.items()
    )
    return b"II*\0" + struct.pack("<I", 8 + len(packed)) + packed + directory + bytes(4)


def _many_scans() -> bytes:
    """A progressive JPEG whose last scan stands there a thousand times."""
    whole = saved(quadrants(*SIZE), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 1000 + whole[-2:]


def refused(name: str, content: bytes, reason: str) -> Case:
    """reason : what it begins with; empty for any."""
    return Case(name, content, None, is_quadrants=False, refusal=reason or "any")
