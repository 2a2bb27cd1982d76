"""The description beside a checkpoint, of which nothing is believed.

open_clip takes names of timm and of the hub, paths and sizes from it as they are: a stranger's
could reach into the network, read files, or take all memory.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdul_app.errors import EncoderError, in_words
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json
from cdul_app.language import tr
from cdul_app.models.encoder.text_files import TextNeeds

_CLEANED = frozenset({"lower", "whitespace", "canonicalize"})
_TOKENIZER_SETTINGS: Mapping[str, frozenset[Any]] = {  # not `bpe_path`, which is a file
    "clean": _CLEANED,
    "strip_sep_token": frozenset({True, False}),
    "reduction_mask": frozenset({"", "simple"}),
}
_TEXT_MODELS = frozenset({"roberta", "xlm-roberta", "bert", "m2m_100", "mt5"})  # open_clip's
_TEXT_SIZES = (  # what the kinds call their width, depth, and the width between
    ("hidden_size", "d_model"),
    ("num_hidden_layers", "encoder_layers", "num_layers"),
    ("intermediate_size", "encoder_ffn_dim", "d_ff"),
)
# Of transformers: code beside a model, kernels of the hub, other kinds of weights.
_REFUSED_SETTINGS = ("auto_map", "_attn_implementation", "attn_implementation", "quantization")
_LARGEST: Mapping[str, float] = {
    "embed_dim": 16_384, "width": 16_384, "layers": 512, "heads": 512, "head_width": 4096,
    "mlp_ratio": 64, "patch_size": 4096, "image_size": 2048, "size": 2048, "vocab_size": 4_000_000,
    "context_length": 16_384, "attn_pooler_queries": 16_384, "attn_pooler_heads": 512,
    "dim_head": 4096, "n_queries": 16_384,
    "hidden_size": 16_384, "intermediate_size": 65_536, "num_hidden_layers": 512,
    "num_attention_heads": 512, "max_position_embeddings": 65_536, "type_vocab_size": 1024,
    "d_model": 16_384, "d_ff": 65_536, "d_kv": 4096, "num_layers": 512, "num_heads": 512,
    "encoder_layers": 512, "decoder_layers": 512, "encoder_ffn_dim": 65_536,
    "decoder_ffn_dim": 65_536, "encoder_attention_heads": 512, "decoder_attention_heads": 512,
}  # fmt: skip
_MOST_PLACES = 4096  # of a transformer: 1,024 pixels a side in patches of 16; all look at all


def read_config_beside(checkpoint: Path, name: str) -> dict[str, Any]:
    """open_clip's `model_cfg` in the file `name` beside a checkpoint, with its two towers.

    Raises EncoderError for what describes no model that this app loads.
    """
    file = checkpoint.with_name(name)
    try:
        described = read_input_json(file, most_bytes=MOST_CARD_BYTES)
        config = described["model_cfg"]
        _check_model(config)
        _check_numbers(config)
        _check_preprocessing(described.get("preprocess_cfg", {}))
        least = _least_weights(config)
    except FileNotFoundError as error:
        raise EncoderError(
            tr(
                "{file} is missing: a folder with a checkpoint needs it; copy it from where the "
                "checkpoint comes from, or name the model: NAME@FILE.",
                file=file,
            )
        ) from error
    except (OSError, ValueError) as error:
        raise EncoderError(
            tr(
                "{file} describes no open_clip model ({why}): replace it.",
                file=file,
                why=in_words(error)[:120],
            )
        ) from error
    except (TypeError, LookupError, AttributeError, OverflowError) as error:
        raise EncoderError(
            tr("{file} describes no open_clip model: replace it.", file=file)
        ) from error
    if least > checkpoint.stat().st_size:
        raise EncoderError(
            tr(
                "The checkpoint {checkpoint} cannot be read (it is smaller than the model that "
                "{name} describes): it is probably incomplete; move it away and fetch it again.",
                checkpoint=checkpoint,
                name=name,
            )
        )
    return dict(config)


def read_text_model(file: Path, checkpoint: Path) -> int:
    """How many tokens the text tower of transformers in a config.json knows.

    Raises EncoderError for what describes none that open_clip knows, or a larger one than the
    weights that are there.
    """
    try:
        described = read_input_json(file, most_bytes=MOST_CARD_BYTES)
        if described["model_type"] not in _TEXT_MODELS:
            raise ValueError(tr("its model_type is none that open_clip knows"))
        if any(key.startswith(_REFUSED_SETTINGS) for key in described):
            raise ValueError(tr("it asks for more than a model"))
        _check_numbers(described)
        width, layers, between = (
            next(described[name] for name in names if name in described) for names in _TEXT_SIZES
        )
        vocabulary = int(described["vocab_size"])
        least = width * (vocabulary + layers * (4 * width + 2 * between))
        is_too_large = least > checkpoint.stat().st_size
    except (OSError, ValueError) as error:
        raise EncoderError(
            tr(
                "{file} describes no text tower ({why}): replace it.",
                file=file,
                why=in_words(error)[:120],
            )
        ) from error
    except (TypeError, LookupError, AttributeError, OverflowError, RuntimeError) as error:
        raise EncoderError(tr("{file} describes no text tower: replace it.", file=file)) from error
    if is_too_large:
        raise EncoderError(
            tr(
                "{file} describes a larger text tower than {checkpoint} holds: replace one of "
                "them.",
                file=file,
                checkpoint=checkpoint,
            )
        )
    return vocabulary


def _check_model(config: Any) -> None:
    """Raises TypeError, ValueError or LookupError."""
    if not isinstance(config, dict):
        raise TypeError
    for tower in ("vision_cfg", "text_cfg"):
        if not isinstance(config[tower], dict):
            raise ValueError(tr("{tower} is no table", tower=tower))
    if isinstance(config["embed_dim"], bool) or not isinstance(config["embed_dim"], int):
        raise ValueError(tr("embed_dim is no whole number"))
    name = config["vision_cfg"].get("timm_model_name")
    if name:
        import timm

        if not isinstance(name, str) or not timm.is_model(name.partition(".")[0]):
            raise ValueError(tr("timm_model_name is no model of timm"))
        if any(sign in name for sign in ":/\\"):
            raise ValueError(tr("timm_model_name is a place, not a name"))
    kwargs = config["text_cfg"].get("tokenizer_kwargs") or {}
    if not isinstance(kwargs, dict) or not kwargs.keys() <= _TOKENIZER_SETTINGS.keys():
        raise ValueError(tr("tokenizer_kwargs are not those of a known tokenizer"))
    if any(value not in _TOKENIZER_SETTINGS[key] for key, value in kwargs.items()):
        raise ValueError(tr("tokenizer_kwargs are not those of a known tokenizer"))
    TextNeeds.of(config["text_cfg"])


def _check_numbers(value: Any, key: str = "") -> None:
    if isinstance(value, dict):
        for inner, each in value.items():
            _check_numbers(each, inner)
    elif isinstance(value, list):
        for each in value:
            _check_numbers(each, key)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise ValueError(tr("{key} is not finite", key=key))
        if key in _LARGEST and not 0 < value <= _LARGEST[key]:
            raise ValueError(
                tr("{key} is not above 0 and up to {largest}", key=key, largest=_LARGEST[key])
            )
    elif key in _LARGEST and not (key == "patch_size" and value is None):  # a ResNet has none
        raise ValueError(tr("{key} is no number", key=key))


def _check_preprocessing(config: Any) -> None:
    if not isinstance(config, dict):
        raise ValueError(tr("preprocess_cfg is no table"))
    _check_numbers(config)
    for name in ("mean", "std"):
        values = config.get(name)
        if values is None:
            continue
        values = values if isinstance(values, list) else [values]
        if len(values) not in (1, 3) or not all(
            isinstance(each, int | float) and not isinstance(each, bool) and abs(each) <= 1000
            for each in values
        ):
            raise ValueError(tr("{name} is not one number or three", name=name))
        if name == "std" and min(values) < 1e-6:
            raise ValueError(tr("std is not above 0"))


def _least_weights(config: dict[str, Any]) -> float:
    """How many weights the model has at the least: each takes a byte of the file or more."""
    vision, text = config["vision_cfg"], config["text_cfg"]
    total = _of_text(text)
    if "multimodal_cfg" in config:
        total += _of_text(config["multimodal_cfg"])
    if vision.get("timm_model_name"):
        import timm

        from cdul_app.models.model_size import weights_of

        return total + weights_of(lambda: timm.create_model(vision["timm_model_name"]))
    width, layers = vision.get("width", 768), vision.get("layers", 12)
    if isinstance(layers, list):
        return float(total + 16 * (sum(layers) + 16) * width**2)
    height, across = _two(vision.get("image_size", 224))
    patch_height, patch_width = _two(vision.get("patch_size", 16))
    places = (height // patch_height) * (across // patch_width)
    if places > _MOST_PLACES:
        raise ValueError(
            tr("its photos have more than {most_places} patches", most_places=_MOST_PLACES)
        )
    total += width * (places + 3 * patch_height * patch_width + config["embed_dim"])
    return float(total + _of_a_layer(vision) * layers * width**2)


def _two(sides: Any) -> tuple[Any, Any]:
    height, width = sides if isinstance(sides, list) else (sides, sides)
    return height, width


def _of_text(text: dict[str, Any]) -> float:
    if text.get("hf_model_name"):
        return 0.0  # which `read_text_model` looks at
    width, layers = text.get("width", 512), text.get("layers", 12)
    words = text.get("vocab_size", 49_408) + text.get("context_length", 77)
    return float(width * words + _of_a_layer(text) * layers * width**2)


def _of_a_layer(tower: dict[str, Any]) -> float:
    """Of attention and what follows it, times width squared."""
    return 4 + 2 * float(tower.get("mlp_ratio", 4))
