"""The table of settings: every field is in it, and its bounds are what is checked."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdul_app.cli.arguments import parse_arguments
from cdul_app.errors import SettingsError
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.settings.fields import Bounds, Setting, settings_of

# Configs that any single setting can be put into.
BASES = (ScoringConfig(), TrainingConfig(classifier="resnet101", epochs=10_000, warm_up_epochs=0))
ALL = [(base, name, item) for base in BASES for name, item in settings_of(type(base)).items()]


def _of_kind(kind: str) -> pytest.MarkDecorator:
    cases = [
        pytest.param(*case, id=f"{type(case[0]).__name__}.{case[1]}")
        for case in ALL
        if getattr(case[2], kind)
    ]
    return pytest.mark.parametrize(("base", "name", "item"), cases)


def _numbers(bounds: Bounds, *, inside: bool) -> st.SearchStrategy[Any]:
    low, high = bounds.lowest, bounds.highest
    if bounds.whole:
        if inside:
            return st.integers(int(low), int(high))
        return st.integers(max_value=int(low) - 1) | st.integers(min_value=int(high) + 1)
    if inside:
        return st.floats(low, high, exclude_min=bounds.above, exclude_max=bounds.below)
    return (
        st.floats(max_value=low, exclude_max=not bounds.above)
        | st.floats(min_value=high, exclude_min=not bounds.below)
        | st.just(float("nan"))
    )


@_of_kind("bounds")
@given(data=st.data())
def test_numbers_inside_the_bounds_are_taken(base: Any, name: str, item: Setting, data: Any):
    assert item.bounds is not None
    value = data.draw(_numbers(item.bounds, inside=True))
    assert getattr(replace(base, **{name: value}), name) == value


@_of_kind("bounds")
@given(data=st.data())
def test_numbers_outside_the_bounds_are_refused_by_a_sentence_that_names_them(
    base: Any, name: str, item: Setting, data: Any
):
    assert item.bounds is not None
    value = data.draw(_numbers(item.bounds, inside=False))
    with pytest.raises(SettingsError) as told:
        replace(base, **{name: value})
    for part in (item.title, f" {item.bounds.lowest:,} ", f" {item.bounds.highest:,}, not "):
        assert part in str(told.value)


@_of_kind("bounds")
def test_what_is_no_number_is_refused_and_none_only_where_it_has_a_name(
    base: Any, name: str, item: Setting
):
    for value in ("1", True, [1]):
        with pytest.raises(SettingsError, match="takes a"):
            replace(base, **{name: value})
    if item.empty:
        assert getattr(replace(base, **{name: None}), name) is None
        assert item.text(None) == item.empty.lower()
    else:
        with pytest.raises(SettingsError):
            replace(base, **{name: None})


@_of_kind("choices")
def test_choices_are_taken_and_others_refused_by_a_sentence_that_names_them(
    base: Any, name: str, item: Setting
):
    for value in item.choices:
        assert getattr(replace(base, **{name: value}), name) == value
    with pytest.raises(SettingsError, match="one of " + ", ".join(item.choices)):
        replace(base, **{name: "another"})


@pytest.mark.parametrize("config", [ScoringConfig, TrainingConfig])
def test_every_field_is_in_the_table_with_its_default(config: type[Any]):
    for field in fields(config):
        item = settings_of(config)[field.name]
        assert item.default == field.default
        assert item.title
        assert not (item.basic and item.hidden)
        if item.takes is not None:
            item.check(item.default, field.name)


def test_bounds_are_said_as_people_say_them():
    assert str(Bounds(0, 1)) == "a number from 0 to 1"
    assert str(Bounds(0, 1, above=True)) == "a number above 0 and up to 1"
    assert str(Bounds(0, 1, above=True, below=True)) == "a number above 0 and below 1"
    assert str(Bounds(1, 10_000, whole=True)) == "a whole number from 1 to 10,000"


# Words of the field that a person need not know; a title may have them.
_JARGON = (
    "snippet", "embedding", "pseudo", "prompt", "template", "threshold", "logit", "batch", "decay",
    "epoch", "refine", "end-to-end", "pretrain", "normalis", "psi",
)  # fmt: skip


@pytest.mark.parametrize("config", [ScoringConfig, TrainingConfig])
def test_every_advanced_setting_is_explained_in_plain_words(config: type[Any]):
    for name, item in settings_of(config).items():
        if item.basic or item.hidden:
            continue
        assert item.meaning.endswith("."), name
        assert len(item.meaning) <= 160, name
        assert not [word for word in _JARGON if word in item.meaning.lower()], name


def test_the_terminal_explains_a_setting_in_the_same_words(capsys: pytest.CaptureFixture[str]):
    for command, config in (("score", ScoringConfig), ("train", TrainingConfig)):
        with pytest.raises(SystemExit):
            parse_arguments([command, "--help"])
        shown = "".join(capsys.readouterr().out.split())
        for name, item in settings_of(config).items():
            if item.option is not None:
                assert "".join(item.meaning.split()) in shown, name
