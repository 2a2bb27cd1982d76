"""What an encoder needs to read text beside its weights, and where that lies on this machine.

Most encoders read with CLIP's own tokenizer, which open_clip brings.  The others (SigLIP, MetaCLIP
2, CLIPA, NLLB-CLIP) need the files of theirs, and a few a text tower of the library transformers,
of which open_clip builds what a config.json describes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.models.encoder.encoder_references import EncoderReference
from cdul_app.models.encoder.encoder_store import cached_file, encoder_folder

TOKENIZER, TOKENIZER_SETTINGS = "tokenizer.json", "tokenizer_config.json"
TEXT_MODEL = "text_model/config.json"  # apart: config.json means others things beside a checkpoint
_REPO = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)?")


@dataclass(frozen=True)
class TextFile:
    """One file of the hub and what it is called beside the checkpoint."""

    name: str
    repos: tuple[str, ...]  # the first that has it counts
    hub_name: str


@dataclass(frozen=True)
class TextNeeds:
    """What the text half of an encoder needs beside the weights."""

    tokenizer_repo: str = ""  # where open_clip takes its tokenizer from; empty: CLIP's own
    model_repo: str = ""  # of a tower of transformers; empty: one of open_clip's

    @classmethod
    def of(cls, text_config: Mapping[str, Any]) -> "TextNeeds":
        """text_config : open_clip's `text_cfg`.  Raises ValueError for other than names."""
        tokenizer = text_config.get("hf_tokenizer_name") or ""
        model = text_config.get("hf_model_name", "")
        for name in (tokenizer, model):
            if not isinstance(name, str) or ".." in name or (name and not _REPO.fullmatch(name)):
                raise ValueError(tr("its text tower is not named as the hub names"))
        if "hf_model_name" in text_config and not (model and tokenizer):
            raise ValueError(tr("its text tower has no name, or no tokenizer"))
        if text_config.get("tokenizer_mode"):
            raise ValueError(tr("its tokenizer_mode is none that is known"))
        return cls(tokenizer, model)

    def files(self, hub_repo: str) -> tuple[TextFile, ...]:
        """hub_repo : of the encoder; empty where it is of no hub."""
        repos = tuple(repo for repo in (hub_repo, self.tokenizer_repo) if repo)
        names = (TOKENIZER, TOKENIZER_SETTINGS) if self.tokenizer_repo else ()
        files = [TextFile(name, repos, name) for name in names]
        if self.model_repo:
            files.append(TextFile(TEXT_MODEL, (self.model_repo,), "config.json"))
        return tuple(files)

    def require_library(self, identifier: str) -> None:
        """Raises EncoderError where the text tower is of a library that is not installed."""
        if self.model_repo and find_spec("transformers") is None:
            raise EncoderError(
                tr(
                    "The encoder {identifier} reads text with a model of the library "
                    "transformers, which is not installed: run “pip install "
                    "cdul-app[transformers]”, or choose another encoder.",
                    identifier=identifier,
                )
            )


def find_text_files(
    needs: TextNeeds, reference: EncoderReference, checkpoint: Path
) -> dict[str, Path]:
    """Each file that is needed, by its name here.  Makes no network call.

    Raises EncoderError for what is missing, with where it is had.
    """
    found = {}
    for file in needs.files(reference.hub_repo):
        path = find_text_file(file, reference, checkpoint)
        if path is None:
            raise EncoderError(_missing_sentence(file, reference, checkpoint))
        found[file.name] = path
    return found


def find_text_file(file: TextFile, reference: EncoderReference, checkpoint: Path) -> Path | None:
    """Beside the checkpoint, where a download puts it, or in the cache of the hub that other
    programs share."""
    for folder in (checkpoint.parent, _folder(reference, checkpoint)):
        if (folder / file.name).is_file():
            return folder / file.name
    cached = (cached_file(repo, file.hub_name) for repo in file.repos)
    return next((path for path in cached if path is not None), None)


def _folder(reference: EncoderReference, checkpoint: Path) -> Path:
    return encoder_folder(reference) if reference.is_of_hub else checkpoint.parent


def _missing_sentence(file: TextFile, reference: EncoderReference, checkpoint: Path) -> str:
    name = reference.identifier
    download = tr(
        "download {file} from https://huggingface.co/{repo} and save it as {target}.",
        file=file.hub_name,
        repo=file.repos[0],
        target=_folder(reference, checkpoint) / file.name,
    )
    remedy = (
        tr("run “cdul-app encoders fetch {name}”, or {download}", name=name, download=download)
        if reference.is_of_hub
        else download
    )
    return tr(
        "The encoder {name} reads text in a way of its own, which {file} describes, and that is "
        "not beside its weights: {remedy}",
        name=name,
        file=file.name,
        remedy=remedy,
    )
