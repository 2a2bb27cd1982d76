import pytest

from cdul_app.paths import user_cache_dir, user_data_dir
from cdul_app.project.labeling.choice import prefer_encoder, preferred_encoder
from cdul_app.project.labeling.kept_encodings import (
    DEFAULT_SIZE,
    VARIABLE,
    choose_kept_size,
    clear_kept,
    kept_bytes,
    kept_size,
)


def test_what_was_chosen_is_remembered_beside_the_other_preferences():
    assert kept_size() == DEFAULT_SIZE
    prefer_encoder("hf-hub:owner/model")
    choose_kept_size(5)
    assert kept_size() == 5
    assert preferred_encoder() == "hf-hub:owner/model"
    prefer_encoder("hf-hub:owner/other")
    assert kept_size() == 5


@pytest.mark.parametrize(
    ("told", "size"), [("3.5", 3.5), ("0", 0), ("off", 0), ("-1", 0), ("nan", 0), ("1e9", 0)]
)
def test_the_environment_decides_and_what_is_no_size_keeps_nothing(monkeypatch, told, size):
    choose_kept_size(5)
    monkeypatch.setenv(VARIABLE, told)
    assert kept_size() == size


@pytest.mark.parametrize("stored", ['{"kept_encodings_gb": "much"}', "[]", "no JSON"])
def test_preferences_that_cannot_be_read_are_none(stored):
    user_data_dir().mkdir(parents=True)
    (user_data_dir() / "preferences.json").write_text(stored)
    assert kept_size() == DEFAULT_SIZE
    choose_kept_size(1)
    assert kept_size() == 1


def test_to_look_makes_no_file():
    assert kept_bytes() == 0
    clear_kept()
    assert not (user_cache_dir() / "encoded.sqlite").exists()
