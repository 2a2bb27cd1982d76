"""What open_clip builds of an encoder's files, and with which tokenizer; checked before it is."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.models.damaged_files import DAMAGE_ERRORS, words_of
from cdul_app.models.encoder.encoder_config import read_config_beside, read_text_model
from cdul_app.models.encoder.encoder_references import EncoderReference, ReferenceKind
from cdul_app.models.encoder.encoder_store import CONFIG_NAME
from cdul_app.models.encoder.folder_tokenizer import FolderTokenizer
from cdul_app.models.encoder.text_files import TEXT_MODEL, TextNeeds, find_text_files
from cdul_app.models.encoder.torchscript_weights import is_torchscript, read_torchscript_weights
from cdul_app.models.no_network import no_network

_OPENAI = "openai"  # who publishes programs
_PREPROCESSING = ("mean", "std", "interpolation")

# What torch and open_clip say of weights that are whole but of another model.
_MISFITS = ("Error(s) in loading state_dict", "pos_embed width changed", "size mismatch")


class TextTokenizer(Protocol):
    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Texts to (B, context) tokens."""
        ...


@dataclass(frozen=True)
class EncoderDescription:
    """What open_clip is to build, and from which files."""

    name: str  # for open_clip
    checkpoint: Path
    is_program: bool  # TorchScript, of which the weights are read
    config: dict[str, Any]  # open_clip's `model_cfg`
    options: dict[str, Any]  # for `create_model`
    text_files: dict[str, Path]  # empty: CLIP's own tokenizer
    text_vocabulary: int


def describe_encoder(reference: EncoderReference, checkpoint: Path) -> EncoderDescription:
    """Raises EncoderError for what is not to be built, or not with this file."""
    import open_clip

    if checkpoint.suffix == ".safetensors":
        _refuse_incomplete(reference, checkpoint)
    is_program = is_torchscript(checkpoint)
    if reference.kind in (ReferenceKind.FOLDER, ReferenceKind.HUB):
        name = f"local-dir:{checkpoint.parent}"
        config, options = read_config_beside(checkpoint, CONFIG_NAME), {}
        if is_program:
            raise EncoderError(
                tr(
                    "{checkpoint} is a TorchScript program, not a file of weights, and is not "
                    "run: name its model, as ViT-B-32/openai@FILE, or take the "
                    "open_clip_model.safetensors of the same model from the Hugging Face hub.",
                    checkpoint=checkpoint,
                )
            )
    else:
        name = reference.model_name
        config = open_clip.get_model_config(name)
        tag = reference.tag or (_OPENAI if is_program else "")
        options = _pretrained_options(name, tag, checkpoint)
    text = config["text_cfg"]
    needs = TextNeeds.of(text)
    needs.require_library(reference.identifier)
    text_files = find_text_files(needs, reference, checkpoint)
    vocabulary = int(text.get("vocab_size", 49_408))
    if TEXT_MODEL in text_files:
        vocabulary = read_text_model(text_files[TEXT_MODEL], checkpoint)
        described = str(text_files[TEXT_MODEL].parent)  # a folder, which transformers reads
        options["text_cfg"] = {**text, "hf_model_name": described, "hf_model_pretrained": False}
    return EncoderDescription(name, checkpoint, is_program, config, options, text_files, vocabulary)


def build_encoder(description: EncoderDescription) -> tuple[Any, TextTokenizer]:
    """An open_clip model in eval mode, on the CPU, and its tokenizer; no network call is made.

    Raises EncoderError, or one of DAMAGE_ERRORS, which `loading_sentence` puts into words.
    """
    import open_clip

    name, checkpoint = description.name, description.checkpoint
    from_file = not (name.startswith("local-dir:") or description.is_program)
    with no_network():
        weights = read_torchscript_weights(checkpoint) if description.is_program else None
        model = open_clip.create_model(
            name,
            str(checkpoint) if from_file else None,
            pretrained_text=False,
            load_weights=weights is None,
            require_pretrained=weights is None,
            weights_only=True,
            **description.options,
        )
        if weights is not None:
            model.load_state_dict(weights)
        tokenizer: TextTokenizer
        if description.text_files:
            tokenizer = FolderTokenizer(
                description.text_files,
                description.config["text_cfg"],
                vocabulary=description.text_vocabulary,
            )
        else:
            tokenizer = open_clip.get_tokenizer(name)
    # A text tower of transformers is made in the precision that its description names.
    model.float().eval().requires_grad_(False)
    return model, tokenizer


def needs_of_name(name: str) -> TextNeeds:
    """Of a model that open_clip knows by name."""
    import open_clip

    return TextNeeds.of(open_clip.get_model_config(name)["text_cfg"])


def _pretrained_options(name: str, tag: str, checkpoint: Path) -> dict[str, Any]:
    """What open_clip knows of the weights `tag` and their file does not say.

    Without a tag, that of the model's known weights where they agree.  open_clip 3 only warns when
    the weights need QuickGELU and the model is built without, so it is forced.
    Raises EncoderError where the known weights differ.
    """
    from open_clip.pretrained import get_pretrained_cfg, list_pretrained_tags_by_model

    kinds: dict[str, dict[str, Any]] = {}  # the options, each with the first tag that has them
    for each in [tag] if tag else list_pretrained_tags_by_model(name):
        known = get_pretrained_cfg(name, each)
        preprocessing = {
            key: known[key] for key in ("mean", "std", "interpolation") if key in known
        }
        options = {
            "force_quick_gelu": bool(known.get("quick_gelu", False)),
            "force_preprocess_cfg": preprocessing or None,
        }
        if options not in kinds.values():
            kinds[each] = options
    if len(kinds) > 1:
        wanted = " or ".join(f"{name}/{each}" for each in kinds)
        raise EncoderError(
            tr(
                "Weights of {name} are computed in {kinds} ways, and {checkpoint} does not say "
                "which is its own: name with the model what it was trained as, or from ({wanted}).",
                name=name,
                kinds=len(kinds),
                checkpoint=checkpoint,
                wanted=wanted,
            )
        )
    return next(iter(kinds.values()), {})


def _refuse_incomplete(reference: EncoderReference, checkpoint: Path) -> None:
    """By what the file says of itself; no weights are read."""
    from safetensors import safe_open

    try:
        with safe_open(checkpoint, "pt"):
            pass
    except DAMAGE_ERRORS as error:
        raise EncoderError(loading_sentence(reference.identifier, checkpoint, error)) from error


def loading_sentence(identifier: str, checkpoint: Path, error: BaseException) -> str:
    """What is wrong with weights that raised `error`, and what to do."""
    text = str(error)
    if isinstance(error, pickle.UnpicklingError) and "GLOBAL" in text.upper():
        return tr(
            "{checkpoint} would run program code when loaded and is refused: take a .safetensors "
            "file of the same model.",
            checkpoint=checkpoint,
        )
    if any(sign in text for sign in _MISFITS):
        return tr(
            "The weights in {checkpoint} do not fit the model {identifier}: check that the file "
            "belongs to it.",
            checkpoint=checkpoint,
            identifier=identifier,
        )
    return tr(
        "The checkpoint {checkpoint} cannot be read ({why}): it is probably incomplete; move it "
        "away and fetch it again.",
        checkpoint=checkpoint,
        why=words_of(error),
    )
