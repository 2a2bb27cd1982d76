"""What steps of the decision log are called: stored in English, told in the person's language."""

from cdul_app.language import retell, translatable

_STEPS = (
    translatable("yes on 1 photo"),
    translatable("yes on {n} photos"),
    translatable("no on 1 photo"),
    translatable("no on {n} photos"),
    translatable("no answer on 1 photo"),
    translatable("no answer on {n} photos"),
    translatable("answers on 1 photo"),
    translatable("answers on {n} photos"),
    translatable("yes for “{name}” on 1 photo"),
    translatable("yes for “{name}” on {n} photos"),
    translatable("no for “{name}” on 1 photo"),
    translatable("no for “{name}” on {n} photos"),
    translatable("no answer for “{name}” on 1 photo"),
    translatable("no answer for “{name}” on {n} photos"),
    translatable("answers for “{name}” on 1 photo"),
    translatable("answers for “{name}” on {n} photos"),
    translatable("1 answer imported from {source}"),
    translatable("{n} answers imported from {source}"),
    translatable("flag on 1 photo"),
    translatable("flag on {n} photos"),
    translatable("no flag on 1 photo"),
    translatable("no flag on {n} photos"),
    translatable("threshold {value} for “{name}”"),
    translatable("automatic threshold for “{name}”"),
    translatable("the list of classes"),
    translatable("the name “{name}” for “{old}”"),
    translatable("merging “{part}” into “{whole}”"),
    translatable("removing “{name}”"),
    translatable("removing {n} classes"),
    translatable("adding “{name}”"),
    translatable("photos that describe “{name}”"),
    translatable("a colour for “{name}”"),
    translatable("a key for “{name}”"),
    translatable("the place of “{name}”"),
)


def step_in_words(description: str) -> str:
    """A step's description as a person is told of it."""
    return retell(description, _STEPS)
