"""Sentences and figures in the language that was chosen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.language import ENGLISH, figure, language, ntr, retell, tr, translatable, use_language
from tests.translations import as_mo


@pytest.fixture
def german(tmp_path: Path) -> Iterator[None]:
    catalogue = Catalog(locale="de")
    catalogue.add("Round {done} of {total}", "Runde {done} von {total}")
    catalogue.add("{seconds:.1f} s left", "noch {seconds:.1f} s")
    catalogue.add(
        ("{n} photo in {folder}", "{n} photos in {folder}"),
        ("{n} Foto in {folder}", "{n} Fotos in {folder}"),
    )
    catalogue.add("{n} labels for “{name}” ({why})", "{n} Labels für „{name}“ ({why})")
    catalogue.add("it is full", "voll")
    catalogue.add("as {it} is", "wie es ist: {it}")
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de" / "LC_MESSAGES" / "cdul_app.mo").write_bytes(as_mo(catalogue))
    use_language("de", tmp_path)
    yield
    use_language(ENGLISH, tmp_path)


def test_english_is_what_the_source_says():
    assert language() == ENGLISH
    assert tr("Round {done} of {total}", done=3, total=12_000) == "Round 3 of 12,000"
    assert ntr("{n} photo", "{n} photos", 1) == "1 photo"
    assert ntr("{n} photo", "{n} photos", 0) == "0 photos"
    assert ntr("{n} photo", "{n} photos", 1_234_567) == "1,234,567 photos"


@pytest.mark.usefixtures("german")
def test_sentences_and_plurals_are_translated():
    assert tr("Round {done} of {total}", done=3, total=12_000) == "Runde 3 von 12.000"
    one, many = "{n} photo in {folder}", "{n} photos in {folder}"
    assert ntr(one, many, 1, folder="1,5.x") == "1 Foto in 1,5.x"
    assert ntr(one, many, 12_345, folder="a") == "12.345 Fotos in a"


@pytest.mark.usefixtures("german")
def test_numbers_are_written_as_the_language_does():
    assert tr("{seconds:.1f} s left", seconds=1234.56) == "noch 1234,6 s"
    assert figure(np.int64(12_345)) == "12.345"
    assert figure(np.float32(0.25), ".2f") == "0,25"
    assert figure(0.125, ".1%") == "12,5%"


@pytest.mark.usefixtures("german")
def test_what_a_catalogue_lacks_stays_english():
    assert tr("Not there, {n} times", n=1_000) == "Not there, 1.000 times"


def test_braces_without_values_stay():
    assert tr('{"a": 1}') == '{"a": 1}'
    assert translatable("{it}") == "{it}"


def test_a_value_is_never_read_as_a_sentence():
    assert tr("as {it} is", it="{n} {0} {it}") == "as {n} {0} {it} is"


def test_a_missing_catalogue_changes_nothing(tmp_path: Path):
    with pytest.raises(OSError, match="cdul_app"):
        use_language("de", tmp_path)
    assert language() == ENGLISH


def test_the_empty_sentence_stays_empty():
    assert tr("") == ""


_TOLD = ("Nothing.", "{n} labels for “{name}” ({why})")


@pytest.mark.usefixtures("german")
def test_what_is_stored_in_english_is_told_in_the_language():
    assert tr("") == ""
    assert (
        retell("1,200 labels for “1,200” (it is full)", _TOLD) == "1.200 Labels für „1,200“ (voll)"
    )
    assert retell("0.25 labels for “{n} (a” (odd)", _TOLD) == "0,25 Labels für „{n} (a“ (odd)"
    assert retell("Something else.", _TOLD) == "Something else."


@given(st.text(), st.text())
def test_what_is_stored_in_english_stays_in_english(name: str, why: str):
    told = f"3 labels for “{name}” ({why})"
    assert retell(told, _TOLD) == told
