"""The catalogues hold what the source says, whole, with the same fields."""

import html
import re

import pytest

from tests.translations import (
    FOLDER,
    ROOT,
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


@pytest.mark.parametrize("name", ["getting_started", "troubleshooting"])
def test_a_page_of_help_has_the_parts_of_the_english_one(code: str, name: str):
    """A paragraph, an entry or a heading that came since is translated there, too."""
    english = ROOT / "resources" / "window" / f"{name}.html"
    page = (FOLDER / code / english.name).read_text(encoding="utf-8")
    for tag in ("<p>", "<h2>", "<dt>", "<dd>", "<dl>"):
        assert page.count(tag) == english.read_text(encoding="utf-8").count(tag), tag


def test_sentences_stand_in_the_help_as_the_window_says_them(code: str):
    """Those that hold no values; what differs stands as … there, in an order of its own."""
    page = (FOLDER / code / "troubleshooting.html").read_text(encoding="utf-8")
    english = (ROOT / "resources" / "window" / "troubleshooting.html").read_text(encoding="utf-8")
    told = {
        translated[0] for forms, translated in messages(read(code)) if forms[0] in said(english)
    }
    assert len(told) > 50
    assert told <= said(page)


def said(page: str) -> set[str]:
    """The sentences of a page of messages, as plain texts."""
    return {
        " ".join(html.unescape(re.sub("<[^<>]*>", "", entry)).split())
        for entry in re.findall("<dt>(.*?)</dt>", page, re.DOTALL)
    }
