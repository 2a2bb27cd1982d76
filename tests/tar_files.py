"""Tar files of photos."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path


def write_tar(
    target: Path | io.BytesIO,
    contents: Mapping[str, Path | bytes],
    form: int = tarfile.PAX_FORMAT,
) -> None:
    """contents : files, or what is in them, by the names of the members."""
    stream = target if isinstance(target, io.BytesIO) else None
    name = None if stream is not None else target
    with tarfile.open(name, "w", fileobj=stream, format=form) as tar:
        for member, content in contents.items():
            data = content if isinstance(content, bytes) else content.read_bytes()
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
