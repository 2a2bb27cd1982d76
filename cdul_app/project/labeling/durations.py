"""How long something takes, in words."""

from cdul_app.language import tr


def duration_in_words(seconds: float) -> str:
    """As rough as it is known.

    >>> [duration_in_words(each) for each in (2, 38, 130, 5000, 14_000)]
    ['a few seconds', 'about 40 s', 'about 2 min', 'about 85 min', 'about 4 h']
    """
    if seconds < 8:
        return tr("a few seconds")
    if seconds < 55:
        return tr("about {seconds} s", seconds=max(10, 10 * round(seconds / 10)))
    if seconds < 5700:
        minutes = round(seconds / 60)
        minutes = minutes if minutes < 15 else 5 * round(minutes / 5)
        return tr("about {minutes} min", minutes=minutes)
    return tr("about {hours} h", hours=round(seconds / 3600))
