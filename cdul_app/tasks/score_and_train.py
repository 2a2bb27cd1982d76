"""The whole method in one task: score, train and refine, label with the classifier."""

from cdul_app.events import Events
from cdul_app.paths import ProjectLocation
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import TrainingResult, train_project


def score_and_train(
    location: ProjectLocation,
    scoring: ScoringConfig,
    training: TrainingConfig,
    *,
    fetch: bool = False,
) -> Events[TrainingResult]:
    """Stages 1 to 3 in one go; fetch : as `score_project`.  Raises UserError."""
    scored = yield from score_project(location, scoring, fetch=fetch)
    return (yield from train_project(location, training, since=scored.before))
