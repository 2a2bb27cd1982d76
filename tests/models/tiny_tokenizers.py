"""Small real tokenizers, trained on sentences of three languages, as encoders bring theirs."""

import json
from pathlib import Path
from typing import Any

from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

SENTENCES = [
    "a photo of a cat.", "a photo of a dog on the grass.", "a bicycle and two red cars",
    "the low resolution photo of a small bird", "a close-up photo of an old house by the sea",
    "ein Foto von einer Katze.", "ein Hund läuft über die Straße", "zwei grüne Bäume am Fluss",
    "das kleine Mädchen isst einen Apfel", "猫の写真", "犬が芝生の上を走る", "赤い車と自転車",
    "海のそばの古い家", "鳥が木にとまっている", "りんごを食べる女の子",
]  # fmt: skip
_WORDS = 400


def save_tokenizer(folder: Path, kind: str) -> int:
    """Write tokenizer.json and tokenizer_config.json of a `KINDS` into the folder.

    Returns how many tokens it knows.
    """
    tokenizer, settings = KINDS[kind]()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return tokenizer.get_vocab_size()


def _unigram(special: list[str], unknown: str) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=_WORDS, special_tokens=special, unk_token=unknown, show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def _template(tokenizer: Tokenizer, single: str) -> None:
    names = [part for part in single.split() if part != "$A"]
    special = [(name, tokenizer.token_to_id(name)) for name in names]
    tokenizer.post_processor = processors.TemplateProcessing(single=single, special_tokens=special)


def t5() -> tuple[Tokenizer, dict[str, Any]]:
    """SigLIP's: padded with the end of a text."""
    tokenizer = _unigram(["<pad>", "</s>", "<unk>"], "<unk>")
    _template(tokenizer, "$A </s>")
    return tokenizer, {
        "tokenizer_class": "T5Tokenizer", "pad_token": "</s>", "eos_token": "</s>",
        "unk_token": "<unk>", "extra_ids": 0, "additional_special_tokens": [], "legacy": False,
    }  # fmt: skip


def gemma() -> tuple[Tokenizer, dict[str, Any]]:
    """SigLIP 2's."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback()])
    special = ["<pad>", "<eos>", "<bos>", "<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(
        vocab_size=_WORDS + 256, special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    _template(tokenizer, "$A <eos>")
    return tokenizer, {
        "tokenizer_class": "GemmaTokenizer", "add_bos_token": False, "add_eos_token": True,
        "pad_token": "<pad>", "bos_token": "<bos>", "eos_token": "<eos>",
        "unk_token": "<unk>", "padding_side": "right",
    }  # fmt: skip


def bert() -> tuple[Tokenizer, dict[str, Any]]:
    """CLIPA's."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=_WORDS, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        show_progress=False,
    )  # fmt: skip
    tokenizer.train_from_iterator(SENTENCES, trainer)
    _template(tokenizer, "[CLS] $A [SEP]")
    return tokenizer, {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "unk_token": "[UNK]",
        "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
    }  # fmt: skip


def xlm() -> tuple[Tokenizer, dict[str, Any]]:
    """MetaCLIP 2's, and XLM-RoBERTa's."""
    tokenizer = _unigram(["<s>", "<pad>", "</s>", "<unk>"], "<unk>")
    _template(tokenizer, "<s> $A </s>")
    return tokenizer, {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512}


def nllb() -> tuple[Tokenizer, dict[str, Any]]:
    """NLLB-CLIP's: a text begins with its language, whatever an older file says."""
    languages = ["eng_Latn", "deu_Latn", "jpn_Jpan"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", *languages]
    trainer = trainers.BpeTrainer(vocab_size=_WORDS, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES, trainer)
    _template(tokenizer, "$A </s> eng_Latn")
    return tokenizer, {
        "tokenizer_class": "NllbTokenizer", "src_lang": "eng_Latn", "tgt_lang": None,
        "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "bos_token": "<s>",
        "additional_special_tokens": languages,
    }  # fmt: skip


KINDS = {each.__name__: each for each in (t5, gemma, bert, xlm, nllb)}
