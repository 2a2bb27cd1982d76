"""All weights that open_clip knows by name: what each needs beside its weights to be loaded."""

import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import save_file

from cdul_app.errors import EncoderError
from cdul_app.models.encoder.encoder import check_encoder, load_encoder
from cdul_app.models.encoder.encoder_references import parse_encoder_reference
from cdul_app.models.encoder.encoder_store import encoder_folder
from tests.models.encoder_makers import save_encoder
from tests.models.tiny_tokenizers import save_tokenizer

ALL = [f"{name}/{tag}" for name, tag in open_clip.list_pretrained()]
HAS_TRANSFORMERS = find_spec("transformers") is not None
ROBERTA = {
    "model_type": "xlm-roberta", "vocab_size": 500, "hidden_size": 32, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 96,
    "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
}  # fmt: skip
NLLB = {
    "model_type": "m2m_100", "vocab_size": 500, "d_model": 32, "encoder_layers": 1,
    "decoder_layers": 1, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "pad_token_id": 1,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "is_encoder_decoder": True,
    "max_position_embeddings": 96, "torch_dtype": "float16",
}  # fmt: skip


def bring_weights(identifier: str) -> Path:
    """A file that may be weights, where a person puts them."""
    folder = encoder_folder(parse_encoder_reference(identifier))
    folder.mkdir(parents=True)
    save_file({"x": torch.zeros(500_000)}, folder / "open_clip_model.safetensors")
    return folder


def bring_text_model(folder: Path, described: dict[str, object]) -> None:
    (folder / "text_model").mkdir()
    (folder / "text_model" / "config.json").write_text(json.dumps(described))


def outcome(identifier: str) -> str:
    try:
        check_encoder(identifier)
    except EncoderError as error:
        return str(error)
    return "loads"


def test_each_of_them_loads_or_says_what_it_needs(tmp_path: Path):
    """By its weights alone, then with a tokenizer, then with the description of a text tower."""
    save_tokenizer(tmp_path, "xlm")
    counts: Counter[str] = Counter()
    for identifier in ALL:
        folder = bring_weights(identifier)
        text = open_clip.get_model_config(identifier.partition("/")[0])["text_cfg"]
        if "hf_model_name" in text and not HAS_TRANSFORMERS:
            assert "pip install cdul-app[transformers]" in outcome(identifier), identifier
            counts["library"] += 1
            continue
        if not text.get("hf_tokenizer_name"):
            assert outcome(identifier) == "loads", identifier
            counts["weights"] += 1
            continue
        repo = parse_encoder_reference(identifier).hub_repo
        said = outcome(identifier)
        assert f"“cdul-app encoders fetch {identifier}”" in said
        assert f"download tokenizer.json from https://huggingface.co/{repo}" in said
        assert f"save it as {folder / 'tokenizer.json'}" in said
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
        if "hf_model_name" in text:
            said = outcome(identifier)
            place = f"https://huggingface.co/{text['hf_model_name']}"
            assert f"download config.json from {place}" in said
            bring_text_model(folder, ROBERTA)
            counts["library"] += 1
        else:
            counts["tokenizer"] += 1
        assert outcome(identifier) == "loads", identifier
    assert counts.total() == len(ALL)
    if open_clip.__version__ == "3.3.0":
        assert counts == {"weights": 149, "tokenizer": 38, "library": 9}


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="the text tower is of the library transformers")
@pytest.mark.parametrize("described", [ROBERTA, NLLB], ids=["xlm-roberta", "nllb"])
def test_a_text_tower_of_transformers(tmp_path: Path, described: dict[str, object]):
    name = "nllb-clip-base" if described is NLLB else "xlm-roberta-base-ViT-B-32"
    config = open_clip.get_model_config(name)
    config["vision_cfg"] |= {"image_size": 32, "patch_size": 16, "width": 64, "layers": 1}
    config["embed_dim"] = 48
    known = config["text_cfg"]["hf_model_name"]
    bring_text_model(tmp_path, described)
    save_tokenizer(tmp_path, "nllb" if described is NLLB else "xlm")
    config["text_cfg"] |= {
        "hf_model_name": str(tmp_path / "text_model"), "hf_model_pretrained": False
    }  # fmt: skip
    identifier = save_encoder(tmp_path, {**config, "custom_text": True})
    file = tmp_path / "open_clip_config.json"
    file.write_text(file.read_text().replace(str(tmp_path / "text_model"), known))
    encoder = load_encoder(identifier, device=torch.device("cpu"))
    vectors = encoder.encode_prompts([["a photo of a cat."], ["ein Hund"], ["猫の写真"]])
    assert vectors.shape == (3, 48)
    assert (vectors @ vectors.T < 1 - 1e-6).sum() == 6  # no two are the same


@pytest.mark.skipif(not HAS_TRANSFORMERS, reason="it is told before that it lacks transformers")
@pytest.mark.parametrize(
    "change",
    [
        {"auto_map": {"AutoConfig": "code.Config"}},
        {"_attn_implementation": "someone/kernel"},
        {"model_type": "gpt2"},
        {"model_type": None},
        {"hidden_size": 10**9},
        {"num_hidden_layers": 512, "hidden_size": 4096},
        {"vocab_size": "many"},
    ],
)
def test_a_strangers_text_tower_is_refused(tmp_path: Path, change: dict[str, object]):
    identifier = "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k"
    folder = bring_weights(identifier)
    save_tokenizer(folder, "xlm")
    bring_text_model(folder, {**ROBERTA, **change})
    assert "text tower" in outcome(identifier)
