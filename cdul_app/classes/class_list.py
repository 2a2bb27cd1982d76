"""Class names and their prompts: parsing, presets, checks."""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass

from cdul_app.errors import ClassListError
from cdul_app.language import tr

DEFAULT_PROMPT = "a photo of a {}."  # published: "a photo of a {}"
MAX_CLASSES = 5000
MAX_NAME_LENGTH = 200
KEYED_CLASSES = 20  # by 1 to 9 and 0, then with Shift
MAX_PROMPTS = 1000  # of a class: the largest published set has 80
MAX_ALL_PROMPTS = 50_000
MAX_PROMPT_LENGTH = 2000  # characters; encoders read the first 300 or so

# Signs that mean something in a line, written with a backslash before them where they do not.
_ESCAPES = {"\\": "\\", "#": "#", ":": ":", "|": "|", ",": ",", ";": ";", "t": "\t"}
_ESCAPE = re.compile(r"\\([\\#:|,;t])")
# While a line is taken apart each is a character that no text in UTF-8 can hold.
_MASKS = {letter: chr(0xD800 + ord(letter)) for letter in _ESCAPES}
_UNMASKED = {ord(mask): _ESCAPES[letter] for letter, mask in _MASKS.items()}

VOC_CLASSES = [
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
]  # fmt: skip

COCO_CLASSES = [
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite",
    "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote",
    "keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book",
    "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
]  # fmt: skip

CLASS_PRESETS = {"voc20": VOC_CLASSES, "coco80": COCO_CLASSES}
PRESET_TITLES = {"voc20": "PASCAL VOC (20)", "coco80": "COCO (80)"}


@dataclass(frozen=True)
class ClassDefinition:
    """A class as it is shown, and the prompts the encoder reads for it.

    Raises ClassListError for an empty or overlong name, an empty or overlong prompt, or too many.

    >>> ClassDefinition("tie", ("a man wearing a tie.", "a necktie.")).to_line()
    'tie: a man wearing a tie. | a necktie.'
    """

    name: str
    prompts: tuple[str, ...] = ()  # {} is the name; empty: the project's templates, see prompts_of

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ClassListError(tr("A class needs a name: write at least one character."))
        if len(self.name) > MAX_NAME_LENGTH:
            raise ClassListError(
                tr(
                    "The class name “{name}…” is longer than {most} characters: "
                    "shorten it, and put the description after a colon as its prompt.",
                    name=self.name[:30],
                    most=MAX_NAME_LENGTH,
                )
            )
        if any(not prompt.strip() for prompt in self.prompts):
            raise ClassListError(
                tr("Class “{name}” has an empty prompt: fill it or remove it.", name=self.name)
            )
        if len(self.prompts) > MAX_PROMPTS:
            raise ClassListError(
                tr(
                    "Class “{name}” has {prompts} prompts: leave at most {most}.",
                    name=self.name,
                    prompts=len(self.prompts),
                    most=MAX_PROMPTS,
                )
            )
        if any(len(prompt) > MAX_PROMPT_LENGTH for prompt in self.prompts):
            raise ClassListError(
                tr(
                    "Class “{name}” has a prompt of more than {most} characters: shorten it.",
                    name=self.name,
                    most=MAX_PROMPT_LENGTH,
                )
            )

    def to_line(self) -> str:
        """The line `parse_class_lines` reads back, among others."""
        name = _escaped(self.name, ":")
        if name.startswith("#"):
            name = f"\\{name}"
        prompts = " | ".join(_escaped(prompt, "|") for prompt in self.prompts)
        return f"{name}: {prompts}" if self.prompts else name


def class_lines(classes: Sequence[ClassDefinition]) -> str:
    """The text `parse_class_lines` reads back.

    >>> class_lines([ClassDefinition("cat: grey"), ClassDefinition("#1")])
    'cat\\\\: grey\\n\\\\#1'
    """
    if len(classes) == 1 and not classes[0].prompts:  # else its commas would part names
        return re.sub("[,;]", r"\\\g<0>", classes[0].to_line())
    return "\n".join(definition.to_line() for definition in classes)


def _escaped(text: str, sign: str) -> str:
    # A backslash before any other letter is one as it is.
    text = re.sub(r"\\(?=[\\#:|,;t\t]|$)", r"\\\\", text)
    return text.replace("\t", r"\t").replace(sign, f"\\{sign}")


