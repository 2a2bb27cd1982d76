import numpy as np

from cdul_app.project.project import Project
from cdul_app.settings.configs import TrainingConfig
from cdul_app.tasks.train.train import train_project
from tests.events import run_task

QUICK = TrainingConfig(epochs=3, warm_up_epochs=1, device="cpu")


def train(project: Project) -> None:
    run_task(train_project(project.location, QUICK))
    project.reload()


def test_likely_errors_need_a_classifier_and_pass_over_what_is_answered(project: Project):
    assert project.facts.likely_errors() is None
    train(project)
    doubts = project.facts.likely_errors()
    assert doubts is not None
    assert doubts.shape == (8,)
    assert ((doubts >= 0) & (doubts <= 1)).all()
    worst = int(doubts.argmax())
    for column in range(len(project.classes)):
        project.decisions.answer([worst], column, int(project.facts.predicted_row(worst)[column]))
    after = project.facts.likely_errors()
    assert after is not None
    assert after[worst] == 0
    assert np.array_equal(np.delete(after, worst), np.delete(doubts, worst))
