"""The text half alone, against open_clip's own of the same file."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdul_app.models.encoder.encoder import Encoder, load_encoder
from cdul_app.models.encoder.encoder_fingerprint import encoder_fingerprint
from cdul_app.models.encoder.text_encoder import (
    TextEncoder,
    describe_text_half,
    load_text_encoder,
)

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def whole(small_encoder_dir: Path) -> Encoder:
    return load_encoder(f"local-dir:{small_encoder_dir}", device=CPU)


@pytest.fixture(scope="module")
def half(whole: Encoder) -> TextEncoder:
    loaded = load_text_encoder(
        whole.identifier, whole.key, whole.dimension, describe_text_half(whole)
    )
    assert loaded is not None
    return loaded


@given(st.lists(st.text(max_size=120), min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_every_text_gets_the_same_vector(whole: Encoder, half: TextEncoder, texts: list[str]):
    np.testing.assert_allclose(half.encode_texts(texts), whole.encode_texts(texts), atol=2e-6)


def test_no_tensor_of_the_image_tower_is_read(half: TextEncoder):
    assert not any(name.startswith("visual") for name in half.weights)


def test_it_stays_loaded(whole: Encoder, half: TextEncoder):
    again = load_text_encoder(
        whole.identifier, whole.key, whole.dimension, describe_text_half(whole)
    )
    assert again is load_text_encoder(
        whole.identifier, whole.key, whole.dimension, describe_text_half(whole)
    )


def test_a_tower_of_another_kind_is_not_described(whole: Encoder):
    assert describe_text_half(replace(whole, tokenizer=lambda texts: whole.tokenizer(texts))) == ""


def test_another_activation_is_noticed(whole: Encoder, half: TextEncoder):
    described = json.loads(describe_text_half(whole))
    other = json.dumps({**described, "quick_gelu": not described["quick_gelu"]})
    loaded = load_text_encoder(whole.identifier, whole.key, whole.dimension, other)
    assert loaded is not None
    assert not np.allclose(loaded.encode_texts(["a dog"]), whole.encode_texts(["a dog"]), atol=2e-6)


def test_what_is_no_description_or_no_file_loads_nothing(whole: Encoder, tmp_path: Path):
    for described in ("", "{}", "[]", '{"heads": 2}'):
        assert load_text_encoder(whole.identifier, whole.key, whole.dimension, described) is None
    gone = f"local-dir:{tmp_path}"
    described = describe_text_half(whole)
    assert load_text_encoder(gone, whole.key, whole.dimension, described) is None


def test_the_real_encoder_is_read_the_same_way(real_encoder_dir: Path):
    whole = load_encoder(f"local-dir:{real_encoder_dir}", device=CPU)
    described = describe_text_half(whole)
    half = load_text_encoder(whole.identifier, whole.key, whole.dimension, described)
    assert half is not None
    texts = ["a photo of a dog.", "Zwei Hunde am Strand, abends", "word " * 100]
    np.testing.assert_allclose(half.encode_texts(texts), whole.encode_texts(texts), atol=2e-6)


def test_a_fingerprint_changes_with_weights_description_and_name(
    small_encoder_dir: Path, tmp_path: Path
):
    copies = [tmp_path / name for name in ("one", "two")]
    for copy in copies:
        shutil.copytree(small_encoder_dir, copy)
    names = [f"local-dir:{copy}" for copy in copies]
    first, second = (encoder_fingerprint(name) for name in names)
    assert first == encoder_fingerprint(names[0])
    assert first != second  # the name is a part of it
    description = copies[0] / "open_clip_config.json"
    description.write_text(description.read_text() + " ")
    changed = encoder_fingerprint(names[0])
    assert changed not in (None, first)
    weights = copies[0] / "open_clip_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert encoder_fingerprint(names[0]) not in (None, changed)
    weights.unlink()
    assert encoder_fingerprint(names[0]) is None
    assert encoder_fingerprint("no such encoder") is None
