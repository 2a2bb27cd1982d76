"""The language of the query box: `label:dog score(dog)<0.4 NOT reviewed`.

    query   = either, {"OR", either}
    either  = part, {["AND"], part}
    part    = ("NOT" | "-"), part  |  "(", query, ")"  |  term
    term    = ("label" | "yes" | "no"), ":", class
            | score, "(", class, ")", comparison, number        scores lie in [0, 1]
            | "labels", comparison, number                      how many a photo has
            | "reviewed" | "unreviewed" | "answered" | "disagreement"
            | "unsure" | "unlabelled" | "error" | "flagged" | "changed"
            | ("name" | "folder"), ":", pattern                 * and ? stand for any letters
            | pattern                                           a part of folder and name

Words may be written in any case; what is put in double quotes is a class or a pattern as it is,
\\" in it a double quote and \\\\ a backslash.
"""

import difflib
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from cdul_app.classes.class_list import name_key
from cdul_app.language import tr
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.query import query_terms as terms

# No backslash can be read in two ways: a search for the end would take for ever.
_QUOTATION = r"\"(?:\\[\"\\]|[^\"\\]|\\(?![\"\\]))*\""
_SIGN = r"(?P<sign><=|>=|<|>|=)\s*(?P<number>[^\s()]*)"
_OPERATOR = re.compile(r"(?P<word>not|and|or)(?=[\s()]|$)", re.IGNORECASE)
_COMPARISON = re.compile(
    rf"(?P<word>[^\s()\":<>=]+)\((?P<class>\s*{_QUOTATION}\s*|[^()\"]*)\)\s*" + _SIGN
)
_COUNT = re.compile(r"(?P<word>labels)\s*" + _SIGN, re.IGNORECASE)
_FIELD = re.compile(rf"(?P<word>[a-z]+):(?P<value>{_QUOTATION}|[^\s()\"]*)", re.IGNORECASE)
_QUOTED = re.compile(rf"(?P<value>{_QUOTATION})")
# A bracket without a space before it belongs to a name: IMG(1).jpg
_WORD = re.compile(r"[^\s()\"]+(?:\([^()\s\"]*\)[^\s()\"]*)*")
_SCORE_BEGUN = re.compile(r"(?P<word>[a-z]+)(?P<sign>[(<>=])", re.IGNORECASE)
_STATES = {word.value: word for word in terms.StateWord}
_CLASS_FIELDS = {word.value: word for word in terms.ClassWord}
_PATH_FIELDS = {"name": terms.PathWord.NAME, "folder": terms.PathWord.FOLDER}
FIELDS = (*_CLASS_FIELDS, *_PATH_FIELDS)
OPERATORS = ("AND", "OR", "NOT")
MOST_WORDS = 150
MOST_LETTERS = 10_000


