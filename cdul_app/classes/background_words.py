"""Words for what lies around things, so that a snippet without a thing need not choose a class."""

from collections.abc import Sequence

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.classes.class_spelling import name_synonyms, singular, spoken_name

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
