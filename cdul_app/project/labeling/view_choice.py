"""Which views a project is labelled with where nobody has chosen: the best that it has time for."""

from dataclasses import dataclass, replace

from cdul_app.language import ntr, tr
from cdul_app.method.view_presets import BEST_VIEWS, PAPER_VIEWS
from cdul_app.project.labeling.durations import duration_in_words
from cdul_app.project.labeling.runtimes import seconds_of_photos
from cdul_app.project.labels.scored_state import ScoredState
from cdul_app.settings.configs import AUTO, ScoringConfig
from cdul_app.settings.encoder_catalogue import DEMO_ENCODER
from cdul_app.storage.project_store import ProjectStore

# Of labeling all photos, once: two thirds of it go by with fewer views, too.
MOST_SECONDS = 600.0


@dataclass(frozen=True)
class ViewChoice:
    config: ScoringConfig  # the same settings with views that are a preset's
    why: str  # a clause after the views' name; empty where they were set
    is_by_guess: bool = False  # a trial of the machine would tell more


def choose_views(
    store: ProjectStore, config: ScoringConfig, *, photos: int, scored: ScoredState | None
) -> ViewChoice:
    """photos : how many are to be labelled; scored : what the last scoring used.

    What photos have been encoded with stays, so that the choice never costs a second pass.
    Asks no network and loads no torch.
    """
    if config.views != AUTO:
        return ViewChoice(config, "")
    ways = {name: replace(config, views=name) for name in (BEST_VIEWS, PAPER_VIEWS)}
    best, paper = ways[BEST_VIEWS], ways[PAPER_VIEWS]
    if earlier := _used(store, ways, scored):
        return ViewChoice(ways[earlier], tr("the photos were looked at so before"))
    if config.encoder == DEMO_ENCODER:
        return ViewChoice(paper, tr("on the demo's scenes more views are hardly better"))
    seconds = seconds_of_photos(best, photos)
    if seconds is None or not photos:
        why = tr("how long the best views take here is not known yet")
        return ViewChoice(paper, why, is_by_guess=bool(photos))
    time = duration_in_words(seconds)
    if seconds > MOST_SECONDS:
        why = ntr(
            "the best views would take {time} for {n} photo",
            "the best views would take {time} for {n} photos",
            photos,
            time=time,
        )
        return ViewChoice(paper, why)
    why = ntr(
        "they take {time} for {n} photo", "they take {time} for {n} photos", photos, time=time
    )
    return ViewChoice(best, why)


def _used(
    store: ProjectStore, ways: dict[str, ScoringConfig], scored: ScoredState | None
) -> str | None:
    """Those of the last scoring, else those that most photos were encoded with."""
    counts: dict[str, int] = {}
    for name, config in ways.items():
        encoding = store.embeddings.latest_encoding(config.encoder, config.plan)
        if encoding is not None:
            if scored is not None and scored.encoding.identifier == encoding.identifier:
                return name
            counts[name] = store.embeddings.count(encoding)
    most = max(counts, key=lambda name: counts[name], default=None)
    return most if most and counts[most] else None
