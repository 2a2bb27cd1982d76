"""The catalogues hold what the source says, whole, with the same fields."""

import pytest

from tests.translations import (
    as_po,
    catalogue_file,
    current,
    fields,
    messages,
    others,
    read,
    read_compiled,
    said_too_early,
    unseen,
    untranslated,
)

pytestmark = pytest.mark.parametrize("code", others())


def test_the_catalogue_is_what_the_source_says(code: str):
    """Otherwise: python -m tests.translations, and translate what is empty."""
    assert catalogue_file(code).read_bytes() == as_po(current(code))


def test_the_compiled_catalogue_is_the_written_one(code: str):
    assert dict(messages(read_compiled(code))) == dict(messages(read(code)))


def test_every_sentence_is_translated(code: str):
    assert [each.id for each in untranslated(read(code))] == []


def test_a_translation_has_the_fields_of_its_sentence(code: str):
    for english, translated in messages(read(code)):
        allowed = set().union(*map(fields, english))
        for form in translated:
            assert fields(form) <= allowed, form
        assert fields(translated[-1]) == fields(english[-1]), english


def test_only_the_window_translates_while_it_is_imported(code: str):
    assert said_too_early() == []


def test_every_sentence_is_found(code: str):
    assert unseen() == []
