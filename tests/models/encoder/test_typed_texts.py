"""What a person types, or a stored setting holds, for an encoder, a grid or a config: fuzzed."""

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdul_app.errors import EncoderError, SettingsError
from cdul_app.method.view_plans import ViewPlan, parse_grids
from cdul_app.models.encoder.encoder_references import (
    absolute_identifier,
    parse_encoder_reference,
)
from cdul_app.models.encoder.encoder_store import checkpoint_of
from cdul_app.settings.configs import ScoringConfig, TrainingConfig

STARTS = ("", "hf-hub:", "local-dir:", "ViT-B-32@", "ViT-B-32/", "ViT-B-16/openai", "demo", "@")


@settings(max_examples=25)
@given(st.sampled_from(STARTS), st.text(max_size=20) | st.text("/.~@:\0 a\n", max_size=20))
def test_no_identifier_of_an_encoder_is_a_bug(start: str, rest: str):
    with suppress(EncoderError):
        checkpoint_of(parse_encoder_reference(start + rest))
        absolute_identifier(start + rest)


@pytest.mark.parametrize("start", STARTS)
def test_a_long_identifier_is_answered_at_once(start: str):
    began = time.monotonic()
    with pytest.raises(EncoderError, match="too long"):
        parse_encoder_reference(start + "a" * 200_000)
    with suppress(EncoderError):
        assert checkpoint_of(parse_encoder_reference(start + "a" * 1000)) is None
    assert time.monotonic() - began < 5


def test_a_prompt_has_a_limit():
    with pytest.raises(SettingsError, match="longer than 2,000 characters"):
        ScoringConfig(prompt="{}" * 1001)


@given(st.text() | st.text("0123456789xX×*+half ٣", max_size=30))
def test_no_text_of_grids_is_a_bug(text: str):
    with suppress(SettingsError):
        assert ViewPlan.parse(str(ViewPlan(parse_grids(text)))).grids


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)


@pytest.mark.parametrize("config", [ScoringConfig, TrainingConfig])
@given(data=st.data())
def test_no_stored_config_makes_one_that_cannot_be_written_and_read(config, data):
    names = st.sampled_from(sorted(config().to_dict()))
    values = data.draw(st.dictionaries(names, VALUES, max_size=4))
    try:
        made = config.from_dict({**config().to_dict(), **values})
    # What storage.records.json_cells tells as a damaged setting.
    except (SettingsError, ValueError, TypeError, AttributeError, LookupError, OverflowError):
        return
    assert config.from_dict(made.to_dict()) == made
