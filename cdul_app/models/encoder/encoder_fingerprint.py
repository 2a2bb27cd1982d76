"""What tells an encoder on the disk from another one, without loading it."""

import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cdul_app.errors import EncoderError
from cdul_app.models.encoder.encoder_references import (
    EncoderReference,
    ReferenceKind,
    quick_reference,
)
from cdul_app.models.encoder.encoder_store import checkpoint_of, encoder_folder

KEY_VERSION = 1  # raise when the preparation of views changes: stored embeddings then expire
_PARTS, _PART_BYTES = 16, 2**20
_BESIDE = (".json", ".txt", ".model", ".gz")
_MOST_BYTES_BESIDE = 64 * 2**20  # of a description or a tokenizer


def encoder_fingerprint(identifier: str) -> str | None:
    """The same for the same name, weights, description and tokenizer, read by the same open_clip;
    None for an encoder that is not on this machine.  Takes 30 ms and loads no torch."""
    try:
        reference = quick_reference(identifier)
        checkpoint = checkpoint_of(reference)
    except EncoderError:
        return None
    if checkpoint is None:
        return None
    digest = hashlib.sha256(f"{KEY_VERSION} {_open_clip_version()} {identifier}".encode())
    try:
        digest.update(str(checkpoint.stat().st_size).encode())
        for part in sampled_parts(checkpoint):
            digest.update(part)
        for file in _files_beside(reference, checkpoint):
            if file.stat().st_size > _MOST_BYTES_BESIDE:
                return None
            digest.update(os.fsencode(file.name) + file.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()[:32]


def sampled_parts(checkpoint: Path) -> Iterator[bytes]:
    """1 MB at 16 even places of a file: training changes all weights, so a sample tells versions
    apart without reading gigabytes.  Raises OSError."""
    size = checkpoint.stat().st_size
    with checkpoint.open("rb") as file:
        for part in range(_PARTS):
            file.seek(max(0, size - _PART_BYTES) * part // (_PARTS - 1))
            yield file.read(_PART_BYTES)


def _files_beside(reference: EncoderReference, checkpoint: Path) -> list[Path]:
    """Descriptions and tokenizers."""
    own = encoder_folder(reference)
    found = list(own.rglob("*")) if own.is_dir() else []
    if reference.kind in (ReferenceKind.FOLDER, ReferenceKind.HUB):
        found += checkpoint.parent.iterdir()
    return sorted(file for file in set(found) if file.suffix in _BESIDE and file.is_file())


def _open_clip_version() -> str:
    try:
        return version("open_clip_torch")
    except PackageNotFoundError:
        return ""
