import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cdul_app.classes.class_list import name_key
from cdul_app.measures.label_kinds import LabelKind
from cdul_app.query.photo_query import MOST_WORDS, QueryError, parse_query, quoted, unquoted
from cdul_app.query.query_terms import (
    EVERY_PHOTO,
    All,
    AnyOf,
    ClassTerm,
    ClassWord,
    Comparison,
    CountTerm,
    Not,
    PathTerm,
    PathWord,
    ScoreTerm,
    StateTerm,
    StateWord,
)

CLASSES = ("dog", "traffic light", "Cat")
DOG = ClassTerm(ClassWord.LABEL, 0)
LIGHT = ClassTerm(ClassWord.LABEL, 1)
CAT = ClassTerm(ClassWord.LABEL, 2)
REVIEWED = StateTerm(StateWord.REVIEWED)


def parse(text):
    return parse_query(text, CLASSES)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", EVERY_PHOTO),
        ("   ", EVERY_PHOTO),
        ("label:dog", DOG),
        ("LABEL:DOG", DOG),
        ('label:"traffic light"', LIGHT),
        ("yes:cat", ClassTerm(ClassWord.YES, 2)),
        ("no:cat", ClassTerm(ClassWord.NO, 2)),
        ("score(dog)<0.4", ScoreTerm(None, 0, Comparison.LESS, 0.4)),
        ("score( Dog ) >= .4", ScoreTerm(None, 0, Comparison.AT_LEAST, 0.4)),
        ("clip(traffic light)>0.5", ScoreTerm(LabelKind.INITIAL, 1, Comparison.MORE, 0.5)),
        (
            'classifier("traffic light")=1',
            ScoreTerm(LabelKind.CLASSIFIER, 1, Comparison.EQUAL, 1.0),
        ),
        ("labels>=2", CountTerm(Comparison.AT_LEAST, 2)),
        ("labels = 0", CountTerm(Comparison.EQUAL, 0)),
        ("reviewed", REVIEWED),
        ("Flagged", StateTerm(StateWord.FLAGGED)),
        ("IMG_2021", PathTerm(PathWord.ANYWHERE, "IMG_2021")),
        ("IMG(1).jpg", PathTerm(PathWord.ANYWHERE, "IMG(1).jpg")),
        ("a-b.jpg", PathTerm(PathWord.ANYWHERE, "a-b.jpg")),
        ('"reviewed or not"', PathTerm(PathWord.ANYWHERE, "reviewed or not")),
        ("name:IMG*", PathTerm(PathWord.NAME, "IMG*")),
        ('folder:"my photos/"', PathTerm(PathWord.FOLDER, "my photos/")),
        ("NOT reviewed", Not(REVIEWED)),
        ("-reviewed", Not(REVIEWED)),
        ("-label:dog", Not(DOG)),
        ("not not reviewed", Not(Not(REVIEWED))),
    ],
)
def test_one_term(text, query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("label:dog reviewed", All((DOG, REVIEWED))),
        ("label:dog AND reviewed", All((DOG, REVIEWED))),
        ("label:dog or label:cat", AnyOf((DOG, CAT))),
        ("label:dog label:cat OR reviewed", AnyOf((All((DOG, CAT)), REVIEWED))),
        ("label:dog (label:cat OR reviewed)", All((DOG, AnyOf((CAT, REVIEWED))))),
        ("NOT(label:dog OR label:cat)", Not(AnyOf((DOG, CAT)))),
        ("NOT label:dog label:cat", All((Not(DOG), CAT))),
        ("-(label:dog) AND -label:cat", All((Not(DOG), Not(CAT)))),
        (
            "label:dog score(dog)<0.4 NOT reviewed",
            All((DOG, ScoreTerm(None, 0, Comparison.LESS, 0.4), Not(REVIEWED))),
        ),
    ],
)
def test_terms_are_joined(text, query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "sentence", "wrong"),
    [
        ("label:dgo", "No class “dgo”; did you mean dog?", "dgo"),
        ("label:zebra x", "No class “zebra”; names are in the Classes panel.", "zebra"),
        ("label:", "label needs the name of a class.", "label"),
        ("score(cta)<0.4", "No class “cta”; did you mean Cat?", "cta"),
        ("x scor(dog)<0.4", "No score “scor”; did you mean score?", "scor"),
        ("score(dog)", "score needs a comparison, as in score(dog)<0.4.", "score(dog)"),
        ("score(dog", "score needs a comparison, as in score(dog)<0.4.", "score"),
        ("score<0.4", "score needs a class, as in score(dog)<0.4.", "score<0.4"),
        ("score(dog)<", "A number is missing here, as in 0.4.", "<"),
        ("score(dog)<0,4", "“0,4” is no number; write it as 0.4.", "0,4"),
        ("score(dog)>40", "Scores lie between 0 and 1.", "40"),
        ("labels>two", "“two” is no number; write it as 0.4.", "two"),
        ("lable:dog", "No word “lable:”; did you mean label:?", "lable"),
        ("name:", "name: needs a part of the name after it.", "name"),
        ("(label:dog", "This bracket is not closed.", "("),
        ("label:dog)", "This bracket closes none.", ")"),
        ("()", "Something is missing before this bracket.", ")"),
        ("(", "This bracket is not closed.", "("),
        ("x OR", "OR needs something after it.", "OR"),
        ("or x", "OR needs something before it.", "or"),
        ("NOT", "NOT needs something after it.", "NOT"),
        ("x AND AND y", "AND needs something before it.", "AND"),
        ('label:"dog', "This quotation mark is not closed.", '"dog'),
        ('x ""', "Nothing is in the quotation marks.", '""'),
    ],
)
def test_what_is_wrong_and_where(text, sentence, wrong):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.sentence == sentence
    assert text[caught.value.start : caught.value.end] == wrong


