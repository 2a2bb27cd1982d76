"""Tokenizers that come with an encoder."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdul_app.errors import EncoderError
from cdul_app.models.encoder.folder_tokenizer import FolderTokenizer
from tests.models.tiny_tokenizers import KINDS, SENTENCES, save_tokenizer

TEXTS = [
    *SENTENCES, "A Photo of a CAT!", "Ä ö ß — “quoted”, & more", "", "  two  words ", "&amp;#39;",
    "a very long sentence about nothing " * 9, "猫" * 70, "кошка", "🦜",
]  # fmt: skip
# As open_clip's models have them.
TEXT_CONFIGS: dict[str, dict[str, Any]] = {
    "t5": {"context_length": 64, "tokenizer_kwargs": {"clean": "canonicalize"}},
    "gemma": {"context_length": 64, "tokenizer_kwargs": {"clean": "canonicalize"}},
    "bert": {"context_length": 32, "tokenizer_kwargs": {"strip_sep_token": True}},
    "xlm": {"context_length": 77},
    "nllb": {},
}


def tokenizer_of(folder: Path, kind: str, *, vocabulary: int = 10_000) -> FolderTokenizer:
    names = ("tokenizer.json", "tokenizer_config.json")
    files = {name: folder / name for name in names}
    return FolderTokenizer(files, TEXT_CONFIGS[kind], vocabulary=vocabulary)


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    save_tokenizer(tmp_path, request.param)
    return request.param


def test_every_text_fills_the_context(kind: str, tmp_path: Path):
    tokens = tokenizer_of(tmp_path, kind)(TEXTS)
    assert tokens.dtype == torch.long
    assert tokens.shape == (len(TEXTS), TEXT_CONFIGS[kind].get("context_length", 77))
    assert tokenizer_of(tmp_path, kind)([]).shape[0] == 0


def test_german_and_japanese_are_words_not_gaps(kind: str, tmp_path: Path):
    """Each text of the languages that it was trained on has tokens of its own."""
    rows = tokenizer_of(tmp_path, kind)(SENTENCES)
    assert len({tuple(row.tolist()) for row in rows}) == len(SENTENCES)


@pytest.mark.skipif(find_spec("transformers") is None, reason="compares with transformers")
def test_it_reads_as_open_clip_does_with_transformers(kind: str, tmp_path: Path):
    from open_clip.tokenizer import HFTokenizer

    config = TEXT_CONFIGS[kind]
    theirs = HFTokenizer(
        str(tmp_path),
        context_length=config.get("context_length", 77),
        **config.get("tokenizer_kwargs", {}),
    )
    ours = tokenizer_of(tmp_path, kind)
    for text in TEXTS:
        assert ours([text]).tolist() == theirs([text]).tolist(), text


def ends(tokens: torch.Tensor, padding: int) -> list[int]:
    """The first and the last token of a text, apart from its padding."""
    row = tokens[0][tokens[0] != padding].tolist()
    return [row[0], row[-1]]


def test_what_stands_around_a_text(tmp_path: Path):
    """By the ids that the tiny tokenizers give their special tokens, in order."""
    for kind, padding, first, last in (
        ("gemma", 0, None, 1), ("xlm", 1, 0, 2), ("nllb", 1, 4, 2), ("bert", 0, 2, None)
    ):  # fmt: skip
        save_tokenizer(tmp_path, kind)
        found = ends(tokenizer_of(tmp_path, kind)(["a cat"]), padding)
        assert first is None or found[0] == first, kind
        assert last is None or found[1] == last, kind
    save_tokenizer(tmp_path, "bert")
    assert 3 not in tokenizer_of(tmp_path, "bert")(TEXTS)  # [SEP], which CLIPA was taught without
    save_tokenizer(tmp_path, "t5")
    assert tokenizer_of(tmp_path, "t5")(["a cat"])[0, -1] == 1  # padded with its end


def test_a_language_that_the_settings_name(tmp_path: Path):
    save_tokenizer(tmp_path, "nllb")
    file = tmp_path / "tokenizer_config.json"
    described = json.loads(file.read_text())
    file.write_text(json.dumps({**described, "src_lang": "deu_Latn"}))
    assert ends(tokenizer_of(tmp_path, "nllb")(["ein Hund"]), 1) == [5, 2]
    file.write_text(json.dumps({**described, "legacy_behaviour": True}))
    assert ends(tokenizer_of(tmp_path, "nllb")(["a dog"]), 1)[1] == 4
    file.write_text(json.dumps({**described, "src_lang": "no such"}))
    with pytest.raises(EncoderError, match="lacks the token no such"):
        tokenizer_of(tmp_path, "nllb")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", ""),
        ("tokenizer.json", "{}"),
        ("tokenizer.json", '{"model": {"type": "Unigram", "unk_id": 5, "vocab": []}}'),
        ("tokenizer.json", "\x00"),
        ("tokenizer_config.json", "[]"),
        ("tokenizer_config.json", "{"),
    ],
)
def test_files_that_make_no_tokenizer_are_told(tmp_path: Path, name: str, content: str):
    save_tokenizer(tmp_path, "xlm")
    (tmp_path / name).write_text(content)
    with pytest.raises(EncoderError, match=r"The tokenizer .* cannot be used \(.*\): replace it"):
        tokenizer_of(tmp_path, "xlm")


def test_a_tokenizer_of_another_model_is_told(tmp_path: Path):
    save_tokenizer(tmp_path, "xlm")
    with pytest.raises(EncoderError, match="more tokens than the 20 of the model"):
        tokenizer_of(tmp_path, "xlm", vocabulary=20)(["a photo of a cat."])


def test_without_a_padding_there_is_none_to_guess(tmp_path: Path):
    save_tokenizer(tmp_path, "xlm")
    text = (tmp_path / "tokenizer.json").read_text(encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text(text.replace("<pad>", "<nil>"), encoding="utf-8")
    with pytest.raises(EncoderError, match="names no pad_token"):
        tokenizer_of(tmp_path, "xlm")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    save_tokenizer(folder, "bert")
    return folder


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(data=st.data())
def test_no_content_of_its_files_is_a_bug(sound: Path, data: st.DataObject):
    """A part of either file, replaced."""
    described = json.loads((sound / "tokenizer.json").read_text())
    parts = [part for part in described.values() if isinstance(part, dict | list) and part]
    table = data.draw(st.sampled_from([described, *parts]))
    if isinstance(table, list):
        table[0] = data.draw(JSON)
    else:
        table[data.draw(st.sampled_from(sorted(table)))] = data.draw(JSON)
    said = json.loads((sound / "tokenizer_config.json").read_text())
    key = data.draw(st.sampled_from([*sorted(said), "padding_side", "src_lang"]))
    said[key] = data.draw(JSON | st.sampled_from(["Nllb", "[SEP]", "left"]))
    folder = sound.parent / "changed"
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(described))
    (folder / "tokenizer_config.json").write_text(json.dumps(said))
    try:
        tokens = tokenizer_of(folder, "bert")(TEXTS)
    except EncoderError:
        return
    assert tokens.shape == (len(TEXTS), 32)
