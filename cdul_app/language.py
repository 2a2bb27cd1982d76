"""Sentences and figures in the person's language.

The source says everything in English; another language is a catalogue of GNU gettext.  Only the
window chooses one, before it is imported: the terminal stays English, as its help and its
documentation are.
"""

import gettext
import numbers
import string
from pathlib import Path

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words
_DOMAIN = "cdul_app"
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
    translated = _current.catalogue.gettext(sentence)
    return _figures.format(translated, **values) if values else translated


def ntr(one: str, many: str, n: int, **values: object) -> str:
    """The sentence that fits the number `n`, which is {n} in both."""
    translated = _current.catalogue.ngettext(one, many, n)
    return _figures.format(translated, n=n, **values)


def translatable(sentence: str) -> str:
    """As it is: a constant to be translated where it is shown, by tr(CONSTANT)."""
    return sentence


def figure(value: float, form: str = "") -> str:
    """A number alone, as `tr` would write it: 12,345; figure(0.5, ".2f") is 0.50 or 0,50."""
    return _figures.format_field(value, form)
