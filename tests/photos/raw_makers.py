"""Camera files, as small as LibRaw takes them."""

import struct

import numpy as np

_BYTES = {1: 1, 2: 1, 3: 2, 4: 4}  # of a value, by TIFF's type
_FORMATS = {1: "B", 3: "H", 4: "I"}
Entries = dict[int, tuple[int, bytes | list[int]]]


def camera_file(jpeg: bytes, *, make: bytes = b"Canon\0", orientation: int = 1) -> bytes:
    """A DNG of 96 x 64 grey sensor values with `jpeg` as its preview; none where that is empty."""
    sensor = np.full((64, 96), 1000, np.uint16).tobytes()
    inner_at, values_at, inner_values_at, jpeg_at = 1024, 2048, 3072, 4096
    sensor_at = jpeg_at + len(jpeg) + len(jpeg) % 2
    camera: Entries = {
        271: (2, make), 272: (2, b"Test\0"), 274: (3, [orientation]), 330: (4, [inner_at]),
        50706: (1, [1, 4, 0, 0]), 50707: (1, [1, 1, 0, 0]), 50708: (2, b"Test Cam\0"),
    }  # fmt: skip
    preview: Entries = {
        254: (4, [1]), 256: (4, [96]), 257: (4, [64]), 258: (3, [8, 8, 8]), 259: (3, [7]),
        262: (3, [6]), 273: (4, [jpeg_at]), 277: (3, [3]), 278: (4, [64]), 279: (4, [len(jpeg)]),
    }  # fmt: skip
    inner: Entries = {
        254: (4, [0]), 256: (4, [96]), 257: (4, [64]), 258: (3, [16]), 259: (3, [1]),
        262: (3, [32803]), 273: (4, [sensor_at]), 277: (3, [1]), 278: (4, [64]),
        279: (4, [len(sensor)]), 33421: (3, [2, 2]), 33422: (1, [0, 1, 1, 2]), 50717: (4, [65535]),
    }  # fmt: skip
    outer = camera | preview if jpeg else camera
    file = bytearray(sensor_at + len(sensor))
    for place, part in (
        (0, b"II*\0\x08\0\0\0"),
        *_directory(outer, 8, values_at),
        *_directory(inner, inner_at, inner_values_at),
        (jpeg_at, jpeg),
        (sensor_at, sensor),
    ):
        file[place : place + len(part)] = part
    return bytes(file)


def _directory(entries: Entries, place: int, values_at: int) -> list[tuple[int, bytes]]:
    """(place, bytes) of the directory and of the values that do not fit into it."""
    directory, values = struct.pack("<H", len(entries)), b""
    for tag, (kind, content) in sorted(entries.items()):
        if isinstance(content, bytes):
            packed = content
        else:
            packed = struct.pack(f"<{len(content)}{_FORMATS[kind]}", *content)
        field = packed.ljust(4, b"\0")
        if len(packed) > 4:
            field = struct.pack("<I", values_at + len(values))
            values += packed + bytes(len(packed) % 2)
        directory += struct.pack("<HHI", tag, kind, len(packed) // _BYTES[kind]) + field
    return [(place, directory + bytes(4)), (values_at, values)]
