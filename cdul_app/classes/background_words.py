"""Words for what lies around things, so that a snippet without a thing need not choose a class."""

from collections.abc import Sequence

import numpy as np

from cdul_app.classes.class_checks import SAME_MEANING, centred_cosines
from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.classes.class_spelling import name_synonyms, singular, spoken_name
from cdul_app.method.arrays import BoolArray, FloatArray

# Each with other words that name the same, by which it meets a class.
BACKGROUND_WORDS: dict[str, tuple[str, ...]] = {
    "sky": (), "cloud": (), "wall": (), "floor": (), "ceiling": (), "window": (),
    "curtain": ("drape",), "carpet": ("rug",), "building": ("house", "skyscraper"), "street": (),
    "road": ("highway",), "fence": (), "ground": ("soil", "dirt"), "grass": ("lawn",),
    "field": ("meadow",), "trees": (), "forest": ("wood",), "leaves": ("foliage",),
    "rock": ("stone",), "mountain": ("hill",), "sand": ("beach", "desert"), "snow": (),
    "water": ("sea", "ocean", "lake", "river"), "background": (),
}  # fmt: skip


def words_beside(definitions: Sequence[ClassDefinition]) -> tuple[str, ...]:
    """The background words that name none of the classes.

    A word leaves where it, its plural or a word for the same is a class's name, the last word of
    it (“oak tree”), a synonym of it, or part of a prompt of its own.
    """
    taken: set[str] = set()
    for definition in definitions:
        for name in (spoken_name(definition.name), *name_synonyms(definition.name)):
            key = name_key(name)
            taken |= {singular(key), singular(key.split(" ")[-1])}
        for prompt in definition.prompts:
            taken |= {singular(word.strip(".,;:!?“”\"'")) for word in name_key(prompt).split(" ")}
    return tuple(
        word
        for word, others in BACKGROUND_WORDS.items()
        if not taken & {singular(each) for each in (word, *others)}
    )


def means_no_class(word_embeddings: FloatArray, class_embeddings: FloatArray) -> BoolArray:
    """(n_words,) which words the encoder tells from every class.

    word_embeddings : (n_words, dim); class_embeddings : (n_classes, dim), both unit.  Also a word
    that the encoder does not know goes, where it happens to lie at a class.
    """
    if not len(word_embeddings):
        return np.zeros(0, dtype=np.bool_)
    everything = np.concatenate([class_embeddings, word_embeddings])
    cosines = centred_cosines(word_embeddings, class_embeddings, reference=everything)
    return np.asarray((cosines < SAME_MEANING).all(axis=1))
