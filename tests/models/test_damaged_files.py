from cdul_app.models.damaged_files import words_of


def test_words_of_an_error_are_one_short_line():
    assert words_of(ValueError("first\n  second")) == "first second"
    assert words_of(EOFError()) == "EOFError"
    assert words_of(ValueError("x" * 500)) == "x" * 117 + "..."
