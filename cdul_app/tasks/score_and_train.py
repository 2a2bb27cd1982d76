"""The whole method in one task: score, train and refine, label with the classifier."""

from cdul_app.events import Events
from cdul_app.paths import ProjectLocation
from cdul_app.settings.configs import ScoringConfig, TrainingConfig
from cdul_app.tasks.score.score import score_project
from cdul_app.tasks.train.train import TrainingResult, train_project


def score_and_train(
    location: ProjectLocation, scoring: ScoringConfig, training: TrainingConfig
) -> Events[TrainingResult]:
    """Stages 1 to 3 in one go.  Raises UserError."""
    yield from score_project(location, scoring)
    return (yield from train_project(location, training))
