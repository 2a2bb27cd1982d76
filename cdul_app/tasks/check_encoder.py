"""Whether what a person has written or chosen is an encoder that can be used."""

from dataclasses import dataclass

from cdul_app.errors import EncoderError
from cdul_app.events import Events, Started, TaskResult
from cdul_app.language import tr
from cdul_app.project.labeling.entries import identifier_of, missing_path, needs_architecture
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER


@dataclass(frozen=True)
class EncoderChecked(TaskResult):
    identifier: str
    on_disk: bool


def check_entry(text: str, architecture: str, *, with_demo: bool) -> Events[EncoderChecked]:
    """Look at its name and files as loading does; asks no network.

    architecture : of a bare checkpoint file; with_demo : the demo's encoder can be used.
    Raises EncoderError.
    """
    yield Started(tr("Looking at the encoder"), unit="")
    if (missing := missing_path(text)) is not None:
        raise EncoderError(
            tr("There is no folder or file {missing}: check the path.", missing=missing)
        )
    if needs_architecture(text) and not architecture.strip():
        raise EncoderError(
            tr(
                "This file does not say how its model is built: write the architecture's name "
                "below, such as ViT-B-32."
            )
        )
    identifier = identifier_of(text, architecture)
    if identifier == DEMO_ENCODER and not with_demo:
        raise EncoderError(tr("The demo encoder knows drawn scenes only: choose another encoder."))
    from cdul_app.models.encoder.encoder import check_encoder

    on_disk = check_encoder(identifier)
    where = (
        tr("Ready: it is on this computer.")
        if on_disk
        else tr("It is downloaded when you label the photos.")
    )
    return EncoderChecked(where, identifier, on_disk)
