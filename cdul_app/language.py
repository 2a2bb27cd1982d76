"""Sentences and figures in the person's language.

The source says everything in English; another language is a catalogue of GNU gettext.  Only the
window chooses one, before it is imported: the terminal stays English, as its help and its
documentation are.
"""

import gettext
import numbers
import re
import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words
_DOMAIN = "cdul_app"
_NAMES = {"name", "old", "part", "whole", "source", "folder", "file"}  # fields that hold no number
_SEPARATORS = {"de": str.maketrans(",.", ".,")}  # 12,345.6 is 12.345,6 there


class _Figures(string.Formatter):
    """Fills in values, numbers as the language writes them."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            return str(super().format_field(value, format_spec))
        if not format_spec and isinstance(value, numbers.Integral):
            format_spec = ","
        return format(value, format_spec).translate(_SEPARATORS.get(_current.code, {}))


class _Current:
    code: str = ENGLISH
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


_current = _Current()
_figures = _Figures()


def use_language(code: str, folder: Path) -> None:
    """From now on `tr` speaks the language `code` of LANGUAGES.

    folder : holds CODE/LC_MESSAGES/cdul_app.mo; raises OSError where that is missing.
    """
    if code == ENGLISH:
        _current.catalogue = gettext.NullTranslations()
    else:
        _current.catalogue = gettext.translation(_DOMAIN, folder, [code])
    _current.code = code


def language() -> str:
    return _current.code


def tr(sentence: str, **values: object) -> str:
    """`sentence` in the person's language, with each {name} in it replaced by its value.

    Numbers are written as the language does: a whole one as 12,345 or 12.345 unless the sentence
    gives a format, as in {seconds:.1f}.  Without values, braces stay as they are.
    """
    # The empty sentence is where a catalogue keeps its own description.
    translated = _current.catalogue.gettext(sentence) if sentence else ""
    return _figures.format(translated, **values) if values else translated


def ntr(one: str, many: str, n: int, **values: object) -> str:
    """The sentence that fits the number `n`, which is {n} in both."""
    translated = _current.catalogue.ngettext(one, many, n)
    return _figures.format(translated, n=n, **values)


def translatable(sentence: str) -> str:
    """As it is: a constant to be translated where it is shown, by tr(CONSTANT)."""
    return sentence


def retell(told: str, sentences: Iterable[str]) -> str:
    """In the person's language what was told in English: what is stored is, and what another
    process says.

    sentences : one of them is `told`, perhaps with values for its {fields}, of which {why} is a
    sentence, or half of one, that is translated as it stands.  Without one, `told` stays.
    """
    if _current.code == ENGLISH:
        return told
    for sentence in sentences:
        if found := _pattern(sentence).fullmatch(told):
            values = {name: _value(name, text) for name, text in found.groupdict().items()}
            return tr(sentence, **values)
    return told


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(sentence)
    return re.compile(
        "".join(
            re.escape(plain) + ("" if name is None else f"(?P<{name}>.*)")
            for plain, name, _, _ in parts
        ),
        re.DOTALL,
    )


def _value(name: str, text: str) -> str:
    if name == "why":
        return tr(text)
    if name not in _NAMES and re.fullmatch(r"[\d,]*\d(\.\d+)?", text):
        return text.translate(_SEPARATORS.get(_current.code, {}))
    return text


def figure(value: float, form: str = "") -> str:
    """A number alone, as `tr` would write it: 12,345; figure(0.5, ".2f") is 0.50 or 0,50."""
    return _figures.format_field(value, form)
