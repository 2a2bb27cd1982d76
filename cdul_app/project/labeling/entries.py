"""What a person writes or chooses for an encoder, and the identifier that means it."""

from pathlib import Path

from cdul_app.paths import absolute_path

CHECKPOINT_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")


def identifier_of(entry: str, architecture: str = "") -> str:
    """A folder or a checkpoint file may be given by its path alone.

    >>> identifier_of(" hf-hub:owner/name "), identifier_of("weights.pt", "RN50")[:5]
    ('hf-hub:owner/name', 'RN50@')
    """
    text = _stripped(entry)
    path = _path(text)
    if path is None:
        return text
    if path.is_dir():
        return f"local-dir:{path}"
    if path.suffix.lower() not in CHECKPOINT_SUFFIXES:
        return text
    if _is_described(path):
        return f"local-dir:{path.parent}"
    return f"{architecture.strip()}@{path}"


def needs_architecture(entry: str) -> bool:
    """Whether it is a bare checkpoint file, with nothing beside it that describes its model."""
    path = _path(_stripped(entry))
    if path is None or path.suffix.lower() not in CHECKPOINT_SUFFIXES:
        return False
    return not (path.is_dir() or _is_described(path))


def missing_path(entry: str) -> Path | None:
    """The path that it is, where nothing is there."""
    path = _path(_stripped(entry))
    return None if path is None or path.exists() else path


def entry_of(identifier: str) -> tuple[str, str]:
    """What stands in the fields for an identifier: a path or name, and an architecture."""
    if identifier.startswith("local-dir:"):
        return identifier.removeprefix("local-dir:"), ""
    architecture, at, file = identifier.partition("@")
    return (file, architecture) if at and not identifier.startswith("hf-hub:") else (identifier, "")


def _stripped(entry: str) -> str:
    return entry.strip().strip('"').strip()


def _path(text: str) -> Path | None:
    """None for what names an encoder otherwise."""
    if not text or "\0" in text or text.startswith(("hf-hub:", "local-dir:")):
        return None
    is_path = text.startswith((".", "~")) or Path(text).is_absolute()
    if "@" in text and not is_path:
        return None
    path = absolute_path(Path(text))
    is_file = path.suffix.lower() in CHECKPOINT_SUFFIXES
    try:
        return path if is_path or is_file or path.is_dir() else None
    except OSError:  # too long for a name
        return None


def _is_described(checkpoint: Path) -> bool:
    """Whether its folder stands for this very file, with the description of its model."""
    from cdul_app.models.encoder.encoder_references import quick_reference
    from cdul_app.models.encoder.encoder_store import CONFIG_NAME, checkpoint_of

    if not checkpoint.with_name(CONFIG_NAME).is_file():
        return False
    return checkpoint_of(quick_reference(f"local-dir:{checkpoint.parent}")) == checkpoint
