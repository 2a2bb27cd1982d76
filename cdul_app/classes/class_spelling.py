"""Class names as a sentence says them, for prompts alone: the shown name stays as it was given."""

import re
import unicodedata

from cdul_app.classes.class_list import COCO_CLASSES, name_key

# Spellings of data sets that no rule below takes apart.
_SPELLINGS = {
    **{name.replace(" ", ""): name for name in COCO_CLASSES if " " in name},
    "aeroplane": "airplane",
    "tvmonitor": "tv monitor",
    "hair drier": "hair dryer",
    "hairdrier": "hair dryer",
}

# Other words for names of PASCAL VOC and COCO, by the spoken name.  Only words without another
# meaning: “mouse” or “orange” is for the person to explain with a prompt.
_SYNONYMS = {
    "airplane": ("plane",), "backpack": ("rucksack",), "bicycle": ("bike",), "boat": ("ship",),
    "car": ("automobile",), "cat": ("kitten",), "cell phone": ("mobile phone", "smartphone"),
    "couch": ("sofa",), "cow": ("cattle",), "cup": ("mug",), "dining table": ("table",),
    "dog": ("puppy",), "donut": ("doughnut",), "handbag": ("purse",), "horse": ("pony",),
    "motorbike": ("motorcycle",), "motorcycle": ("motorbike",),
    "person": ("man", "woman", "child"), "potted plant": ("houseplant",),
    "refrigerator": ("fridge",), "remote": ("remote control",), "sheep": ("lamb",),
    "sofa": ("couch",), "suitcase": ("luggage",), "train": ("locomotive",), "tv": ("television",),
    "tv monitor": ("television", "computer monitor"),
}  # fmt: skip

_SEPARATOR = re.compile(r"(?<=\w\w)-(?=\w\w)|_")  # not that of “t-shirt”
# Between “traffic” and “Light” or “TV” and “Monitor”, not within “iPhone” or “McLaren”.
_HUMP = re.compile(r"(?<=[a-z][a-z])(?<!\bMac)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_INDEFINITE = re.compile(r"\b([aA]) \{\}")
_VOWEL_SOUND = re.compile(r"(?!uni|use|usu|uk|ut[ei]|eu|one\b|once\b)[aeiou]|hour|heir|honest")


def spoken_name(name: str) -> str:
    """A name as a sentence says it: “pottedplant” and “PottedPlant” are “potted plant”.

    Underscores, hyphens and the humps of a single word become spaces; spellings of PASCAL VOC and
    COCO that no rule takes apart come from a table.  Never empty for a name that is not.

    >>> spoken_name("TrafficLight"), spoken_name("diningtable")
    ('traffic light', 'dining table')
    """
    words = " ".join(_SEPARATOR.sub(" ", name).split()) or name.strip()
    if " " not in words:
        parts = _HUMP.split(words)
        if len(parts) > 1:
            words = " ".join(part if part.isupper() else part.lower() for part in parts)
    return _SPELLINGS.get(name_key(words), words)


def name_synonyms(name: str) -> tuple[str, ...]:
    """Other words for a name of PASCAL VOC or COCO, however it is spelt; () for any other.

    >>> name_synonyms("Cell_Phone")
    ('mobile phone', 'smartphone')
    """
    return _SYNONYMS.get(name_key(spoken_name(name)), ())


def is_in_latin_letters(name: str) -> bool:
    """Whether a sentence in English can hold it: “Löwe” can, “犬” and “кошка” are words of another.

    >>> is_in_latin_letters("Löwe 2"), is_in_latin_letters("犬")
    (True, False)
    """
    letters = (unicodedata.name(letter, "") for letter in name if letter.isalpha())
    return all("LATIN" in letter for letter in letters)


def fill_template(template: str, name: str) -> str:
    """`template` with `name` for each {}; “a {}” becomes “an {}” before the sound of a vowel."""
    if _VOWEL_SOUND.match(name.casefold()):
        template = _INDEFINITE.sub(r"\1n {}", template)
    return template.replace("{}", name)
