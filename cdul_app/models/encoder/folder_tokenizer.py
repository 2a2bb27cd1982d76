"""A tokenizer that comes with an encoder: read as data by the library tokenizers.

It makes of a text what open_clip's HFTokenizer makes of it with transformers, which would import
more, and may run code that a stranger's folder names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from open_clip.tokenizer import DEFAULT_CONTEXT_LENGTH, get_clean_fn
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from cdul_app.errors import EncoderError
from cdul_app.input_files import MOST_CARD_BYTES, read_input_json, read_input_text
from cdul_app.language import tr
from cdul_app.models.damaged_files import words_of
from cdul_app.models.encoder.text_files import TOKENIZER, TOKENIZER_SETTINGS

_MOST_BYTES = 256 * 2**20  # XLM-V's, of 900,000 words, has 60 MB
_LANGUAGE = "eng_Latn"  # of NLLB where its settings name none, as in transformers
_PADDING = ("[PAD]", "<pad>")  # of BERT, and of RoBERTa, XLM-R and NLLB
_SEPARATOR = "[SEP]"  # BERT's


class FolderTokenizer:
    """Texts to (B, context) tokens, each row padded or cut to the context."""

    def __init__(
        self, files: Mapping[str, Path], text_config: Mapping[str, Any], *, vocabulary: int
    ) -> None:
        """files : `TOKENIZER` and `TOKENIZER_SETTINGS`; text_config : open_clip's `text_cfg`;
        vocabulary : how many tokens the text tower knows.

        Raises EncoderError for files that make no tokenizer.
        """
        self._file = files[TOKENIZER]
        options = text_config.get("tokenizer_kwargs") or {}
        self._clean: Callable[[str], str] = get_clean_fn(options.get("clean", "whitespace"))
        self._vocabulary = vocabulary
        self.context_length = int(text_config.get("context_length", DEFAULT_CONTEXT_LENGTH))
        with self._told():
            settings = read_input_json(files[TOKENIZER_SETTINGS], most_bytes=MOST_CARD_BYTES)
            if not isinstance(settings, dict):
                raise ValueError(
                    tr("{tokenizer_settings} is no table", tokenizer_settings=TOKENIZER_SETTINGS)
                )
            self._tokenizer = Tokenizer.from_str(
                read_input_text(self._file, most_bytes=_MOST_BYTES)
            )
            self._dropped = self._separator(settings) if options.get("strip_sep_token") else None
            self._set_template(settings)
            self._set_length(settings)

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """Raises EncoderError for tokens that the text tower does not know."""
        with self._told():
            # One by one: a batch would start threads of its own, which a fork does not survive.
            rows = [self._tokenizer.encode(self._clean(text)).ids for text in texts]
            tokens = torch.tensor(rows, dtype=torch.long).reshape(-1, self.context_length)
            if tokens.numel() and int(tokens.max()) >= self._vocabulary:
                raise ValueError(
                    tr(
                        "it has more tokens than the {vocabulary} of the model",
                        vocabulary=self._vocabulary,
                    )
                )
        if self._dropped is not None:
            tokens[tokens == self._dropped] = 0
        return tokens

    def _set_length(self, settings: Mapping[str, Any]) -> None:
        padding = _token(settings, "pad_token") or next(
            (token for token in _PADDING if self._tokenizer.token_to_id(token) is not None), None
        )
        if padding is None:
            raise ValueError(
                tr("{tokenizer_settings} names no pad_token", tokenizer_settings=TOKENIZER_SETTINGS)
            )
        side = "left" if settings.get("padding_side") == "left" else "right"
        self._tokenizer.enable_truncation(self.context_length)
        self._tokenizer.enable_padding(
            direction=side, pad_id=self._id(padding), pad_token=padding, length=self.context_length
        )

    def _set_template(self, settings: Mapping[str, Any]) -> None:
        """What stands around a text where that is not as the file says: a text of NLLB begins with
        its language, as in transformers, which files of before 2023 say otherwise."""
        if not str(settings.get("tokenizer_class", "")).startswith("Nllb"):
            return
        language = str(settings.get("src_lang") or _LANGUAGE)
        end = _token(settings, "eos_token") or "</s>"
        legacy = settings.get("legacy_behaviour")
        self._tokenizer.post_processor = TemplateProcessing(
            single=["$A", end, language] if legacy else [language, "$A", end],
            special_tokens=[(token, self._id(token)) for token in (language, end)],
        )

    def _separator(self, settings: Mapping[str, Any]) -> int:
        return self._id(_token(settings, "sep_token") or _SEPARATOR)

    def _id(self, token: str) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(tr("it lacks the token {token}", token=token[:40]))
        return int(found)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the library says of a file is an Exception of no kind, or a panic of its own."""
        try:
            yield
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            raise EncoderError(
                tr(
                    "The tokenizer {file} cannot be used ({why}): replace it and the "
                    "{tokenizer_settings} beside it from where the encoder comes from.",
                    file=self._file,
                    why=words_of(error),
                    tokenizer_settings=TOKENIZER_SETTINGS,
                )
            ) from error


def _token(settings: Mapping[str, Any], name: str) -> str | None:
    """A special token, which is a text or a table with its text."""
    value = settings.get(name)
    if isinstance(value, dict):
        value = value.get("content")
    return value if isinstance(value, str) and value else None
