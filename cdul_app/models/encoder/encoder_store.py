"""Where checkpoints lie on this machine.

A checkpoint is looked for, without any network call, in

1. `paths.encoders_dir()`: one folder per encoder, named after its identifier with "--" for "/"
   (`ViT-B-32--openai`, `hf-hub--org--repo`), holding any .safetensors, .bin, .pt or .pth file, for
   an hf-hub encoder its open_clip_config.json too.  Downloads are put there as well;
2. the Hugging Face cache that other programs share.
"""

from pathlib import Path

from cdul_app import paths
from cdul_app.language import tr
from cdul_app.models.encoder.encoder_references import (
    EncoderReference,
    ReferenceKind,
    parse_encoder_reference,
)

CONFIG_NAME = "open_clip_config.json"

# open_clip's own order for a folder of several files; what is not named here comes after, sorted.
_PREFERRED_NAMES = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_pytorch_model.pth",
    "model.safetensors",
    "pytorch_model.bin",
    "pytorch_model.pth",
    "model.pth",
)
_FOLDER_SUFFIXES = (".safetensors", ".bin", ".pth")  # what open_clip itself looks for
_HAND_BROUGHT_SUFFIXES = (*_FOLDER_SUFFIXES, ".pt")


def encoder_on_disk(identifier: str) -> Path | None:
    """The checkpoint file of an encoder, None where it is not on this machine.

    Makes no network call.  Raises EncoderError for an identifier that means nothing.
    """
    return checkpoint_of(parse_encoder_reference(identifier))


def checkpoint_of(reference: EncoderReference) -> Path | None:
    """As `encoder_on_disk`."""
    try:
        return _find_checkpoint(reference)
    except OSError:  # too long for the name of a file: it is none
        return None


def _find_checkpoint(reference: EncoderReference) -> Path | None:
    if reference.path is not None:
        if reference.kind is ReferenceKind.FOLDER:
            return _best_checkpoint(reference.path, _FOLDER_SUFFIXES)
        return reference.path if reference.path.is_file() else None
    folder = encoder_folder(reference)
    if reference.kind is ReferenceKind.HUB:
        if (folder / CONFIG_NAME).is_file():
            brought = _best_checkpoint(folder, _FOLDER_SUFFIXES)
            if brought is not None:
                return brought
        return _cached(reference) if cached_file(reference.hub_repo, CONFIG_NAME) else None
    return _best_checkpoint(folder, _HAND_BROUGHT_SUFFIXES) or _cached(reference)


def encoder_folder(reference: EncoderReference) -> Path:
    """Where a person, or a download, puts the encoder's files."""
    return paths.encoders_dir() / reference.folder_name


def arrived_bytes(reference: EncoderReference) -> int:
    """What a download that was stopped has left of the encoder."""
    try:
        parts = encoder_folder(reference).glob("*.incomplete")
        return sum(part.stat().st_size for part in parts)
    except OSError:
        return 0


def missing_encoder_sentence(reference: EncoderReference) -> str:
    """That the encoder is not on disk, and how to get it here."""
    if reference.kind is ReferenceKind.FILE:
        return tr("There is no checkpoint file {path}: check the path.", path=reference.path)
    if reference.kind is ReferenceKind.FOLDER:
        return tr(
            "The folder {path} holds no checkpoint: it needs {config_name} and "
            "open_clip_model.safetensors.",
            path=reference.path,
            config_name=CONFIG_NAME,
        )
    return tr(
        "The encoder {identifier} is not on this computer: run “cdul-app encoders fetch "
        "{identifier}”, or {remedy}.",
        identifier=reference.identifier,
        remedy=how_to_bring(reference),
    )


def how_to_bring(reference: EncoderReference) -> str:
    """Half a sentence: what to download elsewhere, from where, and where to put it."""
    names = reference.hub_files[0]
    if reference.kind is ReferenceKind.HUB:
        names = tr("{names} and {last}", names=CONFIG_NAME, last=names)
    folder = encoder_folder(reference)
    if not reference.hub_repo:
        return tr(
            "download {names} on any computer and put it into {folder}", names=names, folder=folder
        )
    return tr(
        "download {names} from https://huggingface.co/{repo} on any computer and put it into "
        "{folder}",
        names=names,
        repo=reference.hub_repo,
        folder=folder,
    )


def _best_checkpoint(folder: Path, suffixes: tuple[str, ...]) -> Path | None:
    try:
        found = [path for path in folder.iterdir() if path.suffix in suffixes and path.is_file()]
    except OSError:
        return None

    def rank(path: Path) -> tuple[int, bool, str]:
        order = (*_PREFERRED_NAMES, path.name).index(path.name)
        return order, path.suffix != ".safetensors", path.name

    return min(found, key=rank, default=None)


def _cached(reference: EncoderReference) -> Path | None:
    found = (cached_file(reference.hub_repo, name) for name in reference.hub_files)
    return next((path for path in found if path is not None), None)


def cached_file(repo: str, name: str) -> Path | None:
    """What another program has fetched of a repository of the hub."""
    if not repo:
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, name)
    return Path(found) if isinstance(found, str) else None