def name_key(name: str) -> str:
    """What two names are compared by: case, width and spacing do not make another class."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def parse_class_lines(text: str) -> list[ClassDefinition]:
    """Read one class a line, `name` or `name: prompt one | prompt two`.

    Empty lines, lines starting with "#", and lines that say again what one before them says are
    passed over.  A single line with commas or semicolons and no colon is a list of names.  A
    backslash makes a sign nothing but that sign: \\# \\: \\| \\, \\; \\\\ and \\t, a tab.
    Raises ClassListError for no class, a class given in two ways, or more than 5,000 classes.

    >>> [each.name for each in parse_class_lines("dog, cat, traffic light")]
    ['dog', 'cat', 'traffic light']
    """
    text = _ESCAPE.sub(lambda found: _MASKS[found[1]], text.removeprefix("\ufeff"))
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) == 1 and ":" not in lines[0]:
        lines = [part.strip() for part in re.split(r"[,;]", lines[0]) if part.strip()]
    refuse_too_many(lines)
    return checked_classes(dict.fromkeys(map(_parse_line, lines)))


def _parse_line(line: str) -> ClassDefinition:
    name, _, rest = line.partition(":")
    prompts = tuple(part.strip().translate(_UNMASKED) for part in rest.split("|") if part.strip())
    if not name.strip():
        raise ClassListError(
            tr(
                "The line “{line}” has no class name before its colon: write one, or \\: for "
                "a colon that belongs to the name.",
                line=line[:60].translate(_UNMASKED),
            )
        )
    return ClassDefinition(" ".join(name.split()).translate(_UNMASKED), prompts)


def refuse_too_many(classes: Sized) -> None:
    """Raises ClassListError where no project can have so many classes."""
    if len(classes) > MAX_CLASSES:
        raise ClassListError(
            tr(
                "{classes} classes are more than the {most} the app can show: split the "
                "list into several projects.",
                classes=len(classes),
                most=MAX_CLASSES,
            )
        )


def checked_classes(classes: Iterable[ClassDefinition]) -> list[ClassDefinition]:
    """Return the classes as a list, or raise ClassListError where they cannot be used together.

    >>> checked_classes(map(ClassDefinition, ["dog", "DOG"]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cdul_app.errors.ClassListError: Class “DOG” is in the list twice (as “dog” before): remove...
    """
    result = list(classes)
    if not result:
        raise ClassListError(
            tr(
                "There are no classes yet: write one name a line, or choose a preset such as VOC "
                "20."
            )
        )
    refuse_too_many(result)
    prompts = sum(len(definition.prompts) for definition in result)
    if prompts > MAX_ALL_PROMPTS:
        raise ClassListError(
            tr(
                "{prompts} prompts are more than the {most} the app can encode: leave "
                "out some of each class.",
                prompts=prompts,
                most=MAX_ALL_PROMPTS,
            )
        )
    seen: dict[str, str] = {}
    for definition in result:
        key = name_key(definition.name)
        if key in seen:
            raise ClassListError(
                tr(
                    "Class “{name}” is in the list twice (as “{seen}” before): remove one of them.",
                    name=definition.name,
                    seen=seen[key],
                )
            )
        seen[key] = definition.name
    return result


def class_list_warnings(classes: Sequence[ClassDefinition]) -> list[str]:
    """Sentences about a list that can be used but will hardly give useful labels."""
    if len(classes) == 1:
        return [
            tr(
                "With the single class “{name}” every photo gets a score of 100 %, since scores "
                "compare classes: add what else the photos show.",
                name=classes[0].name,
            )
        ]
    if len(classes) == 2:
        return [
            tr(
                "With “{first}” and “{second}” alone, a photo of neither still gets one of them, "
                "since scores compare classes: add what else the photos show.",
                first=classes[0].name,
                second=classes[1].name,
            )
        ]
    return []


def preset_classes(preset: str) -> list[ClassDefinition]:
    """The classes of "voc20" or "coco80".  Raises ClassListError for another name.

    >>> preset_classes("voc20")[0].name
    'aeroplane'
    """
    if preset not in CLASS_PRESETS:
        known = ", ".join(CLASS_PRESETS)
        raise ClassListError(
            tr(
                "There is no class preset “{preset}”: choose one of {known}.",
                preset=preset,
                known=known,
            )
        )
    return [ClassDefinition(name) for name in CLASS_PRESETS[preset]]
