"""What an encoder's identifier means."""

import difflib
import re
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from cdul_app import paths
from cdul_app.errors import EncoderError
from cdul_app.language import tr
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER, catalogue_entry

HUB_PREFIX = "hf-hub:"
FOLDER_PREFIX = "local-dir:"
_LONGEST = 4096  # as Linux's paths


class ReferenceKind(Enum):
    PRETRAINED = "pretrained"  # NAME/PRETRAINED, weights known to open_clip
    HUB = "hub"  # hf-hub:org/repo
    FOLDER = "folder"  # local-dir:PATH, and the demo
    FILE = "file"  # NAME@FILE, or NAME/PRETRAINED@FILE


@dataclass(frozen=True)
class EncoderReference:
    """One identifier, taken apart.  Fields that its kind does not use are empty."""

    identifier: str
    kind: ReferenceKind
    model_name: str = ""  # open_clip's architecture name: PRETRAINED, FILE
    tag: str = ""  # open_clip's name of the weights: PRETRAINED; of a FILE, what they are like
    hub_repo: str = ""  # PRETRAINED, HUB
    # Weights in the repo, the first that exists counts.
    hub_files: tuple[str, ...] = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
    path: Path | None = None  # FOLDER, FILE

    @property
    def is_of_hub(self) -> bool:
        """Whether it can be fetched."""
        return self.kind in (ReferenceKind.PRETRAINED, ReferenceKind.HUB)

    @property
    def folder_name(self) -> str:
        """Name of its folder among the checkpoints brought by hand or fetched."""
        text = f"{self.model_name}/{self.tag}" if self.tag else f"hf-hub/{self.hub_repo}"
        return re.sub(r"[^A-Za-z0-9._-]+", "--", text)


def parse_encoder_reference(identifier: str) -> EncoderReference:
    """Take an identifier apart.

    Catalogue entries, folders and the demo need no open_clip; for other names it is imported to
    tell whether they exist.  Raises EncoderError, with close matches for a misspelt name.
    """
    reference = quick_reference(identifier)
    if reference.kind is ReferenceKind.FILE:
        _require_model_name(reference.model_name)
        if reference.tag:
            _require_tag(reference)
    elif reference.kind is ReferenceKind.PRETRAINED and not reference.hub_repo:
        return _known_weights(reference)
    return reference


def quick_reference(identifier: str) -> EncoderReference:
    """As `parse_encoder_reference`, without asking open_clip: a name that it alone knows is taken
    as it is, and has no repository.  Raises EncoderError for what can be nothing of the kind."""
    text = identifier.strip()
    if len(text) > _LONGEST:
        raise EncoderError(
            tr("“{text}…” is too long for the name of an encoder: check it.", text=text[:30])
        )
    if text == DEMO_ENCODER:
        folder = paths.resources_dir() / "demo" / "encoder"
        return EncoderReference(text, ReferenceKind.FOLDER, path=folder)
    if text.startswith(FOLDER_PREFIX):
        folder = _given_path(text, text.removeprefix(FOLDER_PREFIX))
        return EncoderReference(text, ReferenceKind.FOLDER, path=folder)
    if text.startswith(HUB_PREFIX):
        repo = text.removeprefix(HUB_PREFIX).strip()
        if not re.fullmatch(r"[\w][\w.-]*/[\w][\w.-]*", repo) or ".." in repo:
            raise EncoderError(
                tr(
                    "“{text}” names no model on the Hugging Face hub: write "
                    "hf-hub:organisation/name.",
                    text=text,
                )
            )
        return EncoderReference(text, ReferenceKind.HUB, hub_repo=repo)
    name, at, file = text.partition("@")
    if at:
        name, _, tag = name.strip().partition("/")
        path = _given_path(text, file)
        return EncoderReference(text, ReferenceKind.FILE, model_name=name, tag=tag, path=path)
    name, _, tag = text.partition("/")
    entry = catalogue_entry(text)
    repo = entry.hub_repo if entry is not None else ""
    return EncoderReference(text, ReferenceKind.PRETRAINED, model_name=name, tag=tag, hub_repo=repo)


def absolute_identifier(identifier: str) -> str:
    """The same encoder, found from whichever folder the app is started in the next time.

    Raises EncoderError as `parse_encoder_reference`.
    """
    reference = parse_encoder_reference(identifier)
    if reference.path is None or reference.identifier == DEMO_ENCODER:
        return reference.identifier
    start = FOLDER_PREFIX
    if reference.kind is ReferenceKind.FILE:
        start = "/".join(filter(None, (reference.model_name, reference.tag))) + "@"
    return f"{start}{paths.absolute_path(reference.path)}"


def _given_path(identifier: str, text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise EncoderError(
            tr(
                "“{identifier}” names no path: write it after the colon or the @.",
                identifier=identifier,
            )
        )
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # no such user: a folder may well be called "~name"
        return path


def _known_weights(reference: EncoderReference) -> EncoderReference:
    """With the repository and files that open_clip knows.  Raises EncoderError."""
    name, tag = reference.model_name, reference.tag
    if not tag:
        raise EncoderError(
            tr(
                "“{identifier}” is no encoder: write NAME/PRETRAINED (as ViT-B-16/openai), "
                "hf-hub:organisation/name, local-dir:FOLDER or NAME@FILE.",
                identifier=reference.identifier,
            )
            + _close(reference.identifier)
        )
    _require_model_name(name)
    _require_tag(reference)
    from open_clip.pretrained import get_pretrained_cfg

    # "org/repo/" for open_clip's default file name and "org/repo/file" for another.
    location = str(get_pretrained_cfg(name, tag).get("hf_hub") or "")
    repo, _, file = location.rpartition("/")
    files = EncoderReference.hub_files
    if file:
        files = (str(Path(file).with_suffix(".safetensors")), file)
    return replace(reference, hub_repo=repo, hub_files=files)


def _require_model_name(name: str) -> None:
    import open_clip

    if name in open_clip.list_models():
        return
    raise EncoderError(tr("open_clip knows no model “{name}”.", name=name) + _close(name))


def _require_tag(reference: EncoderReference) -> None:
    from open_clip.pretrained import list_pretrained_tags_by_model

    name, known = reference.model_name, list_pretrained_tags_by_model(reference.model_name)
    if reference.tag not in known:
        raise EncoderError(
            tr(
                "open_clip knows no weights “{tag}” for {name}: choose one of {known}.",
                tag=reference.tag,
                name=name,
                known=", ".join(known),
            )
            if known
            else tr(
                "open_clip knows no weights “{tag}” for {name}: choose a file, {name}@FILE.",
                tag=reference.tag,
                name=name,
            )
        )


def _close(text: str) -> str:
    """The ending of a sentence: identifiers or model names that look like `text`."""
    import open_clip

    identifiers = [f"{name}/{tag}" for name, tag in open_clip.list_pretrained()]
    candidates = [*identifiers, *open_clip.list_models(), DEMO_ENCODER]
    by_lower_case = {candidate.lower(): candidate for candidate in candidates}
    matches = difflib.get_close_matches(text.lower(), by_lower_case, n=4, cutoff=0.5)
    if not matches:
        return ""
    names = ", ".join(by_lower_case[match] for match in matches)
    return " " + tr("Close to it: {names}.", names=names)
