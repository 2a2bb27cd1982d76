"""Where checkpoints lie on this machine, and fetching those that do not.

A checkpoint is looked for, without any network call, in

1. `paths.encoders_dir()`: one folder per encoder, named after its identifier with "--" for "/"
   (`ViT-B-32--openai`, `hf-hub--org--repo`), holding any .safetensors, .bin, .pt or .pth file, for
   an hf-hub encoder its open_clip_config.json too.  Downloads are put there as well;
2. the Hugging Face cache that other programs share.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from cdul_app import paths
from cdul_app.errors import EncoderError
from cdul_app.events import Events, Noted, Progressed, Started, TaskResult
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
        return _cached(reference) if _cached_file(reference, CONFIG_NAME) else None
    return _best_checkpoint(folder, _HAND_BROUGHT_SUFFIXES) or _cached(reference)


def encoder_folder(reference: EncoderReference) -> Path:
    """Where a person, or a download, puts the encoder's files."""
    return paths.encoders_dir() / reference.folder_name


def missing_encoder_sentence(reference: EncoderReference) -> str:
    """That the encoder is not on disk, and how to get it here."""
    if reference.kind is ReferenceKind.FILE:
        return f"There is no checkpoint file {reference.path}: check the path."
    if reference.kind is ReferenceKind.FOLDER:
        return (
            f"The folder {reference.path} holds no checkpoint: it needs {CONFIG_NAME} and "
            "open_clip_model.safetensors."
        )
    return (
        f"The encoder {reference.identifier} is not on this computer: run “cdul-app encoders fetch "
        f"{reference.identifier}”, or {how_to_bring(reference)}."
    )


def how_to_bring(reference: EncoderReference) -> str:
    """Half a sentence: what to download elsewhere, from where, and where to put it."""
    names = reference.hub_files[0]
    if reference.kind is ReferenceKind.HUB:
        names = f"{CONFIG_NAME} and {names}"
    source = f" from https://huggingface.co/{reference.hub_repo}" if reference.hub_repo else ""
    return f"download {names}{source} on any computer and put it into {encoder_folder(reference)}"


@dataclass(frozen=True)
class EncoderFetched(TaskResult):
    """An encoder that is on this computer now."""

    fetched_bytes: int  # of this download; 0 where it was there already


def fetch_encoder(identifier: str) -> Events[EncoderFetched]:
    """Download an encoder that is not on disk: Started, Progressed (bytes) and Noted.

    What an earlier try left behind is continued.  Closing the generator stops the download and
    keeps what has arrived.  Raises EncoderError: no network, no such file, no room.
    """
    reference = parse_encoder_reference(identifier)
    if checkpoint_of(reference) is not None:
        return EncoderFetched(f"The encoder {reference.identifier} is already on this computer.", 0)
    if not reference.hub_repo:
        raise EncoderError(missing_encoder_sentence(reference))
    from cdul_app.models.encoder.hub_download import (
        HubUnavailable,
        download_hub_file,
        find_hub_file,
    )

    folder = encoder_folder(reference)
    try:
        files = [find_hub_file(reference.hub_repo, reference.hub_files)]
        if reference.kind is ReferenceKind.HUB:
            files.insert(0, find_hub_file(reference.hub_repo, (CONFIG_NAME,)))
        already = sum(file.bytes_in(folder) for file in files)
        total = sum(file.size for file in files)
        yield Started(
            f"Downloading {reference.identifier}", total=total, unit="bytes", already_done=already
        )
        if already:
            yield Noted(f"Continuing a download that had {already / 1e6:,.1f} MB.")
        finished_bytes = 0
        began = time.monotonic()
        for file in files:
            for news in download_hub_file(file, folder):
                if isinstance(news, str):
                    yield Noted(news)
                else:
                    yield Progressed(finished_bytes + news, total)
            finished_bytes += file.size
    except HubUnavailable as error:
        raise EncoderError(
            f"The encoder {reference.identifier} cannot be downloaded ({error}): "
            f"{how_to_bring(reference)}, or try again later; what has arrived is kept."
        ) from error
    except OSError as error:
        raise EncoderError(
            f"The encoder {reference.identifier} cannot be written to {folder} "
            f"({error.strerror or error}): make room or correct the permissions and try again."
        ) from error
    seconds = max(time.monotonic() - began, 1e-3)
    fetched = total - already
    return EncoderFetched(
        f"Downloaded {reference.identifier}: {fetched / 1e6:,.1f} MB at "
        f"{fetched / 1e6 / seconds:,.1f} MB/s.",
        fetched,
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
    found = (_cached_file(reference, name) for name in reference.hub_files)
    return next((path for path in found if path is not None), None)


def _cached_file(reference: EncoderReference, name: str) -> Path | None:
    if not reference.hub_repo:
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(reference.hub_repo, name)
    return Path(found) if isinstance(found, str) else None
