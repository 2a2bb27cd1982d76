"""Class names that an encoder cannot read, as far as is known of it."""

from collections.abc import Sequence

from cdul_app.classes.class_list import ClassDefinition
from cdul_app.classes.class_spelling import is_in_latin_letters
from cdul_app.language import tr
from cdul_app.settings.encoder_catalogue import ANY_LANGUAGE, catalogue_entry


def language_warning(definitions: Sequence[ClassDefinition], encoder: str) -> str | None:
    """A sentence where a class is written as the encoder was not taught; None for encoders that
    are not in the catalogue."""
    entry = catalogue_entry(encoder)
    if entry is None or entry.identifier == ANY_LANGUAGE.identifier:
        return None
    foreign = [
        each.name
        for each in definitions
        if not all(is_in_latin_letters(text) for text in (each.prompts or (each.name,)))
    ]
    if not foreign:
        return None
    first = f"“{foreign[0]}”"
    names = (
        first
        if len(foreign) == 1
        else tr("{names} and {more} more", names=first, more=len(foreign) - 1)
    )
    return tr(
        "{names} cannot be read by {encoder}, which was taught English: choose “{quality}” "
        "({identifier}), or write prompts in English.",
        names=names,
        encoder=entry.title,
        quality=tr(ANY_LANGUAGE.quality),
        identifier=ANY_LANGUAGE.identifier,
    )
