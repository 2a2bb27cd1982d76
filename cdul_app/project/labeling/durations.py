"""How long something takes, in words."""


def duration_in_words(seconds: float) -> str:
    """As rough as it is known.

    >>> [duration_in_words(each) for each in (2, 38, 130, 5000, 14_000)]
    ['a few seconds', 'about 40 s', 'about 2 min', 'about 80 min', 'about 4 h']
    """
    if seconds < 8:
        return "a few seconds"
    if seconds < 55:
        return f"about {max(10, 10 * round(seconds / 10))} s"
    if seconds < 5700:
        minutes = round(seconds / 60)
        return f"about {minutes if minutes < 15 else 5 * round(minutes / 5)} min"
    return f"about {round(seconds / 3600):,} h"
