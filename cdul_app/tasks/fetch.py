"""Bringing an encoder from its hub."""

import time
from dataclasses import dataclass

from cdul_app.errors import EncoderError, EncoderNotFetchedError, in_words
from cdul_app.events import Events, Noted, Progressed, Started, TaskResult
from cdul_app.language import tr


@dataclass(frozen=True)
class EncoderFetched(TaskResult):
    """An encoder that is on this computer now."""

    fetched_bytes: int  # of this download; 0 where it was there already


def fetch_encoder(identifier: str) -> Events[EncoderFetched]:
    """Download an encoder that is not on disk: Started, Progressed (bytes) and Noted.

    What an earlier try left behind is continued.  Closing the generator stops the download and
    keeps what has arrived.  Raises EncoderError for what is no encoder of a hub, and
    EncoderNotFetchedError: no network, no such file, no room.
    """
    from cdul_app.models.encoder.encoder_references import parse_encoder_reference
    from cdul_app.models.encoder.encoder_store import (
        checkpoint_of,
        encoder_folder,
        how_to_bring,
        missing_encoder_sentence,
    )
    from cdul_app.models.encoder.hub_download import HubUnavailable, download_hub_file
    from cdul_app.models.encoder.hub_files import missing_hub_files

    reference = parse_encoder_reference(identifier)
    there = EncoderFetched(
        tr(
            "The encoder {identifier} is already on this computer.", identifier=reference.identifier
        ),
        0,
    )
    if not reference.hub_repo:
        if checkpoint_of(reference) is None:
            raise EncoderError(missing_encoder_sentence(reference))
        return there
    folder = encoder_folder(reference)
    try:
        files = missing_hub_files(reference)
        if not files:
            return there
        already = sum(file.bytes_in(place) for file, place in files)
        total = sum(file.size for file, _ in files)
        yield Started(
            tr("Downloading {identifier}", identifier=reference.identifier),
            total=total,
            unit="bytes",
            already_done=already,
        )
        if already:
            yield Noted(
                tr("Continuing a download that had {megabytes:,.1f} MB.", megabytes=already / 1e6)
            )
        finished_bytes = 0
        began = time.monotonic()
        for file, place in files:
            for news in download_hub_file(file, place):
                if isinstance(news, str):
                    yield Noted(news)
                else:
                    yield Progressed(finished_bytes + news, total)
            finished_bytes += file.size
    except HubUnavailable as error:
        raise EncoderNotFetchedError(
            tr(
                "The encoder {identifier} cannot be downloaded ({why}): {remedy}, or try "
                "again later.",
                identifier=reference.identifier,
                why=error,
                remedy=how_to_bring(reference),
            )
        ) from error
    except OSError as error:
        raise EncoderNotFetchedError(
            tr(
                "The encoder {identifier} cannot be written to {folder} ({why}): make room or "
                "correct the permissions and try again.",
                identifier=reference.identifier,
                folder=folder,
                why=in_words(error),
            )
        ) from error
    seconds = max(time.monotonic() - began, 1e-3)
    fetched = total - already
    return EncoderFetched(
        tr(
            "Downloaded {identifier}: {megabytes:,.1f} MB at {pace:,.1f} MB/s.",
            identifier=reference.identifier,
            megabytes=fetched / 1e6,
            pace=fetched / 1e6 / seconds,
        ),
        fetched,
    )
