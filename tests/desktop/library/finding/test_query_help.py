"""The examples below the query field can be written into it, in each language."""

import pytest

from cdul_app.desktop.library.finding.query_help import EXAMPLES
from cdul_app.query.photo_query import parse_query
from tests.translations import messages, others, read

CLASSES = {
    "en": ("dog", "cat", '24" monitor'),
    "de": ("Hund", "Katze", '24" Monitor'),
}


@pytest.mark.parametrize("code", ["en", *others()])
def test_an_example_is_a_query(code: str):
    """With the query language's own words, and classes of the language."""
    said = {} if code == "en" else {one[0]: other[0] for one, other in messages(read(code))}
    for example, _ in EXAMPLES:
        parse_query(said.get(example, example), CLASSES[code])
