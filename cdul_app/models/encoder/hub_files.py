"""Which files of the hub an encoder still lacks on this machine."""

from pathlib import Path

from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.models.encoder.encoder_building import needs_of_name
from cdul_app.models.encoder.encoder_references import EncoderReference, ReferenceKind
from cdul_app.models.encoder.encoder_store import CONFIG_NAME, checkpoint_of, encoder_folder
from cdul_app.models.encoder.hub_download import (
    HubFile,
    HubUnavailable,
    download_hub_file,
    find_hub_file,
)
from cdul_app.models.encoder.text_files import TextFile, TextNeeds, find_text_file


def missing_hub_files(reference: EncoderReference) -> list[tuple[HubFile, Path]]:
    """As the hub describes them, each with its folder here; the weights last.

    The description of an encoder that the hub alone knows is downloaded meanwhile: it says what
    else is needed.  Raises HubUnavailable, and OSError for the disk.
    """
    folder = encoder_folder(reference)
    checkpoint = checkpoint_of(reference)
    if reference.kind is ReferenceKind.PRETRAINED:
        needs = needs_of_name(reference.model_name)
    else:
        if checkpoint is None:
            description = find_hub_file(reference.hub_repo, (CONFIG_NAME,))
            list(download_hub_file(description, folder))
        needs = _described_needs((checkpoint or folder / CONFIG_NAME).with_name(CONFIG_NAME))
    beside = checkpoint or folder / reference.hub_files[0]
    missing = [
        (_of_the_first(file), (folder / file.name).parent)
        for file in needs.files(reference.hub_repo)
        if find_text_file(file, reference, beside) is None
    ]
    if checkpoint is None:
        missing.append((find_hub_file(reference.hub_repo, reference.hub_files), folder))
    return missing


def _of_the_first(file: TextFile) -> HubFile:
    """Of the first repository that has it.  Raises HubUnavailable."""
    *others, last = file.repos
    for repo in others:
        try:
            return find_hub_file(repo, (file.hub_name,))
        except HubUnavailable:
            continue
    return find_hub_file(last, (file.hub_name,))


def _described_needs(config: Path) -> TextNeeds:
    """None where it cannot be read: loading the encoder says so."""
    try:
        described = read_input_json(config, most_bytes=MOST_CARD_BYTES)
        return TextNeeds.of(described["model_cfg"]["text_cfg"])
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return TextNeeds()