def test_scores_that_are_not_there_yet():
    with pytest.raises(QueryError, match="no classifier scores yet: train a classifier first"):
        parse_query("classifier(dog)>0.5", CLASSES, kinds={LabelKind.INITIAL})
    assert parse_query("clip(dog)>0.5", CLASSES, kinds={LabelKind.INITIAL})
    with pytest.raises(QueryError, match="no classes yet"):
        parse_query("label:dog", ())


def test_brackets_within_brackets_end_somewhere():
    with pytest.raises(QueryError, match="More than"):
        parse("(" * 10_000)
    deep = (MOST_WORDS - 1) // 2
    assert parse("(" * deep + "x" + ")" * deep) == PathTerm(PathWord.ANYWHERE, "x")


@pytest.mark.parametrize("name", ["dog", "traffic light", "Cat (big)", "a:b", "x<y"])
def test_a_class_in_quotes_is_read_back(name):
    assert parse_query(f"label:{quoted(name)}", [name]) == ClassTerm(ClassWord.LABEL, 0)
    term = parse_query(f"score({quoted(name)})>0.5", [name])
    assert term == ScoreTerm(None, 0, Comparison.MORE, 0.5)


PIECES = ["label:dog", "score(dog)<0.4", " OR ", "NOT ", *'ab01.()-":<>=* ']


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_any_text_is_read_or_told_about(text):
    error = error_of(text)
    if error is not None:
        assert error.sentence.endswith((".", "?"))
        assert 0 <= error.start <= error.end <= len(text)


def error_of(text):
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name_key(name).strip())


@given(NAMES | st.text(st.sampled_from('a"\\ ()<:'), min_size=1, max_size=12).filter(str.strip))
@example('24" monitor')
@example('back\\"slash\\')
def test_every_class_name_can_be_queried(name: str):
    for field in ClassWord:
        assert parse_query(f"{field.value}:{quoted(name)}", [name]) == ClassTerm(field, 0)
    query = parse_query(f"score({quoted(name)})<0.4 reviewed", [name])
    assert isinstance(query, All)
    assert query.parts[0].column == 0
    assert unquoted(quoted(name)) == name


def test_a_pattern_may_hold_quotes_and_backslashes():
    assert parse_query(r'"24\" monitor"', []) == PathTerm(PathWord.ANYWHERE, '24" monitor')
    assert parse_query(r'name:"a\b\\"', []) == PathTerm(PathWord.NAME, "a\\b\\")


@given(st.text() | st.text(st.sampled_from('ab"\\():<>=-0.9 *?\t'), max_size=60))
def test_no_query_is_a_bug(text: str):
    with suppress(QueryError):
        parse_query(text, ["a", "b c", '24" monitor'])


@pytest.mark.parametrize("text", ['"' + "\\" * 9_000, "a(" * 4_000, "(" * 200_000, "-" * 9_000])
def test_a_long_query_is_answered_at_once(text: str):
    began = time.monotonic()
    with pytest.raises(QueryError):
        parse_query(text, ["a"])
    assert time.monotonic() - began < 5
