"""Running a task without a window or a terminal."""

from cdul_app.events import Event, Events, Result, follow


def run_task(events: Events[Result]) -> tuple[list[Event], Result]:
    """All that it says, and what it returns."""
    told: list[Event] = []
    result = follow(events, told.append)
    return told, result
