"""The texts that an encoder reads for each class."""

from collections.abc import Sequence

from cdul_app.classes.class_list import ClassDefinition, name_key
from cdul_app.classes.class_spelling import (
    fill_template,
    is_in_latin_letters,
    name_synonyms,
    spoken_name,
)
from cdul_app.classes.examples import words_of

# Of the 80 templates that OpenAI published for ImageNet, those that describe how a photo or a
# snippet of one looks; drawings, toys and tattoos are left out.
# The default: mAP of the initial pseudo labels is 57.8 with photo-clip on 500 photos, as with one
# template, and 71.8 on the demo's scenes, against 71.1.
# Source: A. Radford et al., "Learning Transferable Visual Models From Natural Language
# Supervision", 2021, section 3.1.4, where averaging 80 gains 3.5 points on ImageNet.
PHOTO_TEMPLATES = (
    "a photo of a {}.",
    "a photo of the {}.",
    "a cropped photo of a {}.",
    "a close-up photo of a {}.",
    "a low resolution photo of a {}.",
    "a bright photo of a {}.",
    "a bad photo of a {}.",
    "itap of a {}.",  # "I took a picture"
)

SINGLE, PHOTOS = "single", "photos"  # one template of the person's, or PHOTO_TEMPLATES
RAW, SYNONYMS = "raw", "synonyms"
# mAP of the initial pseudo labels by raw names, spelt ones, and with synonyms: 57.3, 57.4, 57.8
# with photo-clip on 500 photos, 73.4 by any of them on six sets of the demo's scenes.
NAME_STYLES = (RAW, SYNONYMS)


def class_prompts(
    definitions: Sequence[ClassDefinition], *, templates: Sequence[str], names: str
) -> list[tuple[str, ...]]:
    """The prompts of each class, whose embeddings are averaged; never empty.

    names : how a class is called in the templates: "raw", as it is shown; "synonyms", as a
    sentence says it and by other words for it, apart from those that are the name of another
    class.  A class with prompts of its own passes templates and synonyms by.  A name in other
    letters than Latin is read alone where the templates are the English ones from here: around it
    they would be another language.  What stands for photos (classes.examples) comes after the
    texts, as it is.
    Raises ValueError for no template or another way to name.

    >>> class_prompts([ClassDefinition("hot-dog")], templates=["a {}."], names="synonyms")
    [('a hot dog.',)]
    >>> class_prompts([ClassDefinition("犬")], templates=PHOTO_TEMPLATES, names="raw")
    [('犬',)]
    """
    if not templates or names not in NAME_STYLES:
        raise ValueError(f"no templates, or an unknown way to name classes: {names}")
    spoken = [item.name if names == RAW else spoken_name(item.name) for item in definitions]
    taken = {name_key(text) for text in spoken} | {name_key(item.name) for item in definitions}
    result = []
    for definition, name in zip(definitions, spoken, strict=True):
        called = [name]
        if names == SYNONYMS:
            called += [word for word in name_synonyms(name) if name_key(word) not in taken]
        own = words_of(definition.prompts)
        texts = (
            [text.replace("{}", name) for text in own]
            if own
            else [text for word in called for text in _filled(templates, word)]
        )
        photos = [each for each in definition.prompts if each not in own]
        result.append(tuple(dict.fromkeys([*texts, *photos])))
    return result


def _filled(templates: Sequence[str], word: str) -> list[str]:
    if not is_in_latin_letters(word):
        templates = [each for each in templates if each not in PHOTO_TEMPLATES] or ["{}"]
    return [fill_template(template, word) for template in templates]