class QueryError(ValueError):
    """A query that cannot be read: the sentence says why, `start` and `end` where."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.sentence, self.start, self.end = sentence, start, end


def parse_query(
    text: str, class_names: Sequence[str], *, kinds: Collection[LabelKind] | None = None
) -> terms.Query:
    """Read a query; an empty one is every photo.

    kinds : the kinds of score that there are, None where that is not known.  Raises QueryError.
    """
    return _Parser(text, class_names, kinds).parse()


def quoted(name: str) -> str:
    """A class name as a query has it: in quotes where it is more than one plain word."""
    if re.fullmatch(r"[^\s()\":<>=]+", name):
        return name
    escaped = re.sub(r"[\"\\]", r"\\\g<0>", name)
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """What `quoted` made `text` of, also where its last quote is not written yet."""
    return re.sub(r"\\([\"\\])|\"", r"\1", text) if '"' in text else text


class _Token(NamedTuple):
    content: terms.Query | str  # a term, or one of: not, and, or, (, )
    start: int
    end: int


class _Parser:
    def __init__(
        self, text: str, class_names: Sequence[str], kinds: Collection[LabelKind] | None
    ) -> None:
        self._text, self._names, self._kinds = text, class_names, kinds
        self._columns = {name_key(name): column for column, name in enumerate(class_names)}
        self._tokens: list[_Token] = []
        self._place = 0

    def parse(self) -> terms.Query:
        if len(self._text) > MOST_LETTERS:
            raise QueryError(
                tr("More than {most_letters} letters.", most_letters=MOST_LETTERS),
                MOST_LETTERS,
                len(self._text),
            )
        self._read_tokens()
        if not self._tokens:
            return terms.EVERY_PHOTO
        if len(self._tokens) > MOST_WORDS:  # brackets within brackets are read by recursion
            first = self._tokens[MOST_WORDS]
            raise QueryError(
                tr("More than {most_words} words.", most_words=MOST_WORDS),
                first.start,
                len(self._text),
            )
        query = self._either()
        left = self._next()
        if left is not None:  # only a closing bracket ends a query
            raise QueryError(tr("This bracket closes none."), left.start, left.end)
        return query

    # ---- grammar ----

    def _either(self) -> terms.Query:
        parts = [self._every()]
        while self._takes("or"):
            parts.append(self._every())
        return parts[0] if len(parts) == 1 else terms.AnyOf(tuple(parts))

    def _every(self) -> terms.Query:
        parts = [self._part()]
        while True:
            token = self._next()
            if not self._takes("and") and (token is None or token.content in (")", "or")):
                return parts[0] if len(parts) == 1 else terms.All(tuple(parts))
            parts.append(self._part())

    def _part(self) -> terms.Query:
        token = self._next()
        if token is None:
            raise self._unfinished()
        self._place += 1
        content, *place = token
        if not isinstance(content, str):
            return content
        if content == "not":
            return terms.Not(self._part())
        if content == ")":
            raise QueryError(tr("Something is missing before this bracket."), *place)
        if content != "(":
            raise QueryError(tr("{word} needs something before it.", word=content.upper()), *place)
        query = self._either()
        if not self._takes(")"):
            raise QueryError(tr("This bracket is not closed."), token.start, token.end)
        return query

    def _next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _takes(self, word: str) -> bool:
        token = self._next()
        found = token is not None and token.content == word
        self._place += found
        return found

    def _unfinished(self) -> QueryError:
        last = self._tokens[-1]
        word = self._text[last.start : last.end]
        if word == "(":
            return QueryError(tr("This bracket is not closed."), last.start, last.end)
        return QueryError(
            tr("{word} needs something after it.", word=word.upper()), last.start, last.end
        )

    # ---- words ----

    def _read_tokens(self) -> None:
        text, place = self._text, 0
        while place < len(text):
            sign = text[place]
            if sign.isspace():
                place += 1
                continue
            if sign in "()":
                token = _Token(sign, place, place + 1)
            elif operator := _OPERATOR.match(text, place):
                token = _Token(operator["word"].lower(), place, operator.end())
            elif sign == "-" and text[place + 1 : place + 2].strip():
                token = _Token("not", place, place + 1)
            else:
                token = self._read_term(place)
            self._tokens.append(token)
            place = token.end

    def _read_term(self, place: int) -> _Token:
        for pattern, read in (
            (_COMPARISON, self._score),
            (_COUNT, self._count),
            (_FIELD, self._field),
            (_QUOTED, self._quoted),
            (_WORD, self._word),
        ):
            if found := pattern.match(self._text, place):
                return _Token(read(found), place, found.end())
        raise self._open_quotation(place)

    def _open_quotation(self, place: int) -> QueryError:
        return QueryError(tr("This quotation mark is not closed."), place, len(self._text))

    def _score(self, found: re.Match[str]) -> terms.Query:
        word = found["word"].lower()
        if word not in terms.SCORE_WORDS:
            close = difflib.get_close_matches(word, terms.SCORE_WORDS, n=1)
            advice = (
                tr("did you mean {word}?", word=close[0])
                if close
                else tr("there are {words}.", words=_list(terms.SCORE_WORDS))
            )
            raise QueryError(
                tr("No score “{word}”; {advice}", word=found["word"], advice=advice),
                *found.span("word"),
            )
        kind = terms.SCORE_WORDS[word]
        if kind is not None and self._kinds is not None and kind not in self._kinds:
            sentence = (
                tr("There are no {word} scores yet: train a classifier first.", word=word)
                if kind is LabelKind.CLASSIFIER
                else tr("There are no {word} scores yet: label the photos first.", word=word)
            )
            raise QueryError(sentence, *found.span("word"))
        column = self._column(found, "class")
        number = self._number(found)
        if not 0 <= number <= 1:
            raise QueryError(tr("Scores lie between 0 and 1."), *found.span("number"))
        return terms.ScoreTerm(kind, column, terms.Comparison(found["sign"]), number)

    def _count(self, found: re.Match[str]) -> terms.Query:
        return terms.CountTerm(terms.Comparison(found["sign"]), self._number(found))

    def _number(self, found: re.Match[str]) -> float:
        start, end = found.span("number")
        if not found["number"]:
            raise QueryError(tr("A number is missing here, as in 0.4."), found.start("sign"), end)
        try:
            return float(found["number"])
        except ValueError:
            raise QueryError(
                tr("“{text}” is no number; write it as 0.4.", text=found["number"]), start, end
            ) from None

    def _field(self, found: re.Match[str]) -> terms.Query:
        word, value = found["word"].lower(), found["value"]
        if self._text.startswith('"', found.end()) and not value:
            raise self._open_quotation(found.end())
        if word in _CLASS_FIELDS:
            return terms.ClassTerm(_CLASS_FIELDS[word], self._column(found, "value"))
        if word not in _PATH_FIELDS:
            close = difflib.get_close_matches(word, FIELDS, n=1)
            advice = (
                tr("did you mean {word}:?", word=close[0])
                if close
                else tr("put a file name in quotes.")
            )
            raise QueryError(
                tr("No word “{word}:”; {advice}", word=found["word"], advice=advice),
                *found.span("word"),
            )
        pattern = unquoted(value)
        if not pattern:
            raise QueryError(
                tr("{word}: needs a part of the name after it.", word=word), *found.span("word")
            )
        return terms.PathTerm(_PATH_FIELDS[word], pattern)

    def _quoted(self, found: re.Match[str]) -> terms.Query:
        pattern = unquoted(found["value"])
        if not pattern.strip():
            raise QueryError(tr("Nothing is in the quotation marks."), *found.span())
        return terms.PathTerm(terms.PathWord.ANYWHERE, pattern)

    def _word(self, found: re.Match[str]) -> terms.Query:
        if found[0].lower() in _STATES:
            return terms.StateTerm(_STATES[found[0].lower()])
        score = _SCORE_BEGUN.match(self._text, found.start())
        if score and score["word"].lower() in terms.SCORE_WORDS:
            lacks = tr("a comparison") if score["sign"] == "(" else tr("a class")
            name = self._names[0] if self._names else "dog"
            example = f"{score['word'].lower()}({name})"
            raise QueryError(
                tr(
                    "{word} needs {lacks}, as in {example}<0.4.",
                    word=score["word"],
                    lacks=lacks,
                    example=example,
                ),
                *found.span(),
            )
        return terms.PathTerm(terms.PathWord.ANYWHERE, found[0])

    def _column(self, found: re.Match[str], group: str) -> int:
        name = unquoted(found[group]).strip()
        column = self._columns.get(name_key(name))
        if column is not None:
            return column
        if not self._names:
            raise QueryError(
                tr("The project has no classes yet: name them first."), *found.span(group)
            )
        if not name:
            place = found.span(group) if found[group] else found.span("word")
            raise QueryError(tr("{word} needs the name of a class.", word=found["word"]), *place)
        known = {each.casefold(): each for each in self._names}
        close = difflib.get_close_matches(name.casefold(), known, n=1)
        advice = (
            tr("did you mean {word}?", word=known[close[0]])
            if close
            else tr("names are in the Classes panel.")
        )
        raise QueryError(
            tr("No class “{name}”; {advice}", name=name, advice=advice), *found.span(group)
        )


def _list(words: Collection[str]) -> str:
    names = list(words)
    return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])
