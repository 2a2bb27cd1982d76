import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.formula_cells import cell_text, safe_cell

SIGNS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_with_what_a_spreadsheet_runs(sign: str):
    assert safe_cell(f"{sign}cmd") == f"'{sign}cmd"
    assert cell_text(safe_cell(f"'{sign}cmd")) == f"'{sign}cmd"


@pytest.mark.parametrize("text", ["", "dog", "'tis", "a=b", "'", "5-3"])
def test_other_cells_stay_as_they_are(text: str):
    assert safe_cell(text) == text
    assert cell_text(text) == text


@given(st.text() | st.text(st.sampled_from(f"'{SIGNS}a")))
def test_what_is_written_is_read_back(text: str):
    assert not safe_cell(text).startswith(tuple(SIGNS))
    assert cell_text(safe_cell(text)) == text
