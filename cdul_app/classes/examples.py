"""Photos that describe a class, in place of its prompts or beside them."""

from collections.abc import Sequence

PHOTO_MARK = "@"  # before the path of a photo, from the project's folder on
NO_WORDS = "-"  # the photos alone describe the class, and not its name

Prompts = Sequence[str]


def example_paths(prompts: Prompts) -> tuple[str, ...]:
    """The photos among prompts.

    >>> example_paths(["a {}.", "@birds/puffin.jpg"])
    ('birds/puffin.jpg',)
    """
    return tuple(each.removeprefix(PHOTO_MARK).strip() for each in prompts if _is_photo(each))


def words_of(prompts: Prompts) -> tuple[str, ...]:
    """What among prompts is text for the encoder.

    >>> words_of(["-", "a {}.", "@birds/puffin.jpg"])
    ('a {}.',)
    """
    return tuple(each for each in prompts if not _is_photo(each) and each != NO_WORDS)


def with_examples(prompts: Prompts, paths: Sequence[str], *, alone: bool = False) -> list[str]:
    """Prompts with these photos among them, each once.

    alone : the photos alone describe the class.

    >>> with_examples(["@a.jpg"], ["a.jpg", "b.jpg"], alone=True)
    ['-', '@a.jpg', '@b.jpg']
    """
    marks = [NO_WORDS] if alone else []
    return list(dict.fromkeys([*marks, *prompts, *(f"{PHOTO_MARK}{path}" for path in paths)]))


def _is_photo(prompt: str) -> bool:
    return prompt.startswith(PHOTO_MARK) and len(prompt) > len(PHOTO_MARK)
